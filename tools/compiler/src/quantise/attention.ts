/** Products of computed matrices, Softmax and LayerNorm. */
import type { FloatNode, FloatOp } from '../float/graph.ts';
import { dtypeRange, elementCount } from '../model/tensors.ts';
import {
  type Ending,
  type Lowering,
  NO_ENDING,
  type Quantised,
  requantOf,
  reshaped,
  wideRequant,
} from './context.ts';
import { constantOperand } from './elementwise.ts';
import { expanded } from './layout.ts';
import { roundScaleUp } from './ranges.ts';

type OpOf<Tag extends FloatOp['tag']> = Extract<FloatOp, { tag: Tag }>;

/** Integers up to here are singles. */
const EXACT = 2 ** 24 - 1;
/** Largest weight of a sum. */
const MAX_WEIGHT = 2 ** 15;
/** Largest clamp and zero point of a 32-bit requantisation. */
const MAX_WIDE = 2 ** 23;

const transposed = (lowering: Lowering, x: Quantised, perm: number[]): Quantised => {
  if (perm.every((from, to) => from === to)) return x;
  const spec = { dtype: x.spec.dtype, shape: perm.map((axis) => x.spec.shape[axis] ?? 1) };
  return { ...x, ref: lowering.push({ tag: 'Transpose', value: { perm } }, [x.ref], spec), spec };
};

/** A tensor with its last two dimensions exchanged. A Transpose that only this needs is merged with it. */
const exchanged = (lowering: Lowering, tensor: string): Quantised => {
  const rank = lowering.shapeOf(tensor).length;
  const swap = Array.from({ length: rank }, (_, axis) => axis);
  [swap[rank - 2], swap[rank - 1]] = [rank - 1, rank - 2];
  const producer = lowering.producerOf(tensor);
  const isMerged =
    producer?.op.tag === 'Transpose' &&
    lowering.consumersOf(tensor).length === 1 &&
    !lowering.graph.prescribed.has(tensor) &&
    !lowering.graph.outputs.includes(tensor);
  if (isMerged && producer.op.tag === 'Transpose') {
    const { perm } = producer.op;
    const source = lowering.quantised(producer.inputs[0] ?? '');
    return transposed(
      lowering,
      source,
      swap.map((axis) => perm[axis] ?? axis),
    );
  }
  return transposed(lowering, lowering.quantised(tensor), swap);
};

/** `[.., R, K]` as `[G, R, K]`, `G` the product of `leading`; or `[1, R, K]` where one is enough. */
const asBatch = (
  lowering: Lowering,
  x: Quantised,
  leading: readonly number[],
  mayBeOne: boolean,
): Quantised => {
  const { shape } = x.spec;
  const [rows = 1, depth = 1] = shape.slice(-2);
  const own = shape.slice(0, -2);
  if (mayBeOne && elementCount(own) === 1) return reshaped(lowering, x, [1, rows, depth]);
  const padded = [...new Array<number>(leading.length - own.length).fill(1), ...own];
  const full = [...leading, rows, depth];
  const whole =
    padded.join() === leading.join()
      ? x
      : expanded(lowering, reshaped(lowering, x, [...padded, rows, depth]), full);
  return reshaped(lowering, whole, [elementCount(leading), rows, depth]);
};

/** Products of the last two dimensions of computed tensors. */
export const matMul = (
  lowering: Lowering,
  node: FloatNode,
  tensor: string,
  ending: Ending,
): Quantised => {
  const [aName = '', bName = ''] = node.inputs;
  const shape = lowering.shapeOf(node.output);
  const leading = shape.slice(0, -2);
  const a = asBatch(lowering, lowering.quantised(aName), leading, leading.length === 0);
  const b = asBatch(lowering, exchanged(lowering, bName), leading, true);
  const [batches = 1, rows = 1, depth = 1] = a.spec.shape;
  const [, columns = 1] = b.spec.shape;
  if (depth * 255 ** 2 >= 2 ** 31) {
    throw lowering.refuse(node, `its sums could leave 32 bits (${depth} products)`, 'overflow');
  }
  const end = lowering.finish(node, tensor, [a.quantisation.scale * b.quantisation.scale], ending);
  const spec = { dtype: end.quantisation.dtype, shape: [batches, rows, columns] };
  const ref = lowering.push(
    {
      tag: 'BatchMatMul',
      value: { aZero: a.quantisation.zero, bZero: b.quantisation.zero, requant: end.requant },
    },
    [a.ref, b.ref, end.scale],
    spec,
  );
  return reshaped(
    lowering,
    { ref, spec, quantisation: end.quantisation },
    lowering.shapeOf(tensor),
  );
};

