/**
 * The gate on commits of a repository made for it: what of this checkout it compares exactly, and changes of that.
 *
 * 1. A change that costs nothing passes.
 * 2. One more read, 200 bytes more proof, and a tenth more wasm each fail, and nothing else does.
 * 3. A budget in the head lets a change through, and is pointed at.
 * 4. What cannot be compared is said; what cannot be run says what to do.
 */
import { execFile, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GateError, type GateReport, gateRefs, renderMarkdown } from './index.ts';
import { INSTALLATION } from './packages.ts';

const folder = mkdtempSync(join(tmpdir(), 'veritrace-gate-test-'));
const repository = join(folder, 'repository');
afterAll(() => rmSync(folder, { recursive: true }));

const git = (...args: string[]): string =>
  execFileSync('git', ['-C', repository, ...args], { encoding: 'utf8' }).trim();

const path = (file: string): string => join(repository, file);
const read = (file: string): string => readFileSync(path(file), 'utf8');
const write = (file: string, content: string | Uint8Array): void => {
  mkdirSync(dirname(path(file)), { recursive: true });
  writeFileSync(path(file), content);
};

/** A commit on top of the base; returns its name. */
const commit = (what: string, change: () => void): string => {
  git('checkout', '--quiet', '--force', '--detach', 'base');
  change();
  git('add', '--all');
  git('commit', '--quiet', '--allow-empty', '--message', what);
  return git('rev-parse', 'HEAD');
};

const WEIGHTS = 'pallets/payouts/src/weights.rs';
const RUNTIME = 'runtime/release/veritrace_runtime.compact.compressed.wasm';
const REFEREE = 'runtime/release/referee.wasm';

/** As `bench:weights` writes it. */
const weights = `//! Weights of the payouts pallet, as measured.

/// Measured weights, under the runtime's database weights.
pub struct SubstrateWeight<T>(PhantomData<T>);

/// Under the runtime's database weights.
impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn claim() -> Weight {
        Weight::from_parts(31_000_000, 6_196)
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(4))
    }
    fn sweep(n: u32) -> Weight {
        Weight::from_parts(5_000_000, 1_489)
            .saturating_add(Weight::from_parts(2_000_000, 2_520).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(1))
            .saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(n.into())))
    }
}
`;

beforeAll(() => {
  mkdirSync(repository);
  execFileSync('git', ['init', '--quiet', '--initial-branch', 'base', repository]);
  git('config', 'user.name', 'Test');
  git('config', 'user.email', 'test@example.invalid');
  for (const part of [
    ...['package.json', 'package-lock.json', 'bench/budgets.yaml', 'runtime/release'],
    ...['scenarios/models', 'tools/referee/package.json', 'tools/referee/js'],
  ]) {
    cpSync(join(INSTALLATION, part), path(part), { recursive: true });
  }
  write(WEIGHTS, weights);
  write('pallets/payouts/src/lib.rs', '//! Payouts.\n');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'base');
});

const gate = (head: string, options: Partial<Parameters<typeof gateRefs>[0]> = {}) =>
  gateRefs({
    folder: repository,
    base: 'base',
    head,
    selection: { only: ['weights/**', 'wasm/**', 'proof/**'], except: [] },
    seed: 1,
    strict: false,
    mostRounds: 10,
    ignoreChanges: false,
    note: () => undefined,
    ...options,
  });

const failures = ({ comparisons }: GateReport): string[] =>
  comparisons.filter(({ verdict }) => verdict === 'fail').map(({ name }) => name);

/** Nothing of a run is left behind. */
const expectClean = (): void => {
  expect(git('worktree', 'list').split('\n')).toHaveLength(1);
};

