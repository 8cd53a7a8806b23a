/** Every benchmark that is timed, by the name of its metric. A module is loaded when one of its benchmarks is asked for. */
import type { TimedBenchmark } from './benchmark.ts';
import type { operatorGraphs } from './graphs.ts';

const operators = [
  'conv',
  'conv-depthwise',
  'matmul',
  'add',
  'table',
  'max-pool',
  'sum-pool',
  'transpose',
] as const satisfies readonly (keyof typeof operatorGraphs)[];

export const timedBenchmarks: Readonly<Record<string, () => Promise<TimedBenchmark>>> = {
  ...Object.fromEntries(
    operators.map((operator) => [
      `time/kernel/${operator}`,
      async () => (await import('./kernels.ts')).kernel(operator),
    ]),
  ),
  'time/commitment/tensor-root': async () => (await import('./commitments.ts')).tensorRoot,
  'time/commitment/trace': async () => (await import('./commitments.ts')).trace,
  'time/dispute/check': async () => (await import('./commitments.ts')).check,
  'time/sdk/encode-request': async () => (await import('./encoding.ts')).request,
  'time/sdk/encode-result': async () => (await import('./encoding.ts')).result,
  'time/engine/request': async () => (await import('./engine.ts')).request,
};