/**
 * `exp(x - max) / sum(exp(x - max))`. Differences of 8-bit integers are exact, their exponentials a table of 32-bit
 * integers that are so large as their sum allows, the rest one sum and one division.
 */
export const softmax = (lowering: Lowering, node: FloatNode, op: OpOf<'Softmax'>): Quantised => {
  const x = lowering.quantised(node.inputs[0] ?? '');
  const { shape } = x.spec;
  const { scale, zero } = x.quantisation;
  const one = shape.with(op.axis, 1);
  const length = shape[op.axis] ?? 1;
  const across = { axes: [op.axis], keepDims: true };
  const most = lowering.push(
    { tag: 'Reduce', value: { reduction: 'Max', ...across, xZero: 0, requant: undefined } },
    [x.ref],
    { dtype: x.spec.dtype, shape: one },
  );
  const below = lowering.push(
    {
      tag: 'WeightedSum',
      value: {
        aZero: zero,
        aMul: 1,
        bZero: zero,
        bMul: -1,
        requant: { zero: 0, ...dtypeRange('U8') },
      },
    },
    [most, x.ref, lowering.scales(node, [1])],
    { dtype: 'U8', shape },
  );
  const unit = 2 ** Math.floor(Math.log2(EXACT / length));
  if (unit < 2) throw lowering.refuse(node, `its axis has ${length} elements, too many`);
  const table = Array.from({ length: 256 }, (_, step) =>
    Math.round(Math.exp(-step * scale) * unit),
  );
  const powers = lowering.push(
    { tag: 'Lookup', value: undefined },
    [below, lowering.constant('I32', [256], table)],
    { dtype: 'I32', shape },
  );
  const total = lowering.push(
    { tag: 'Reduce', value: { reduction: 'Sum', ...across, xZero: 0, requant: undefined } },
    [powers],
    { dtype: 'I32', shape: one },
  );
  const quantisation = lowering.quantisationOf(node.output);
  const spec = { dtype: quantisation.dtype, shape };
  const ref = lowering.push(
    {
      tag: 'Quotient',
      value: { aZero: 0, bZero: 0, requant: requantOf(quantisation, NO_ENDING) },
    },
    [powers, total, lowering.scales(node, [1 / quantisation.scale])],
    spec,
  );
  return { ref, spec, quantisation };
};

/** Bits of the root's fraction: `sqrt(3 * 2^23) * 2^10` is still within a requantisation's clamp. */
const ROOT_BITS = 10;

/** Bits of fraction of the normalised values, before scale and shift, and their largest magnitude. */
const NORMAL_BITS = 14;

/**
 * `(x - mean) / sqrt(variance + epsilon) * scale + shift`. Deviations from the mean are kept in as many bits as the sum
 * of their squares has room for.
 */
