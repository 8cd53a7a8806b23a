/** Hashing, and what a dispute costs: in the wasm that the checkout ships. */
import { createReferee, encodeGraph } from '@veritrace/referee';
import { byteLength, type TensorSpec } from '@veritrace/referee/graph';
import type { TimedBenchmark } from './benchmark.ts';
import { networkGraph, operatorGraphs, patternBytes } from './graphs.ts';

const page: TensorSpec = { dtype: 'U8', shape: [1, 8192] };

/** The root of a tensor of 8 KiB. */
export const tensorRoot: TimedBenchmark = () => {
  const referee = createReferee();
  const data = patternBytes(byteLength(page), 7);
  return { run: () => void referee.tensorRoot(page, data, 1) };
};

/** Commitment to every tensor of a small classifier. */
export const trace: TimedBenchmark = () => {
  const referee = createReferee();
  const loaded = referee.loadGraph(encodeGraph(networkGraph(16)));
  const outputs = loaded.evaluate(
    loaded.header.inputs.map((input) => patternBytes(byteLength(input), 8)),
  );
  return { run: () => void referee.traceRoot(loaded.trace(outputs)) };
};

/** The check of a proof that a convolution was computed wrongly, as the chain does it. */
export const check: TimedBenchmark = () => {
  const referee = createReferee();
  const loaded = referee.loadGraph(encodeGraph(operatorGraphs.conv()));
  const { inputs: specs } = loaded.header;
  const inputs = specs.map((input) => patternBytes(byteLength(input), 9));
  const honest = loaded.evaluate(inputs);
  const lie = honest.map((output) => output.map((byte, index) => (index === 0 ? byte ^ 1 : byte)));
  const leaves = loaded.trace(lie);
  const facts = {
    graphRoot: loaded.graphRoot,
    nodeCount: 1,
    traceRoot: referee.traceRoot(leaves),
    inputRoots: specs.map((input, index) =>
      referee.tensorRoot(input, inputs[index] ?? new Uint8Array(), loaded.header.layoutVersion),
    ),
  };
  const proof = loaded.proveNode(0, leaves, inputs, honest);
  const verdict = referee.check(facts, proof);
  if (verdict.kind !== 'convicted') throw new Error(`the proof was rejected: ${verdict.reason}`);
  return { run: () => void referee.check(facts, proof) };
};