describe('the gate', { timeout: 60_000 }, () => {
  it('does not fire on a comment', async () => {
    const head = commit('comment', () => {
      write('pallets/payouts/src/lib.rs', '//! Payouts, explained.\n');
      write(WEIGHTS, read(WEIGHTS).replace('as measured', 'as measured on Monday'));
      write('tools/referee/js/index.ts', `// A remark.\n${read('tools/referee/js/index.ts')}`);
    });
    const report = await gate(head, { strict: true });
    expect(failures(report)).toEqual([]);
    expect(report.outcome).toBe('pass');
    for (const family of ['weights/', 'wasm/', 'proof/']) {
      expect(report.comparisons.some(({ name }) => name.startsWith(family))).toBe(true);
    }
    expectClean();
  });

  it('catches one more read', async () => {
    const head = commit('a read', () => write(WEIGHTS, weights.replace('reads(4)', 'reads(5)')));
    const report = await gate(head);
    expect(failures(report)).toEqual(['weights/payouts.claim/reads']);
    expect(report.outcome).toBe('fail');
  });

  it('catches one more read for each of something', async () => {
    const head = commit('a read each', () =>
      write(WEIGHTS, weights.replace('reads(1_u64.sat', 'reads(2_u64.sat')),
    );
    expect(failures(await gate(head))).toEqual(['weights/payouts.sweep/reads/per-n']);
  });

  it('catches 200 bytes more proof', async () => {
    const head = commit('proof', () => write(WEIGHTS, weights.replace('6_196', '6_396')));
    const report = await gate(head);
    expect(failures(report)).toEqual(['weights/payouts.claim/proof-size']);
    expect(renderMarkdown(report)).toContain('+200 (+3.23 %)');
  });

  it('catches 200 bytes more in the proof of a dispute', async () => {
    const head = commit('dispute', () => {
      const file = 'tools/referee/js/instance.ts';
      const proof =
        'ask(REQUESTS.proveNode, use(), node, { leaves, inputs, outputs: around(node, outputs) })';
      expect(read(file)).toContain(proof);
      write(file, read(file).replace(proof, `Buffer.concat([${proof}, new Uint8Array(200)])`));
    });
    const report = await gate(head);
    expect(failures(report)).toEqual(
      ['cnn', 'frame', 'mlp'].flatMap((name) => [
        `proof/digits-${name}/node/largest`,
        `proof/digits-${name}/node/all`,
      ]),
    );
    expect(report.comparisons).toContainEqual(
      expect.objectContaining({ name: 'proof/digits-mlp/node/largest', base: 2712, head: 2912 }),
    );
  });

  it('catches a tenth more wasm', async () => {
    const head = commit('wasm', () => {
      const more = (code: Uint8Array) => randomBytes(Math.ceil(code.length / 10));
      const referee = readFileSync(path(REFEREE));
      write(REFEREE, Buffer.concat([referee, more(referee)]));
      // A frame that decompression skips.
      const runtime = readFileSync(path(RUNTIME));
      const skipped = more(runtime);
      const frame = Buffer.alloc(8);
      frame.writeUInt32LE(0x184d2a50, 0);
      frame.writeUInt32LE(skipped.length, 4);
      write(RUNTIME, Buffer.concat([runtime, frame, skipped]));
    });
    expect(failures(await gate(head, { selection: { only: ['wasm/**'], except: [] } }))).toEqual([
      'wasm/runtime/compressed',
      'wasm/referee',
    ]);
  });

  it('lets through what a budget of the head allows, and points at it', async () => {
    const head = commit('a read with a budget', () => {
      write(WEIGHTS, weights.replace('reads(4)', 'reads(5)'));
      const line =
        "  - { metric: weights/payouts.claim/reads, allow: 1, because: 'it has to look' }\n";
      write(
        'bench/budgets.yaml',
        read('bench/budgets.yaml').replace('exact:\n', `exact:\n${line}`),
      );
    });
    const report = await gate(head);
    expect(report.outcome).toBe('pass');
    expect(report.advice).toEqual(['bench/budgets.yaml differs between base and head: review it']);
  });

  it('says what it cannot read, and is no more than that unless it is strict', async () => {
    const head = commit('by hand', () =>
      write(WEIGHTS, weights.replace('Weight::from_parts(31_000_000, 6_196)', 'guess()')),
    );
    const report = await gate(head, { selection: { only: ['weights/**'], except: [] } });
    expect(report.outcome).toBe('pass');
    expect(report.comparisons).toContainEqual({
      kind: 'uncompared',
      name: 'weights/payouts.claim/reads',
      verdict: 'uncompared',
      missingOn: 'head',
      reason: expect.stringContaining(`${WEIGHTS}:8: the weight of claim is no sum`),
    });
    const strict = await gate(head, {
      selection: { only: ['weights/**'], except: [] },
      strict: true,
    });
    expect(strict.outcome).toBe('fail');
  });

  it('refuses what it cannot judge, in words', async () => {
    await expect(gate('no-such-branch')).rejects.toThrow(/--head no-such-branch: no such commit/);
    await expect(gate('base', { selection: { only: ['nothing/**'], except: [] } })).rejects.toThrow(
      'nothing was compared',
    );
    await expect(gate('base', { folder })).rejects.toThrow('is in no git repository');
    git('checkout', '--quiet', 'base');
    write(WEIGHTS, `${weights}// Changed.\n`);
    await expect(gate('base')).rejects.toThrow(`${WEIGHTS}): commit them, or say --ignore-changes`);
    await expect(gate('base')).rejects.toBeInstanceOf(GateError);
    git('checkout', '--quiet', '--', '.');
    expectClean();
  });
});

