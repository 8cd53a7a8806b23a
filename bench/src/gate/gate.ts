/** The gate: two commits of a repository, or stored results of them. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeMachine } from '../machine.ts';
import type { BenchResult, Metric } from '../result.ts';
import { type Budgets, loadBudgets, parseBudgets } from './budgets.ts';
import { collectExact, type ExactSide, needsPackages } from './collect-exact.ts';
import { compareExact } from './compare-exact.ts';
import { GateError } from './errors.ts';
import { createCheckouts, fileAt, refuseChanges, repositoryOf, resolveCommit } from './git.ts';
import { isSelected, type Selection } from './glob.ts';
import { type BothSides, type Interleaved, interleave, type Side, sides } from './interleave.ts';
import { planLooks } from './looks.ts';
import { providePackages } from './packages.ts';
import { type Comparison, type GateReport, reportOf } from './report.ts';
import { runScript } from './run-script.ts';
import { compareStored, readStored } from './stored.ts';
import { timedBenchmarks } from './timed/index.ts';

/** Budgets of a commit are in it. */
export const BUDGETS_FILE = 'bench/budgets.yaml';

/**
 * Of calling a time worse than allowed when it is exactly as much worse as allowed; and of passing it then. The same code
 * on both sides is far from that, so it errs far less.
 */
export const ERROR = 0.01;

interface CommonOptions {
  selection: Selection;
  seed: number;
  /** Counts what could not be decided, and what the head has no more, as failures. */
  strict: boolean;
}

export interface RefsOptions extends CommonOptions {
  /** A folder in the repository. */
  folder: string;
  base: string;
  head: string;
  /** Instead of the head's own. */
  budgets?: string | undefined;
  /** Pairs of processes that a time may take. */
  mostRounds: number;
  /** Takes a head that files in the checkout differ from. */
  ignoreChanges: boolean;
  signal?: AbortSignal | undefined;
  note(text: string): void;
}

export interface ResultsOptions extends CommonOptions {
  base: readonly string[];
  head: readonly string[];
  budgets: string;
}

const demandSomething = (comparisons: readonly Comparison[]): void => {
  if (comparisons.length > 0) return;
  throw new GateError(
    'nothing was compared: no metric fits --only and --except, or neither side has any',
  );
};

const digests = (dir: string): Record<string, string> =>
  Object.fromEntries(
    ['veritrace_runtime.compact.compressed.wasm', 'referee.wasm'].flatMap((file) => {
      const path = join(dir, 'runtime/release', file);
      if (!existsSync(path)) return [];
      return [[file, createHash('sha256').update(readFileSync(path)).digest('hex')]];
    }),
  );

const headBudgets = async (
  repository: string,
  commits: BothSides<string>,
): Promise<{ budgets: Budgets; advice: string[] }> => {
  const [before, after] = [
    await fileAt(repository, commits.base, BUDGETS_FILE),
    await fileAt(repository, commits.head, BUDGETS_FILE),
  ];
  if (after === undefined) {
    throw new GateError(
      `the head has no ${BUDGETS_FILE}: name a file with --budgets, or add one (bench/README.md says what is in it)`,
    );
  }
  const isChanged = before !== undefined && before !== after;
  return {
    budgets: parseBudgets(after, BUDGETS_FILE),
    advice: isChanged ? [`${BUDGETS_FILE} differs between base and head: review it`] : [],
  };
};

const resultOf = (
  side: Side,
  {
    startedAt,
    seed,
    commit,
    exact,
    times,
    dir,
    mostRounds,
  }: {
    startedAt: string;
    seed: number;
    commit: string;
    exact: ExactSide;
    times: Interleaved;
    dir: string;
    mostRounds: number;
  },
): BenchResult => {
  const timed = [...times.timed];
  const metrics: Metric[] = [
    ...exact.metrics,
    ...timed.flatMap(([name, { rounds }]): Metric[] => {
      const samples = rounds.flatMap((round) => round[side]);
      if (samples.length === 0) return [];
      return [{ kind: 'sampled', name, unit: 'ns', better: 'lower', samples }];
    }),
  ];
  return {
    format: 'veritrace-bench/1',
    benchmark: 'gate',
    startedAt,
    seed,
    commit,
    versions: { node: process.version, ...digests(dir) },
    machine: describeMachine(),
    settings: { side, mostRounds, error: ERROR },
    metrics,
    detail: {
      omitted: exact.omitted,
      times: Object.fromEntries(
        timed.map(([name, { iterations, rounds }]) => [
          name,
          { iterations, rounds: rounds.map((round) => round[side]) },
        ]),
      ),
    },
  };
};

