/** Compares stored results. */
import { isDeepStrictEqual } from 'node:util';
import { median } from 'simple-statistics';
import { createRandom } from '../random.ts';
import { type BenchResult, readResult, type SampledMetric } from '../result.ts';
import type { Budgets } from './budgets.ts';
import type { ExactSide } from './collect-exact.ts';
import { compareExact } from './compare-exact.ts';
import { GateError } from './errors.ts';
import { isSelected, type Selection } from './glob.ts';
import { type BothSides, timeBudget } from './interleave.ts';
import { judgeRatio, type TimeComparison } from './judge-times.ts';
import { LEAST_ROUNDS } from './looks.ts';
import { unpairedRatio } from './ratio.ts';
import type { Comparison } from './report.ts';
import { type Uncompared, uncompared } from './uncompared.ts';

/** A result with the file it is from. */
export interface Stored {
  file: string;
  result: BenchResult;
}

export const readStored = (files: readonly string[]): Stored[] =>
  files.map((file) => ({ file, result: readResult(file) }));

/** Exact metrics of one side. Throws a `GateError` when two of its files disagree. */
const exactOf = (stored: readonly Stored[], selection: Selection): ExactSide => {
  const known = new Map<string, { file: string; metric: ExactSide['metrics'][number] }>();
  for (const { file, result } of stored) {
    for (const metric of result.metrics) {
      if (metric.kind !== 'exact' || !isSelected(selection, metric.name)) continue;
      const before = known.get(metric.name);
      if (before !== undefined && before.metric.value !== metric.value) {
        throw new GateError(
          `${metric.name} is ${before.metric.value} in ${before.file} and ${metric.value} in ${file}: ` +
            'results of one side must be of the same code',
        );
      }
      known.set(metric.name, { file, metric });
    }
  }
  return { metrics: [...known.values()].map(({ metric }) => metric), omitted: [] };
};

/** Sampled metrics of one side, by name: one group of samples for each file. */
const sampledOf = (stored: readonly Stored[], selection: Selection) => {
  const groups = new Map<string, SampledMetric[]>();
  for (const { result } of stored) {
    for (const metric of result.metrics) {
      if (metric.kind !== 'sampled' || !isSelected(selection, metric.name)) continue;
      groups.set(metric.name, [...(groups.get(metric.name) ?? []), metric]);
    }
  }
  return groups;
};

interface StoredOptions {
  budgets: Budgets;
  selection: Selection;
  /** Of calling a metric worse, or of passing it, that is just as much worse as allowed. */
  error: number;
  seed: number;
}

const compareSampled = (
  name: string,
  { base, head }: BothSides<readonly SampledMetric[]>,
  { budgets, error, seed }: StoredOptions,
): TimeComparison => {
  const { allow, where } = timeBudget(budgets.times, name);
  const samplesOf = (metrics: readonly SampledMetric[]) => metrics.map(({ samples }) => samples);
  const [first] = head;
  const isHigherBetter = first?.better === 'higher';
  const [before, after] = [samplesOf(base), samplesOf(head)];
  const [over, under] = isHigherBetter ? [after, before] : [before, after];
  const ratio = unpairedRatio(over, under, {
    tail: error,
    random: createRandom(seed, `gate: draws of ${name}`),
  });
  const groups = Math.min(before.length, after.length);
  return {
    kind: 'time',
    name,
    unit: first?.unit ?? '',
    verdict: groups < LEAST_ROUNDS ? 'not-enough-samples' : judgeRatio(ratio, allow.share),
    ratio,
    allowed: allow.share,
    budget: where,
    base: median(before.flat()),
    head: median(after.flat()),
    rounds: groups,
    samples: Math.min(before.flat().length, after.flat().length),
  };
};

/** Compares the results of two commits. Each file is one run; runs are what the interval is drawn from. */
export const compareStored = (
  sides: BothSides<readonly Stored[]>,
  options: StoredOptions,
): Comparison[] => {
  const { selection, budgets } = options;
  const exact = compareExact(
    { base: exactOf(sides.base, selection), head: exactOf(sides.head, selection) },
    budgets.exact,
  );
  const [base, head] = [sampledOf(sides.base, selection), sampledOf(sides.head, selection)];
  const machines = [...sides.base, ...sides.head].map(({ result }) => result.machine);
  const isOneMachine = machines.every((one) => isDeepStrictEqual(one, machines[0]));
  const compare = (name: string): TimeComparison | Uncompared => {
    const [before, after] = [base.get(name), head.get(name)];
    if (before === undefined) return uncompared(name, 'base', 'new in the head');
    if (after === undefined) return uncompared(name, 'head', 'gone in the head');
    if (!isOneMachine) {
      return uncompared(name, undefined, 'the results are of different machines');
    }
    return compareSampled(name, { base: before, head: after }, options);
  };
  return [...exact, ...[...new Set([...head.keys(), ...base.keys()])].map(compare)];
};
