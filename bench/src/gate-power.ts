/** `npm run bench:gate-power`: how often the gate fails the same code, and how often it catches a planted slowdown. */

import { join } from 'node:path';
import { Command } from 'commander';
import { atLeast, collect, deliver, note, runCommand } from './command.ts';
import { loadBudgets } from './gate/budgets.ts';
import { BUDGETS_FILE, ERROR } from './gate/gate.ts';
import { createCheckouts, repositoryOf, resolveCommit } from './gate/git.ts';
import { isSelected } from './gate/glob.ts';
import { interleave, STEP, sides } from './gate/interleave.ts';
import { planLooks } from './gate/looks.ts';
import { providePackages } from './gate/packages.ts';
import { measurePower, metricsOfPower, powerDetailSchema, summarise } from './gate/power.ts';
import { renderPower } from './gate/power-table.ts';
import { timedBenchmarks } from './gate/timed/index.ts';
import { describeMachine } from './machine.ts';
import { ROOT } from './paths.ts';
import { type BenchResult, readResult } from './result.ts';
import { packageVersions, releaseDigests } from './versions.ts';

interface Options {
  same: number;
  slower: number;
  planted: number;
  only?: string[];
  mostRounds: number;
  seed: number;
  ref: string;
  from?: string;
  out?: string;
  json: boolean;
}

const options = new Command('bench:gate-power')
  .description('runs the gate on the same code, and on code that is slowed down')
  .option('--same <number>', 'comparisons of the same code', atLeast(0, true), 200)
  .option('--slower <number>', 'comparisons with the planted slowdown', atLeast(0, true), 100)
  .option('--planted <percent>', 'the slowdown', atLeast(1, false), 5)
  .option(
    '--only <pattern>',
    'benchmarks, repeatable (default: those that the planted slowdown fails)',
    collect,
  )
  .option('--most-rounds <number>', 'as of the gate', atLeast(10, true), 40)
  .option('--seed <number>', 'fixes the order of measuring', atLeast(0, true), 1)
  .option('--ref <commit>', 'the code on both sides', 'HEAD')
  .option('--from <file>', 'look at a stored result instead of measuring')
  .option('--out <file>', 'where the result goes (default: a new file in records/)')
  .option('--json', 'print the result as one JSON document', false)
  .parse()
  .opts<Options>();

const measure = async (signal: AbortSignal): Promise<BenchResult> => {
  const { same, slower, only, mostRounds, seed, ref } = options;
  const planted = options.planted / 100;
  if (!Number.isInteger(Math.round(planted * STEP * 1e9) / 1e9)) {
    throw new Error(`--planted: ${100 / STEP} %, or a multiple of it: whole iterations are added`);
  }
  const startedAt = new Date().toISOString();
  const { times: budgets } = await loadBudgets(join(ROOT, BUDGETS_FILE));
  const catchable = (name: string): boolean =>
    (budgets.findLast(({ metric }) => isSelected({ only: [metric], except: [] }, name))?.allow
      .share ?? 0) < planted;
  const benchmarks = Object.keys(timedBenchmarks).filter((name) =>
    only === undefined ? catchable(name) : isSelected({ only, except: [] }, name),
  );
  const repository = await repositoryOf(ROOT);
  const commit = await resolveCommit(repository, 'head', ref);
  const { dirs, remove } = await createCheckouts(repository, { base: commit, head: commit });
  try {
    for (const side of sides) await providePackages(dirs[side], { note, signal });
    const detail = await measurePower({
      ...{ dirs, benchmarks, budgets, seed, planted, same, slower, signal, note },
      plan: planLooks(mostRounds, ERROR),
      measure: interleave,
    });
    return {
      format: 'veritrace-bench/1',
      benchmark: 'gate-power',
      startedAt,
      seed,
      commit,
      versions: {
        node: process.version,
        ...packageVersions('simple-statistics', 'onnxruntime-node'),
        ...releaseDigests('referee'),
      },
      machine: describeMachine(),
      settings: { same, slower, planted, benchmarks, mostRounds, error: ERROR },
      metrics: metricsOfPower(detail),
      detail,
    };
  } finally {
    await remove();
  }
};

/** What the gate is to be: at most one false alarm in a hundred, at least 95 of 100 slowdowns caught. */
const holds = (result: BenchResult): boolean => {
  const { same, slower } = powerDetailSchema.parse(result.detail);
  const [equal, worse] = [summarise(same), summarise(slower)];
  return equal.failed <= equal.count * 0.01 && worse.failed >= worse.count * 0.95;
};

await runCommand(async (signal) => {
  const { from, json } = options;
  const result = from === undefined ? await measure(signal) : readResult(from);
  const table = () => renderPower(powerDetailSchema.parse(result.detail));
  if (from === undefined) deliver(result, options, table);
  else process.stdout.write(json ? `${JSON.stringify(result)}\n` : `${table()}\n`);
  return holds(result) ? 0 : 1;
});