export const layerNorm = (
  lowering: Lowering,
  node: FloatNode,
  op: OpOf<'LayerNorm'>,
): Quantised => {
  const input = node.inputs[0] ?? '';
  const x = lowering.quantised(input);
  const { shape } = x.spec;
  const first = shape.length - op.axes;
  const axes = shape.map((_, axis) => axis).slice(first);
  const one = shape.map((size, axis) => (axis < first ? size : 1));
  const inner = shape.map((size, axis) => (axis < first ? 1 : size));
  const count = elementCount(inner);
  if (count > MAX_WEIGHT) {
    throw lowering.refuse(node, `normalises ${count} elements together; supported: ${MAX_WEIGHT}`);
  }
  const { scale: xScale, zero } = x.quantisation;
  const most = Math.floor(Math.sqrt(EXACT / count));
  const seen = lowering.centredReach(input);
  const unit = roundScaleUp((seen !== undefined && seen > 0 ? seen : xScale * 255) / most);

  const sum = lowering.push(
    {
      tag: 'Reduce',
      value: { reduction: 'Sum', axes, keepDims: true, xZero: zero, requant: undefined },
    },
    [x.ref],
    { dtype: 'I32', shape: one },
  );
  const centred = lowering.push(
    {
      tag: 'WeightedSum',
      value: { aZero: zero, aMul: count, bZero: 0, bMul: -1, requant: wideRequant(most) },
    },
    [x.ref, sum, lowering.scales(node, [xScale / (count * unit)])],
    { dtype: 'I32', shape },
  );
  const squares = lowering.push(
    {
      tag: 'Reduce',
      value: { reduction: 'SumOfSquares', axes, keepDims: true, xZero: 0, requant: undefined },
    },
    [centred],
    { dtype: 'I32', shape: one },
  );
  const epsilon = Math.min(MAX_WIDE, Math.round((op.epsilon * count) / unit ** 2));
  const root = lowering.push(
    {
      tag: 'SquareRoot',
      value: { xZero: -epsilon, requant: { zero: 0, min: 0, max: MAX_WIDE - 1 } },
    },
    [squares, lowering.scales(node, [2 ** ROOT_BITS])],
    { dtype: 'I32', shape: one },
  );
  const normal = Math.sqrt(count) * 2 ** ROOT_BITS;
  const quantisation = lowering.quantisationOf(node.output);
  const spec = { dtype: quantisation.dtype, shape };
  const requant = requantOf(quantisation, NO_ENDING);
  if (op.scale === undefined && op.shift === undefined) {
    const ref = lowering.push(
      { tag: 'Quotient', value: { aZero: 0, bZero: 0, requant } },
      [centred, root, lowering.scales(node, [normal / quantisation.scale])],
      spec,
    );
    return { ref, spec, quantisation };
  }

  const innerShape = inner.slice(first);
  const gain = constantOperand(
    lowering,
    { shape: innerShape, values: op.scale ?? new Float64Array(count).fill(1) },
    shape.length,
  );
  // The shift's integer weight must fit, so its unit may not be too far above the product's.
  const shiftSpan =
    op.shift === undefined ? 0 : Math.max(...op.shift, 0) - Math.min(...op.shift, 0);
  const whole = Math.ceil(Math.log2(Math.sqrt(count)));
  let bits = Math.max(0, NORMAL_BITS - whole);
  const sumUnit = () => gain.quantisation.scale / 2 ** bits;
  while (bits > 0 && shiftSpan / 255 / sumUnit() > MAX_WEIGHT / 2) bits--;
  const normalised = lowering.push(
    {
      tag: 'Quotient',
      value: { aZero: 0, bZero: 0, requant: wideRequant(2 ** NORMAL_BITS) },
    },
    [centred, root, lowering.scales(node, [normal * 2 ** bits])],
    { dtype: 'I32', shape },
  );
  const scaled = { aZero: 0, bZero: gain.quantisation.zero };
  const end = lowering.finish(node, node.output, [sumUnit()], NO_ENDING);
  if (op.shift === undefined) {
    const ref = lowering.push(
      { tag: 'Product', value: { ...scaled, requant: end.requant } },
      [normalised, gain.ref, end.scale],
      spec,
    );
    return { ref, spec, quantisation };
  }
  const gained = lowering.push(
    { tag: 'Product', value: { ...scaled, requant: undefined } },
    [normalised, gain.ref],
    { dtype: 'I32', shape },
  );
  const weight = Math.max(1, Math.ceil(shiftSpan / 255 / sumUnit()));
  const shiftUnit = weight * sumUnit();
  const shiftZero = Math.min(255, Math.max(0, Math.round(-Math.min(...op.shift, 0) / shiftUnit)));
  const shifts = Array.from(op.shift, (value) =>
    Math.min(255, Math.max(0, Math.round(value / shiftUnit) + shiftZero)),
  );
  const ref = lowering.push(
    {
      tag: 'WeightedSum',
      value: { aZero: 0, aMul: 1, bZero: shiftZero, bMul: weight, requant: end.requant },
    },
    [gained, lowering.constant('U8', inner, shifts), end.scale],
    spec,
  );
  return { ref, spec, quantisation };
};
