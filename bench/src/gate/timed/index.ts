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

export interface Timing {
  load(): Promise<TimedBenchmark>;
  /**
   * How often the work is done before the first sample of a process: until the JavaScript around it has been optimised,
   * which takes the longer the more of it there is.
   */
  warmUp: number;
}

const timing = (warmUp: number, load: Timing['load']): Timing => ({ warmUp, load });

export const timedBenchmarks: Readonly<Record<string, Timing>> = {
  ...Object.fromEntries(
    operators.map((operator) => [
      `time/kernel/${operator}`,
      timing(300, async () => (await import('./kernels.ts')).kernel(operator)),
    ]),
  ),
  'time/commitment/tensor-root': timing(
    600,
    async () => (await import('./commitments.ts')).tensorRoot,
  ),
  'time/commitment/trace': timing(300, async () => (await import('./commitments.ts')).trace),
  'time/dispute/check': timing(300, async () => (await import('./commitments.ts')).check),
  'time/sdk/encode-request': timing(2_000, async () => (await import('./encoding.ts')).request),
  'time/sdk/encode-result': timing(2_000, async () => (await import('./encoding.ts')).result),
  'time/engine/request': timing(1_500, async () => (await import('./engine.ts')).request),
};