describe('veritrace gate', { timeout: 60_000 }, () => {
  const bin = join(INSTALLATION, 'tools/cli/bin/veritrace.mjs');
  const records = join(folder, 'records');
  const args = (...more: string[]): string[] => [
    ...[bin, 'gate', '--base', 'base', '--out', join(records, 'report.json')],
    ...more,
  ];
  const veritrace = (...more: string[]) =>
    new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
      execFile(process.execPath, args(...more), { cwd: repository }, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
      );
    });

  it('has an exit code, a table, a document and Markdown', async () => {
    const head = commit('a read', () => write(WEIGHTS, weights.replace('reads(4)', 'reads(5)')));
    const markdown = join(records, 'summary.md');
    const failed = await veritrace('--head', head, '--only', 'weights/**', '--markdown', markdown);
    expect(failed.code).toBe(1);
    expect(failed.stdout).toContain('weights/payouts.claim/reads from 4 to 5 reads');
    expect(readFileSync(markdown, 'utf8')).toContain('❌ The gate fails: 1 fail, 7 pass');

    const passed = await veritrace('--head', 'base', '--only', 'weights/**', '--json');
    expect(passed.code).toBe(0);
    const report: GateReport = JSON.parse(passed.stdout);
    expect(report).toMatchObject({ format: 'veritrace-gate/1', outcome: 'pass' });

    // The results in it can be stored, and compared again.
    for (const side of ['base', 'head'] as const) {
      writeFileSync(join(records, `${side}.json`), JSON.stringify(report.results[side][0]));
    }
    const again = await new Promise<number>((resolve) => {
      execFile(
        process.execPath,
        [
          ...[bin, 'gate', '--out', join(records, 'again.json')],
          ...['--base-result', join(records, 'base.json')],
          ...['--head-result', join(records, 'head.json')],
        ],
        { cwd: repository },
        (error) => resolve(error === null ? 0 : Number(error.code)),
      );
    });
    expect(again).toBe(0);
  });

  it('fails in words when it cannot be run', async () => {
    const { code, stderr } = await veritrace('--head', 'nowhere');
    expect(code).toBe(2);
    expect(stderr).toContain('--head nowhere: no such commit here');
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it('leaves nothing when it is interrupted', async () => {
    const temporary = join(folder, 'temporary');
    mkdirSync(temporary);
    const child = execFile(process.execPath, args('--head', 'base', '--only', 'time/kernel/*'), {
      cwd: repository,
      env: { ...process.env, TMPDIR: temporary, TMP: temporary, TEMP: temporary },
    });
    const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
    let log = '';
    await new Promise<void>((resolve, reject) => {
      child.stderr?.on('data', (chunk: string) => {
        log += chunk;
        if (log.includes('timing')) resolve();
      });
      void ended.then((code) => reject(new Error(`it ended with ${code}: ${log}`)));
    });
    expect(readdirSync(temporary).join()).toContain('veritrace-gate-');
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expectClean();
    expect(readdirSync(temporary).filter((name) => name.startsWith('veritrace-gate-'))).toEqual([]);
    expect(commandLines().filter((line) => line.includes(temporary))).toEqual([]);
  });
});

/** Of all processes, where the system tells. */
const commandLines = (): string[] => {
  if (!existsSync('/proc/self/cmdline')) return [];
  return readdirSync('/proc').flatMap((pid) => {
    try {
      return /^\d+$/.test(pid) ? [readFileSync(`/proc/${pid}/cmdline`, 'utf8')] : [];
    } catch {
      // It has ended since.
      return [];
    }
  });
};
