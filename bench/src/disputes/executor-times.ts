/** What a check costs in compiled wasm on the node's executor, from the weights that were measured there. */
import type { WeightsDetail } from '../weights/detail.ts';
import type { Target } from './proofs.ts';

/** Nanoseconds, of one way through a call. */
export interface ExecutorTimes {
  target: Target;
  /** The benchmark, `contradict_tile_convicts`. */
  benchmark: string;
  perMac: number | undefined;
  perByte: number | undefined;
}

const BENCHMARKS: Record<Target, string> = {
  node: 'contradict_node_convicts',
  tile: 'contradict_tile_convicts',
  element: 'contradict_element_convicts',
};

/** Slopes are picoseconds; component `m` counts thousands of multiply-accumulates, `b` bytes. */
export const executorTimes = ({ runs }: WeightsDetail): ExecutorTimes[] =>
  (Object.entries(BENCHMARKS) as [Target, string][]).flatMap(([target, benchmark]) => {
    const found = runs
      .flatMap(({ measurements }) => measurements)
      .find(({ pallet, name }) => pallet === 'disputes' && name === benchmark);
    if (found === undefined) return [];
    const { m, b } = found.refTime.slopes;
    return [
      {
        target,
        benchmark,
        perMac: m === undefined ? undefined : m / 1e6,
        perByte: b === undefined ? undefined : b / 1e3,
      },
    ];
  });
