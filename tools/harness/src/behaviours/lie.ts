/** Telling lies that hold together: one value is changed, everything after it is computed honestly from there. */
import { encodeGraph, type Graph, type LoadedGraph, type Referee } from '@veritrace/referee';
import { pick } from '../actors/random.ts';

const at = <T>(items: readonly T[], index: number, what: string): T => {
  const item = items[index];
  if (item === undefined) throw new RangeError(`the graph has no ${what} ${index}`);
  return item;
};

/**
 * A copy of a node's output with one value changed: the top bit of an 8-bit value, the lowest of a wider one. `where`
 * in [0, 1) says which value.
 */
export const changeOneValue = (
  graph: Graph,
  node: number,
  output: Uint8Array,
  where: number,
): Uint8Array => {
  const { dtype } = at(graph.nodes, node, 'node').output;
  const width = dtype === 'I32' || dtype === 'F32' ? 4 : 1;
  const element = Math.min(output.length / width - 1, Math.floor((where * output.length) / width));
  const changed = output.slice();
  const offset = element * width;
  changed[offset] = (changed[offset] ?? 0) ^ (width === 1 ? 0x80 : 0x01);
  return changed;
};

/** Bytes of a tile. */
const TILE = 256;

/**
 * A copy of an output with one tile of it filled with random bytes, none of which is what it was. Of a smaller output that
 * is all of it.
 */
export const changeOneTile = (output: Uint8Array, random: () => number): Uint8Array => {
  const changed = output.slice();
  const from = pick(random, Math.ceil(output.length / TILE)) * TILE;
  for (let at = from; at < Math.min(output.length, from + TILE); at += 1) {
    changed[at] = (changed[at] ?? 0) ^ (1 + pick(random, 255));
  }
  return changed;
};

/** A copy with the lowest bit of one value flipped. */
export const flipOneBit = (output: Uint8Array, where: number): Uint8Array => {
  const changed = output.slice();
  const offset = Math.min(output.length - 1, Math.floor(where * output.length));
  changed[offset] = (changed[offset] ?? 0) ^ 0x01;
  return changed;
};

/** The graph with a node's output given as another request input: what follows the node is computed from it. */
const withGivenOutput = (graph: Graph, node: number): Graph => {
  const given = graph.header.inputs.length;
  const { output } = at(graph.nodes, node, 'node');
  return {
    ...graph,
    header: { ...graph.header, inputs: [...graph.header.inputs, output] },
    nodes: graph.nodes.map((one) => ({
      ...one,
      inputs: one.inputs.map((input) =>
        input.tag === 'Node' && input.value === node
          ? { tag: 'Request' as const, value: given }
          : input,
      ),
    })),
  };
};

/** Every node's output when node `node` is said to have given `output`. */
export const evaluateFrom = (
  referee: Referee,
  model: LoadedGraph,
  inputs: Uint8Array[],
  node: number,
  output: Uint8Array,
): Uint8Array[] => {
  const doctored = referee.loadGraph(encodeGraph(withGivenOutput(model.graph, node)));
  try {
    return doctored
      .evaluate([...inputs, output])
      .map((honest, index) => (index === node ? output : honest));
  } finally {
    doctored.free();
  }
};