/** Measures two commits beside each other. Throws a `GateError` when it cannot, or an `InvalidFile` for bad budgets. */
export const gateRefs = async (options: RefsOptions): Promise<GateReport> => {
  const { selection, seed, strict, mostRounds, signal, note } = options;
  const startedAt = new Date().toISOString();
  const plan = planLooks(mostRounds, ERROR);
  const repository = await repositoryOf(options.folder);
  const commits = {
    base: await resolveCommit(repository, 'base', options.base),
    head: await resolveCommit(repository, 'head', options.head),
  };
  if (!options.ignoreChanges) await refuseChanges(repository, commits.head);
  const { budgets, advice } =
    options.budgets === undefined
      ? await headBudgets(repository, commits)
      : { budgets: await loadBudgets(options.budgets), advice: [] };
  const benchmarks = Object.keys(timedBenchmarks).filter((name) => isSelected(selection, name));

  note(`checking out ${options.base} and ${options.head}`);
  const { dirs, remove } = await createCheckouts(repository, commits);
  try {
    if (benchmarks.length > 0 || needsPackages(selection)) {
      for (const side of sides) await providePackages(dirs[side], { note, signal });
    }
    const exact: Record<Side, ExactSide> = {
      base: { metrics: [], omitted: [] },
      head: { metrics: [], omitted: [] },
    };
    for (const side of sides) {
      note(`counting what the ${side} has`);
      exact[side] = await collectExact(dirs[side], selection, signal);
    }
    if (benchmarks.some((name) => name.startsWith('time/sdk/'))) {
      for (const side of sides) {
        // A side that cannot has no metadata, which its benchmarks then miss.
        await runScript(dirs[side], 'measured/write-metadata.ts', [], signal).catch(
          (error: unknown) => {
            signal?.throwIfAborted();
            note(error instanceof Error ? error.message : String(error));
          },
        );
      }
    }
    if (benchmarks.length > 0) note(`timing ${benchmarks.length} benchmarks in turns`);
    const times =
      benchmarks.length === 0
        ? { comparisons: [], missing: [], timed: new Map() }
        : await interleave({
            dirs,
            benchmarks,
            budgets: budgets.times,
            plan,
            seed,
            signal,
            onLook: (rounds, undecided) =>
              note(
                `after ${rounds} rounds ${undecided.length} are undecided${undecided.length === 0 ? '' : `: ${undecided.join(', ')}`}`,
              ),
          });
    const comparisons = [
      ...compareExact(exact, budgets.exact),
      ...times.comparisons,
      ...times.missing,
    ];
    demandSomething(comparisons);
    const result = (side: Side) =>
      resultOf(side, {
        ...{ startedAt, seed, commit: commits[side], exact: exact[side], times },
        ...{ dir: dirs[side], mostRounds },
      });
    return reportOf(
      {
        startedAt,
        seed,
        sides: {
          base: { name: options.base, commit: commits.base },
          head: { name: options.head, commit: commits.head },
        },
        machine: describeMachine(),
        comparisons,
        results: { base: [result('base')], head: [result('head')] },
      },
      budgets,
      { strict, advice },
    );
  } finally {
    await remove();
  }
};

/** Compares stored results. Throws an `InvalidResult` for a file that is none, a `GateError` when they do not fit. */
export const gateResults = async (options: ResultsOptions): Promise<GateReport> => {
  const { selection, seed, strict } = options;
  const budgets = await loadBudgets(options.budgets);
  const stored = { base: readStored(options.base), head: readStored(options.head) };
  const comparisons = compareStored(stored, { budgets, selection, seed, error: ERROR });
  demandSomething(comparisons);
  const [first] = stored.head;
  if (first === undefined) throw new GateError('there is no result of the head');
  const side = (which: Side) => {
    const commit = stored[which][0]?.result.commit;
    return {
      name: options[which].join(', '),
      ...(commit === undefined ? {} : { commit }),
    };
  };
  const results = (which: Side) => stored[which].map(({ result }) => result);
  return reportOf(
    {
      startedAt: new Date().toISOString(),
      seed,
      sides: { base: side('base'), head: side('head') },
      machine: first.result.machine,
      comparisons,
      results: { base: results('base'), head: results('head') },
    },
    budgets,
    { strict },
  );
};
