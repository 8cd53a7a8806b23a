/** What the gate says: a verdict for each metric, and one for all. */
import type { BenchResult } from '../result.ts';
import { type Budgets, budgetFor } from './budgets.ts';
import type { BothSides } from './interleave.ts';
import type { ExactComparison } from './judge-exact.ts';
import type { TimeComparison } from './judge-times.ts';
import type { Uncompared } from './uncompared.ts';

export type Comparison = ExactComparison | TimeComparison | Uncompared;
export type Verdict = Comparison['verdict'];

export interface GateReport {
  format: 'veritrace-gate/1';
  startedAt: string;
  /** Fixes the order of measuring and the draws of the intervals. */
  seed: number;
  /** Commits, or files of results. */
  sides: BothSides<{ name: string; commit?: string }>;
  machine: BenchResult['machine'];
  outcome: Outcome;
  counts: Readonly<Record<Verdict, number>>;
  comparisons: readonly Comparison[];
  /** What else whoever reads it should know or do. */
  advice: readonly string[];
  /** What was measured of each side, with all samples. */
  results: BothSides<readonly BenchResult[]>;
}

/** `incomplete`: nothing failed, and something could not be decided. */
export type Outcome = 'pass' | 'fail' | 'incomplete';

/** Documented exit codes of the command; 2 is for a gate that could not be run. */
export const exitCodes = { pass: 0, fail: 1, incomplete: 3 } as const;

const countOf = (comparisons: readonly Comparison[]): Record<Verdict, number> => {
  const counts = { pass: 0, fail: 0, 'not-enough-samples': 0, uncompared: 0 };
  for (const { verdict } of comparisons) counts[verdict] += 1;
  return counts;
};

/**
 * @param strict counts as failures what could not be decided, and what only the base has.
 */
export const outcomeOf = (comparisons: readonly Comparison[], strict: boolean): Outcome => {
  const has = (test: (one: Comparison) => boolean) => comparisons.some(test);
  if (has(({ verdict }) => verdict === 'fail')) return 'fail';
  const undecided = has(({ verdict }) => verdict === 'not-enough-samples');
  const gone = has((one) => one.kind === 'uncompared' && one.missingOn !== 'base');
  if (strict && (undecided || gone)) return 'fail';
  return undecided ? 'incomplete' : 'pass';
};

/** Ceilings that could be lower, now that something is below where it was. */
export const ceilingAdvice = (
  comparisons: readonly Comparison[],
  budgets: Budgets['exact'],
): string[] => {
  const exact = comparisons.filter((one): one is ExactComparison => one.kind === 'exact');
  return budgets.flatMap((budget) => {
    const { ceiling, metric, where } = budget;
    if (ceiling === undefined) return [];
    const under = exact.filter(({ name }) => budgetFor(budgets, name) === budget);
    const highest = Math.max(...under.map(({ head }) => head));
    const hasImproved = under.some(({ base, head }) => base !== undefined && head < base);
    if (!hasImproved || highest >= ceiling) return [];
    return [`${where}: lower the ceiling of ${metric} from ${ceiling} to ${highest}`];
  });
};

export const reportOf = (
  parts: Pick<GateReport, 'startedAt' | 'seed' | 'sides' | 'machine' | 'comparisons' | 'results'>,
  budgets: Budgets,
  { strict, advice = [] }: { strict: boolean; advice?: readonly string[] },
): GateReport => ({
  format: 'veritrace-gate/1',
  ...parts,
  outcome: outcomeOf(parts.comparisons, strict),
  counts: countOf(parts.comparisons),
  advice: [...advice, ...ceilingAdvice(parts.comparisons, budgets.exact)],
});
