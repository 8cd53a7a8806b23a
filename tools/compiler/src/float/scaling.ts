/** Scalings and shifts per channel, folded into the sums before them. */
import type { Constant, FloatGraph, FloatNode, FloatOp } from './graph.ts';
import { viewOf } from './rewrite.ts';
import { sizeOf } from './shapes.ts';

type Linear = Extract<FloatOp, { tag: 'Conv' | 'ConvTranspose' | 'Dense' }>;

interface Scaling {
  scale: ArrayLike<number>;
  shift: ArrayLike<number>;
}

const isLinear = (op: FloatOp): op is Linear =>
  op.tag === 'Conv' || op.tag === 'ConvTranspose' || op.tag === 'Dense';

const scaledWeights = (weights: Constant, factors: readonly number[]): Constant => {
  if (factors.every((factor) => factor === 1)) return weights;
  const taps = weights.values.length / factors.length;
  const { quantised, shape } = weights;
  const values = Float64Array.from(
    weights.values,
    (weight, index) => weight * (factors[Math.floor(index / taps)] ?? 1),
  );
  // Integers of the file stay what they are: their scales take the factors.
  const followed =
    quantised !== undefined &&
    (quantised.scales.length === 1 || quantised.axis === 0) &&
    factors.every((factor) => factor > 0 && Number.isFinite(factor));
  if (!followed) return { shape, values };
  const { scales } = quantised;
  const [factor = 1] = factors;
  const uniform = scales.length === 1 && factors.every((other) => other === factor);
  const scaled = uniform
    ? scales.map((scale) => scale * factor)
    : factors.map((own, index) => own * (scales[scales.length === 1 ? 0 : index] ?? 1));
  return { shape, values, quantised: { ...quantised, scales: scaled, axis: 0 } };
};

/** `scale * (w·x + b) + shift` as one operator. */
const scaledLinear = (op: Linear, { scale, shift }: Scaling): Linear => {
  const [outputs = 1] = op.weights.shape;
  const factors = Array.from({ length: outputs }, (_, o) => scale[o] ?? 1);
  const bias = Float64Array.from(
    { length: outputs },
    (_, o) => (op.bias?.[o] ?? 0) * (factors[o] ?? 1) + (shift[o] ?? 0),
  );
  const none = op.bias === undefined && bias.every((value) => value === 0);
  return {
    ...op,
    weights: scaledWeights(op.weights, factors),
    bias: none ? undefined : bias,
  };
};

/** What arithmetic with one constant for each of `channels` does to them. */
const asScaling = (op: FloatOp, channels: number, lastAxis: boolean): Scaling | undefined => {
  const filled = (value: number) => new Float64Array(channels).fill(value);
  if (op.tag === 'Map') {
    if (op.unary.fn === 'AddScalar') return { scale: filled(1), shift: filled(op.unary.scalar) };
    if (op.unary.fn === 'MulScalar') return { scale: filled(op.unary.scalar), shift: filled(0) };
    return undefined;
  }
  if (op.tag === 'Affine') return lastAxis ? undefined : op;
  if (op.tag !== 'BinaryConstant' || !lastAxis) return undefined;
  const { shape, values } = op.constant;
  if (shape.at(-1) !== channels || sizeOf(shape) !== channels) return undefined;
  const own = Float64Array.from(values);
  switch (op.fn) {
    case 'Add':
      return { scale: filled(1), shift: own };
    case 'Sub':
      return op.side === 1
        ? { scale: filled(1), shift: own.map((value) => -value) }
        : { scale: filled(-1), shift: own };
    case 'Mul':
      return { scale: own, shift: filled(0) };
    case 'Div':
      return op.side === 1 ? { scale: own.map((v) => 1 / v), shift: filled(0) } : undefined;
  }
};

/**
 * Folds normalisations and other scalings into the convolution or matrix product before them, also through the reshape
 * that a matrix product of more than two dimensions ends with.
 */
export const foldScalings = (graph: FloatGraph): FloatGraph => {
  const { readers, isFree, shapeOf } = viewOf(graph);
  const nodes: FloatNode[] = [];
  const places = new Map<string, number>();
  const shapes = new Map(graph.shapes);
  const observedAs = new Map(graph.observedAs);
  /** Where the node behind a tensor stands, if that may be changed. */
  const changeable = (tensor: string): number | undefined =>
    readers(tensor).length <= 1 && isFree(tensor) ? places.get(tensor) : undefined;
  const put = (node: FloatNode, place = nodes.length) => {
    nodes[place] = node;
    places.set(node.output, place);
  };
  for (const node of graph.nodes) {
    const [input = ''] = node.inputs;
    const place = node.inputs.length === 1 ? changeable(input) : undefined;
    const before = place === undefined ? undefined : nodes[place];
    if (place === undefined || before === undefined) {
      put(node);
      continue;
    }
    const channelsOf = ({ weights }: Linear) => weights.shape[0] ?? 1;
    if (isLinear(before.op)) {
      const rowsOnly = before.op.tag === 'Dense';
      const channels = channelsOf(before.op);
      const scaling =
        asScaling(node.op, channels, false) ??
        (rowsOnly ? asScaling(node.op, channels, true) : undefined);
      const same = scaling && shapeOf(node.output).join() === shapeOf(before.output).join();
      if (scaling && same) {
        put({ ...before, op: scaledLinear(before.op, scaling), output: node.output }, place);
        continue;
      }
    }
    const [rows = ''] = before.inputs;
    const inner = before.op.tag === 'Reshape' ? changeable(rows) : undefined;
    const product = inner === undefined ? undefined : nodes[inner];
    if (inner !== undefined && product?.op.tag === 'Dense') {
      const channels = channelsOf(product.op);
      const shape = shapeOf(before.output);
      const scaling =
        shape.at(-1) === channels && shapeOf(node.output).join() === shape.join()
          ? asScaling(node.op, channels, true)
          : undefined;
      if (scaling) {
        // Both tensors now hold what the node's output holds.
        const scaled = `${node.output}/rows`;
        shapes.set(scaled, shapeOf(product.output));
        observedAs.set(scaled, observedAs.get(node.output) ?? node.output);
        put({ ...product, op: scaledLinear(product.op, scaling), output: scaled }, inner);
        put({ ...before, inputs: [scaled], output: node.output }, place);
        continue;
      }
    }
    put(node);
  }
  return { ...graph, nodes, shapes, observedAs };
};
