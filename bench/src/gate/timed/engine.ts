/** The exact program in ONNX Runtime, as a worker runs it. */
import { createExactSession } from '@veritrace/compiler';
import { byteLength } from '@veritrace/referee/graph';
import type { TimedBenchmark } from './benchmark.ts';
import { networkGraph, patternBytes } from './graphs.ts';

/** One request to a small classifier, on one thread. */
export const request: TimedBenchmark = async () => {
  const graph = networkGraph(32);
  const session = await createExactSession(graph, { threads: 1 });
  const inputs = graph.header.inputs.map((input) => patternBytes(byteLength(input), 10));
  return {
    run: async () => {
      await session.run(inputs);
    },
  };
};
