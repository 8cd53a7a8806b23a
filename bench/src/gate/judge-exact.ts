/** Judges a number that the same code gives every time. */
import type { ExactBudget } from './budgets.ts';

export interface ExactComparison {
  kind: 'exact';
  name: string;
  unit: string;
  verdict: 'pass' | 'fail';
  /** `undefined` for a metric that only the head has. */
  base: number | undefined;
  head: number;
  /** The most it may be. */
  limit: number;
  /** The budget that sets the limit; `undefined` when the base alone does. */
  budget: string | undefined;
}

/** The most a metric may be: its base, unless a budget says more or less. */
const limitOf = (base: number | undefined, budget: ExactBudget | undefined): number => {
  const { allow, ceiling = Number.POSITIVE_INFINITY } = budget ?? {};
  if (base === undefined) return ceiling;
  if (allow === undefined) return budget === undefined ? base : ceiling;
  return Math.min(ceiling, 'share' in allow ? base * (1 + allow.share) : base + allow.units);
};

/** Compares base and head; `undefined` for a metric that only the head has and that no ceiling speaks of. */
export const judgeExact = (
  { name, unit, base, head }: Pick<ExactComparison, 'name' | 'unit' | 'base' | 'head'>,
  budget: ExactBudget | undefined,
): ExactComparison | undefined => {
  if (base === undefined && budget?.ceiling === undefined) return undefined;
  const limit = limitOf(base, budget);
  return {
    kind: 'exact',
    name,
    unit,
    verdict: head <= limit ? 'pass' : 'fail',
    base,
    head,
    limit,
    budget: budget?.where,
  };
};
