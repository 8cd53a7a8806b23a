/**
 * What the gate's verdicts on times are worth: how often it fails the same code, and how often it catches a planted
 * slowdown. Every comparison has processes and samples of its own; none is drawn from another's.
 */
import { binomialDistribution } from 'simple-statistics';
import { z } from 'zod';
import type { BenchResult } from '../result.ts';
import { type Budgets, budgetFor } from './budgets.ts';
import { GateError } from './errors.ts';
import type { BothSides, interleave } from './interleave.ts';
import type { Plan } from './looks.ts';

const comparison = z.strictObject({
  /** Which run of the gate; those of one run share processes. */
  run: z.number().int(),
  name: z.string(),
  verdict: z.enum(['pass', 'fail', 'not-enough-samples']),
  ratio: z.number(),
  low: z.number(),
  high: z.number(),
  /** Nanoseconds of an iteration, by round. */
  samples: z.strictObject({
    base: z.array(z.array(z.number())),
    head: z.array(z.array(z.number())),
  }),
});

export const powerDetailSchema = z.strictObject({
  /** What the head did more, as a share. */
  planted: z.number(),
  same: z.array(comparison),
  slower: z.array(comparison),
});

export type PowerDetail = z.infer<typeof powerDetailSchema>;
type Compared = z.infer<typeof comparison>;

export interface PowerOptions {
  dirs: BothSides<string>;
  benchmarks: readonly string[];
  budgets: Budgets['times'];
  plan: Plan;
  seed: number;
  planted: number;
  /** Comparisons with the same code on both sides, at least. */
  same: number;
  /** Comparisons with the planted slowdown, at least. */
  slower: number;
  measure: typeof interleave;
  signal?: AbortSignal | undefined;
  note(text: string): void;
}

/** Runs the gate as often as the comparisons take. */
export const measurePower = async (options: PowerOptions): Promise<PowerDetail> => {
  const { benchmarks, budgets, planted, seed, note } = options;
  if (benchmarks.length === 0) throw new GateError('no benchmark fits --only');
  for (const name of benchmarks) {
    const allowed = budgetFor(budgets, name)?.allow.share ?? 0;
    if (allowed < planted) continue;
    throw new GateError(
      `${name} may become ${allowed * 100} % slower, so ${planted * 100} % is no failure: leave it out`,
    );
  }
  let run = 0;
  const series = async (what: string, wanted: number, share: number): Promise<Compared[]> => {
    const compared: Compared[] = [];
    while (compared.length < wanted) {
      run += 1;
      const { comparisons, missing, timed } = await options.measure({
        ...{ dirs: options.dirs, benchmarks, budgets, plan: options.plan, planted: share },
        seed: seed * 10_000 + run,
        signal: options.signal,
      });
      for (const { name, reason } of missing) throw new GateError(`${name}: ${reason}`);
      for (const { name, verdict, ratio } of comparisons) {
        const rounds = timed.get(name)?.rounds ?? [];
        compared.push({
          ...{ run, name, verdict, ...ratio },
          samples: {
            base: rounds.map(({ base }) => base.map(Math.round)),
            head: rounds.map(({ head }) => head.map(Math.round)),
          },
        });
      }
      const failed = compared.filter(({ verdict }) => verdict === 'fail').length;
      note(`${what}: ${failed} of ${compared.length} failed (${wanted} wanted)`);
    }
    return compared;
  };
  return {
    planted,
    same: await series('the same code', options.same, 0),
    slower: await series(`${planted * 100} % slower`, options.slower, planted),
  };
};

/** Chance of at most `hits` in `trials`. */
const atMost = (hits: number, trials: number, p: number): number =>
  p <= 0
    ? 1
    : p >= 1
      ? Number(hits >= trials)
      : (binomialDistribution(trials, p) ?? [])
          .slice(0, hits + 1)
          .reduce((sum, chance) => sum + chance, 0);

/** The largest share that `hits` of `trials` do not speak against, at 95 % confidence (Clopper and Pearson, one-sided). */
export const upperShare = (hits: number, trials: number): number => {
  if (hits >= trials) return 1;
  let [low, high] = [0, 1];
  for (let step = 0; step < 50; step += 1) {
    const middle = (low + high) / 2;
    if (atMost(hits, trials, middle) > 0.05) low = middle;
    else high = middle;
  }
  return high;
};

export interface PowerSummary {
  count: number;
  runs: number;
  failed: number;
  undecided: number;
  /** Rounds that verdicts took: median and most. */
  rounds: { median: number; most: number };
  /** Samples of a side, likewise. */
  samples: { median: number; most: number };
}

const medianAndMost = (values: readonly number[]) => {
  const sorted = [...values].sort((a, b) => a - b);
  return { median: sorted[sorted.length >> 1] ?? 0, most: sorted.at(-1) ?? 0 };
};

const roundsOf = ({ samples }: Compared): number => samples.base.length;
const samplesOf = ({ samples }: Compared): number => samples.base.flat().length;

export const summarise = (compared: readonly Compared[]): PowerSummary => ({
  count: compared.length,
  runs: new Set(compared.map(({ run }) => run)).size,
  failed: compared.filter(({ verdict }) => verdict === 'fail').length,
  undecided: compared.filter(({ verdict }) => verdict === 'not-enough-samples').length,
  rounds: medianAndMost(compared.map(roundsOf)),
  samples: medianAndMost(compared.map(samplesOf)),
});

/** What can be compared with another measurement of the gate: how many samples its verdicts take. */
export const metricsOfPower = ({ same, slower }: PowerDetail): BenchResult['metrics'] =>
  (
    [
      ['same', same],
      ['slower', slower],
    ] as const
  ).flatMap(([name, compared]): BenchResult['metrics'] =>
    compared.length === 0
      ? []
      : [
          {
            kind: 'sampled',
            name: `gate-power/${name}/samples`,
            unit: 'samples',
            better: 'lower',
            samples: compared.map(samplesOf),
          },
        ],
  );
