/** The chain's integer kernels, in the wasm that the checkout ships, one operator at a time. */
import { createReferee, encodeGraph, type Graph } from '@veritrace/referee';
import { byteLength } from '@veritrace/referee/graph';
import type { TimedBenchmark } from './benchmark.ts';
import { operatorGraphs, patternBytes } from './graphs.ts';

const evaluating =
  (make: () => Graph): TimedBenchmark =>
  () => {
    const loaded = createReferee().loadGraph(encodeGraph(make()));
    const inputs = loaded.header.inputs.map((input, index) =>
      patternBytes(byteLength(input), 100 + index),
    );
    return { run: () => void loaded.evaluate(inputs) };
  };

/** The evaluation of a graph with that operator alone. */
export const kernel = (operator: keyof typeof operatorGraphs): TimedBenchmark =>
  evaluating(operatorGraphs[operator]);
