/** Results of benchmarks in the shape that benchmarks write, with drawn samples. */
import type { BenchResult } from '../record/schema.ts';

/** A small generator: equal seeds give equal samples. */
const drawn = (seed: number) => {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
};

const machine = {
  processor: 'a processor',
  cores: 2,
  memoryBytes: 1,
  system: 'linux',
  node: 'v20',
};

/** Soft and hard results of so many requests. */
export const latencyResult = (
  count: number,
  seed: number,
  commit: string,
  day: string,
): BenchResult => {
  const random = drawn(seed);
  const around = (middle: number, width: number) =>
    Array.from({ length: count }, () => middle + (random() + random() + random() - 1.5) * width);
  const sampled = (what: string, unit: string, samples: number[]) => ({
    kind: 'sampled' as const,
    name: `latency/k-1/rate-0.5/${what}`,
    unit,
    better: 'lower',
    samples,
  });
  return {
    format: 'veritrace-bench/1',
    benchmark: 'latency',
    startedAt: `${day}T10:00:00.000Z`,
    seed,
    commit,
    machine,
    metrics: [
      sampled('soft-seconds', 's', around(9.5, 3)),
      sampled('hard-seconds', 's', around(31, 5)),
      sampled('soft-blocks', 'blocks', around(3, 1.2).map(Math.round)),
      sampled('hard-blocks', 'blocks', around(10, 2).map(Math.round)),
      sampled('inclusion-seconds', 's', around(2.2, 1)),
    ],
    detail: {},
  };
};
