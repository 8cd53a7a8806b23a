/**
 * `npm run bench:gate-demo`: plants, one after the other, what the gate is there to catch into a clone of this repository,
 * and a change that it must not fire on; runs the gate on each, and says whether it was right.
 */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { atLeast, note, runCommand } from './command.ts';
import { GateError } from './gate/errors.ts';
import { gateRefs } from './gate/gate.ts';
import { matches } from './gate/glob.ts';
import type { GateReport } from './gate/report.ts';
import { lineOf } from './gate/words.ts';
import { ROOT } from './paths.ts';
import { textTable } from './table.ts';

interface Plant {
  what: string;
  /** Changes the clone. */
  change(clone: string): void;
  /** What the gate looks at. */
  only: string[];
  /** What fails, and nothing else does. */
  fails: string[];
}

/** Replaces text that must be there. */
const edit = (file: string, from: string | RegExp, to: (found: string) => string): void => {
  const text = readFileSync(file, 'utf8');
  const changed = text.replace(from, (found: string) => to(found));
  if (changed === text) throw new GateError(`${file} has no ${from} to change`);
  writeFileSync(file, changed);
};

/** The first pallet whose weights are as the benchmarks write them. */
const measuredWeights = (clone: string): string => {
  const file = readdirSync(join(clone, 'pallets'))
    .map((pallet) => join(clone, 'pallets', pallet, 'src/weights.rs'))
    .find((one) => {
      try {
        return /get\(\)\.reads\(\d+\)/.test(readFileSync(one, 'utf8'));
      } catch {
        return false;
      }
    });
  if (file === undefined)
    throw new GateError('no pallet has measured weights: npm run bench:weights');
  return file;
};

const implementation = /impl<T: frame_system::Config> WeightInfo.*?\n\}/s;
const instance = (clone: string): string => join(clone, 'tools/referee/js/instance.ts');

const plants: readonly Plant[] = [
  {
    what: 'a comment',
    change: (clone) => {
      const file = measuredWeights(clone);
      writeFileSync(file, `${readFileSync(file, 'utf8')}\n// A remark.\n`);
      edit(instance(clone), /$/, () => '// A remark.\n');
    },
    only: ['weights/**', 'wasm/**', 'proof/**', 'time/kernel/conv'],
    fails: [],
  },
  {
    what: 'one storage read more',
    change: (clone) =>
      edit(measuredWeights(clone), implementation, (all) =>
        all.replace(/reads\((\d+)\)/, (_found, reads: string) => `reads(${Number(reads) + 1})`),
      ),
    only: ['weights/**'],
    fails: ['weights/*/reads'],
  },
  {
    what: '200 bytes of proof more in a weight',
    change: (clone) =>
      edit(measuredWeights(clone), implementation, (all) =>
        all.replace(
          /from_parts\(([\d_]+), ([\d_]+)\)/,
          (_found, time: string, proof: string) =>
            `from_parts(${time}, ${Number(proof.replaceAll('_', '')) + 200})`,
        ),
      ),
    only: ['weights/**'],
    fails: ['weights/*/proof-size'],
  },
  {
    what: '200 bytes more in each proof of a dispute',
    change: (clone) =>
      edit(
        instance(clone),
        'ask(REQUESTS.proveNode, use(), node, { leaves, inputs, outputs })',
        (call) => `Buffer.concat([${call}, new Uint8Array(200)])`,
      ),
    only: ['proof/**'],
    fails: ['proof/*/node/*'],
  },
  {
    what: 'a tenth more wasm',
    change: (clone) => {
      const file = join(clone, 'runtime/release/referee.wasm');
      const code = readFileSync(file);
      writeFileSync(file, Buffer.concat([code, randomBytes(Math.ceil(code.length / 10))]));
    },
    only: ['wasm/**'],
    fails: ['wasm/referee'],
  },
  {
    what: 'kernels that do a twentieth of their work twice',
    change: (clone) => {
      edit(instance(clone), 'evaluate: (inputs) => ask(REQUESTS.evaluate, use(), inputs)', () =>
        [
          'evaluate: (inputs) => {',
          '        evaluations += 1;',
          '        if (evaluations % 20 === 0) ask(REQUESTS.evaluate, use(), inputs);',
          '        return ask(REQUESTS.evaluate, use(), inputs);',
          '      }',
        ].join('\n'),
      );
      edit(instance(clone), /$/, () => '\nlet evaluations = 0;\n');
    },
    only: ['time/kernel/conv', 'time/kernel/matmul', 'time/dispute/check'],
    fails: ['time/kernel/conv', 'time/kernel/matmul'],
  },
];

const { mostRounds, only, json } = new Command('bench:gate-demo')
  .description('plants what the gate is to catch, and runs it')
  .option('--most-rounds <number>', 'as of the gate', atLeast(10, true), 40)
  .option('--only <text>', 'only plants whose name has this in it', '')
  .option('--json', 'print one JSON document', false)
  .parse()
  .opts<{ mostRounds: number; only: string; json: boolean }>();

/** Whether what failed is what was planted, all of it and nothing else. */
const isRight = ({ fails }: Plant, failed: readonly string[]): boolean =>
  fails.every((pattern) => failed.some((name) => matches(pattern, name))) &&
  failed.every((name) => fails.some((pattern) => matches(pattern, name)));

const failuresOf = ({ comparisons }: GateReport) =>
  comparisons.filter(({ verdict }) => verdict === 'fail');

await runCommand(async (signal) => {
  const folder = mkdtempSync(join(tmpdir(), 'veritrace-gate-demo-'));
  try {
    const clone = join(folder, 'clone');
    execFileSync('git', ['clone', '--quiet', '--shared', ROOT, clone]);
    const git = (...args: string[]) =>
      execFileSync('git', ['-C', clone, ...args], { encoding: 'utf8' }).trim();
    git('config', 'user.name', 'Gate');
    git('config', 'user.email', 'gate@example.invalid');
    const base = git('rev-parse', 'HEAD');
    const results: { what: string; right: boolean; outcome: string; failed: string[] }[] = [];
    for (const plant of plants.filter(({ what }) => what.includes(only))) {
      git('checkout', '--quiet', '--force', '--detach', base);
      plant.change(clone);
      git('commit', '--quiet', '--all', '--message', plant.what);
      note(plant.what);
      const report = await gateRefs({
        ...{ folder: clone, base, head: 'HEAD', seed: 1, strict: false, ignoreChanges: false },
        ...{ mostRounds, signal, note, selection: { only: plant.only, except: [] } },
      });
      const failed = failuresOf(report);
      results.push({
        what: plant.what,
        right:
          isRight(
            plant,
            failed.map(({ name }) => name),
          ) && report.outcome !== 'incomplete',
        outcome: report.outcome,
        failed: failed.map((one) => `${one.name} ${lineOf(one).change}`),
      });
    }
    process.stdout.write(
      json
        ? `${JSON.stringify(results, null, 2)}\n`
        : `${textTable(
            ['planted', 'gate', 'right', 'what failed'],
            results.map(({ what, right, outcome, failed }) => [
              what,
              outcome,
              right ? 'yes' : 'NO',
              failed.join('; '),
            ]),
          )}\n`,
    );
    return results.every(({ right }) => right) ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
