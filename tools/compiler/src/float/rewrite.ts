/** What rewrites of a float graph need to know of it. */
import type { FloatGraph, FloatNode } from './graph.ts';

/** Nodes that read each tensor; one that reads it twice is there twice. */
export const consumersOf = (graph: FloatGraph): Map<string, FloatNode[]> => {
  const consumers = new Map<string, FloatNode[]>();
  for (const node of graph.nodes) {
    for (const input of node.inputs) {
      const list = consumers.get(input);
      if (list) list.push(node);
      else consumers.set(input, [node]);
    }
  }
  return consumers;
};

/** Views of a graph, as it was when this was called. */
export interface GraphView {
  producer(tensor: string): FloatNode | undefined;
  /** Nodes that read a tensor, each once. */
  readers(tensor: string): FloatNode[];
  /** Whether a tensor is neither an output nor of a prescribed quantisation, so that it may disappear. */
  isFree(tensor: string): boolean;
  /** The node behind a free tensor that has no reader but `reader`. */
  privateProducer(tensor: string, reader: FloatNode): FloatNode | undefined;
  /** Throws a `RangeError` for a tensor that is not there. */
  shapeOf(tensor: string): number[];
}

export const viewOf = (graph: FloatGraph): GraphView => {
  const producers = new Map(graph.nodes.map((node) => [node.output, node]));
  const consumers = consumersOf(graph);
  const outputs = new Set(graph.outputs);
  const readers = (tensor: string) => [...new Set(consumers.get(tensor) ?? [])];
  const isFree = (tensor: string) => !outputs.has(tensor) && !graph.prescribed.has(tensor);
  return {
    producer: (tensor) => producers.get(tensor),
    readers,
    isFree,
    privateProducer(tensor, reader) {
      const [only, ...others] = readers(tensor);
      const alone = only === reader && others.length === 0;
      return alone && isFree(tensor) ? producers.get(tensor) : undefined;
    },
    shapeOf(tensor) {
      const shape = graph.shapes.get(tensor);
      if (shape === undefined) throw new RangeError(`tensor "${tensor}" has no shape`);
      return shape;
    },
  };
};

/** Drops nodes that no output needs. */
export const dropUnused = (graph: FloatGraph): FloatGraph => {
  const needed = new Set(graph.outputs);
  const nodes = graph.nodes.toReversed().filter(({ inputs, output }) => {
    if (!needed.has(output)) return false;
    for (const input of inputs) needed.add(input);
    return true;
  });
  return { ...graph, nodes: nodes.toReversed() };
};
