/** Rewrites that do not change what a float model computes (up to the order of float roundings). */
import type { Constant, FloatGraph, FloatNode, FloatOp } from './graph.ts';

/** Nodes that read each tensor. */
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

/** Turns quantise and dequantise pairs into prescriptions for the tensor they stand on. */
const resolveFakeQuantisation = (graph: FloatGraph): FloatGraph => {
  const prescribed = new Map(graph.prescribed);
  const renamed = new Map<string, string>();
  const resolve = (name: string) => renamed.get(name) ?? name;
  const nodes: FloatNode[] = [];
  for (const original of graph.nodes) {
    const node = { ...original, inputs: original.inputs.map(resolve) };
    const [input] = node.inputs;
    if (node.op.tag !== 'FakeQuantise' || input === undefined) {
      nodes.push(node);
      continue;
    }
    const { quantisation } = node.op;
    const known = prescribed.get(input);
    const same =
      known?.dtype === quantisation.dtype &&
      known.scale === quantisation.scale &&
      known.zero === quantisation.zero;
    if (known === undefined || same) {
      prescribed.set(input, quantisation);
      renamed.set(node.output, input);
    } else {
      // A second, different quantisation of the same tensor: a step of its own.
      prescribed.set(node.output, quantisation);
      nodes.push(node);
    }
  }
  return { ...graph, nodes, prescribed, outputs: graph.outputs.map(resolve) };
};

type Linear = Extract<FloatOp, { tag: 'Conv' | 'Dense' }>;

/** `scale * (w·x + b) + shift` as one linear operator. */
const scaledLinear = (op: Linear, scale: ArrayLike<number>, shift: ArrayLike<number>): Linear => {
  const [outputs = 1] = op.weights.shape;
  const taps = op.weights.values.length / outputs;
  const factor = (channel: number) => scale[channel] ?? 1;
  const unchanged = Array.from({ length: outputs }, (_, o) => factor(o)).every((f) => f === 1);
  const weights: Constant = unchanged
    ? op.weights
    : {
        shape: op.weights.shape,
        values: Float64Array.from(
          op.weights.values,
          (weight, index) => weight * factor(Math.floor(index / taps)),
        ),
      };
  const bias = Float64Array.from(
    { length: outputs },
    (_, o) => (op.bias?.[o] ?? 0) * factor(o) + (shift[o] ?? 0),
  );
  return { ...op, weights, bias };
};

/** What an operator does to each channel, when that is a scaling and a shift. */
const asAffine = (
  op: FloatOp,
  channels: number,
): { scale: ArrayLike<number>; shift: ArrayLike<number> } | undefined => {
  if (op.tag === 'Affine') return op;
  if (op.tag !== 'Map') return undefined;
  const filled = (value: number) => new Float64Array(channels).fill(value);
  if (op.unary.fn === 'AddScalar') return { scale: filled(1), shift: filled(op.unary.scalar) };
  if (op.unary.fn === 'MulScalar') return { scale: filled(op.unary.scalar), shift: filled(0) };
  return undefined;
};

/** Folds normalisations and other scalings into the convolution or matrix product before them. */
const foldAffine = (graph: FloatGraph): FloatGraph => {
  const consumers = consumersOf(graph);
  const nodes: FloatNode[] = [];
  const producers = new Map<string, number>();
  for (const node of graph.nodes) {
    const [input = ''] = node.inputs;
    const at = producers.get(input);
    const before = at === undefined ? undefined : nodes[at];
    const foldable =
      before !== undefined &&
      (before.op.tag === 'Conv' || before.op.tag === 'Dense') &&
      consumers.get(input)?.length === 1 &&
      !graph.prescribed.has(input) &&
      !graph.outputs.includes(input);
    if (foldable && (before.op.tag === 'Conv' || before.op.tag === 'Dense')) {
      const affine = asAffine(node.op, before.op.weights.shape[0] ?? 1);
      if (affine !== undefined && at !== undefined) {
        nodes[at] = {
          ...before,
          op: scaledLinear(before.op, affine.scale, affine.shift),
          output: node.output,
        };
        producers.set(node.output, at);
        continue;
      }
    }
    producers.set(node.output, nodes.length);
    nodes.push(node);
  }
  return { ...graph, nodes };
};

/** Drops nodes that no output needs. */
const dropUnused = (graph: FloatGraph): FloatGraph => {
  const needed = new Set(graph.outputs);
  const nodes = graph.nodes.toReversed().filter(({ inputs, output }) => {
    if (!needed.has(output)) return false;
    for (const input of inputs) needed.add(input);
    return true;
  });
  return { ...graph, nodes: nodes.toReversed() };
};

/** All of them. */
export const simplify = (graph: FloatGraph): FloatGraph =>
  foldAffine(dropUnused(resolveFakeQuantisation(graph)));
