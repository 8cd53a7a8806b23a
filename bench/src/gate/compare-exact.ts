/** Compares what base and head have of exact metrics. */
import type { ExactMetric } from '../result.ts';
import { type Budgets, budgetFor } from './budgets.ts';
import type { ExactSide } from './collect-exact.ts';
import type { BothSides, Side } from './interleave.ts';
import { type ExactComparison, judgeExact } from './judge-exact.ts';
import { type Uncompared, uncompared } from './uncompared.ts';

const whyMissing = ({ omitted }: ExactSide, name: string, side: Side): string =>
  omitted.find((one) => name.startsWith(one.name))?.reason ??
  (side === 'base' ? 'new in the head' : 'gone in the head');

/** In the order of the head, then what only the base has. */
export const compareExact = (
  { base, head }: BothSides<ExactSide>,
  budgets: Budgets['exact'],
): (ExactComparison | Uncompared)[] => {
  const before = new Map(base.metrics.map((metric) => [metric.name, metric]));
  const compare = ({ name, unit, value }: ExactMetric): ExactComparison | Uncompared =>
    judgeExact(
      { name, unit, base: before.get(name)?.value, head: value },
      budgetFor(budgets, name),
    ) ?? uncompared(name, 'base', whyMissing(base, name, 'base'));
  const after = new Set(head.metrics.map(({ name }) => name));
  const hasAny = (prefix: string) =>
    [...before.keys(), ...after].some((name) => name.startsWith(prefix));
  return [
    ...head.metrics.map(compare),
    ...base.metrics
      .filter(({ name }) => !after.has(name))
      .map(({ name }) => uncompared(name, 'head', whyMissing(head, name, 'head'))),
    // What neither side has would otherwise go unsaid.
    ...head.omitted
      .filter(({ name }) => !hasAny(name))
      .map(({ name, reason }) => uncompared(`${name.replace(/\/$/, '')}/**`, undefined, reason)),
  ];
};
