/** Canonical graphs for tests: assembled by hand, or drawn at random. */
import {
  type Graph,
  type GraphNode,
  type Initialiser,
  kernelVersionOf,
  LAYOUT_VERSION,
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
    layoutVersion: LAYOUT_VERSION,
    nodeCount: nodes.length,
    initialiserCount: initialisers.length,
    inputs,
    outputs,
  },
  initialisers,
  nodes,
});
