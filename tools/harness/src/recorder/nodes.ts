/** A model's graph without its weights, with what proving each node costs: `models/NAME/nodes.json` of a record. */
import type { LoadedGraph, NodeCost, Op, Ref, TensorSpec } from '@veritrace/referee';

export interface NodesDocument {
  kernelVersion: number;
  inputs: TensorSpec[];
  /** Nodes whose outputs answer a request. */
  outputs: number[];
  /** What weights and constants are, by their number; not their values. */
  initialisers: TensorSpec[];
  nodes: {
    op: Op['tag'];
    attributes: Op['value'];
    inputs: Ref[];
    output: TensorSpec;
    cost: NodeCost | undefined;
  }[];
}

export const nodesOf = ({ graph, costs }: Pick<LoadedGraph, 'graph' | 'costs'>): NodesDocument => ({
  kernelVersion: graph.header.kernelVersion,
  inputs: graph.header.inputs,
  outputs: graph.header.outputs,
  initialisers: graph.initialisers.map(({ spec }) => spec),
  nodes: graph.nodes.map(({ op, inputs, output }, node) => ({
    op: op.tag,
    attributes: op.value,
    inputs,
    output,
    cost: costs[node],
  })),
});
