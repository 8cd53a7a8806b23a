/** Canonical graphs for tests: assembled by hand, or drawn at random. */
import {
  type Graph,
  type GraphNode,
  type Initialiser,
  kernelVersionOf,
  type TensorSpec,
} from '@veritrace/referee/graph';

/** A graph of these parts whose last node is its output. */
export const graphOf = (
  inputs: TensorSpec[],
  initialisers: Initialiser[],
  nodes: GraphNode[],
  outputs: number[] = [nodes.length - 1],
): Graph => ({
  header: {
    kernelVersion: kernelVersionOf(nodes),
    layoutVersion: 1,
    nodeCount: nodes.length,
    initialiserCount: initialisers.length,
    inputs,
    outputs,
  },
  initialisers,
  nodes,
});
