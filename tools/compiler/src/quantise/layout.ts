/** Operators that move, choose or bring together elements. */
import type { FloatNode, FloatOp, ResizePlace } from '../float/graph.ts';
import {
  type Ending,
  type Lowering,
  NO_ENDING,
  type Quantised,
  requantOf,
  reshaped,
  sameQuantisation,
} from './context.ts';

type OpOf<Tag extends FloatOp['tag']> = Extract<FloatOp, { tag: Tag }>;

/** Most inputs a node has. */
const MAX_INPUTS = 4;
/** Largest sum. */
const MAX_SUM = 2 ** 31 - 1;
/** A share of the next element is counted in these. */
const SHARES = 128;

/** The same reals in another quantisation. */
const requantised = (
  lowering: Lowering,
  node: FloatNode,
  from: Quantised,
  to: Quantised['quantisation'],
): Quantised => {
  if (sameQuantisation(from.quantisation, to)) return from;
  const spec = { dtype: to.dtype, shape: from.spec.shape };
  const ref = lowering.push(
    {
      tag: 'Requantise',
      value: { xZero: from.quantisation.zero, requant: requantOf(to, NO_ENDING) },
    },
    [from.ref, lowering.scales(node, [from.quantisation.scale / to.scale])],
    spec,
  );
  return { ref, spec, quantisation: to };
};

/** Inputs in the output's quantisation, one after the other; four at a time, as a node has no more inputs. */
export const concat = (lowering: Lowering, node: FloatNode, op: OpOf<'Concat'>): Quantised => {
  const quantisation = lowering.quantisationOf(node.output);
  let parts = node.inputs.map((input) =>
    requantised(lowering, node, lowering.quantised(input), quantisation),
  );
  while (parts.length > 1) {
    const joined: Quantised[] = [];
    for (let at = 0; at < parts.length; at += MAX_INPUTS) {
      const group = parts.slice(at, at + MAX_INPUTS);
      const [first] = group;
      if (first === undefined || group.length === 1) {
        joined.push(...group);
        continue;
      }
      const length = group.reduce((sum, { spec }) => sum + (spec.shape[op.axis] ?? 1), 0);
      const spec = { dtype: quantisation.dtype, shape: first.spec.shape.with(op.axis, length) };
      const refs = group.map(({ ref }) => ref);
      const ref = lowering.push({ tag: 'Concat', value: { axis: op.axis } }, refs, spec);
      joined.push({ ref, spec, quantisation });
    }
    parts = joined;
  }
  const [only] = parts;
  if (only === undefined) throw lowering.refuse(node, 'joins nothing', 'malformed');
  return only;
};

export const slice = (lowering: Lowering, node: FloatNode, op: OpOf<'Slice'>): Quantised => {
  const x = lowering.quantised(node.inputs[0] ?? '');
  const spec = { dtype: x.spec.dtype, shape: lowering.shapeOf(node.output) };
  const ref = lowering.push({ tag: 'Slice', value: { ranges: op.ranges } }, [x.ref], spec);
  return { ...x, ref, spec };
};

/** Indices that are `start, start + step, ..` with a positive step. */
const asRange = (indices: readonly number[]): [start: number, step: number] | undefined => {
  const [start = 0, second] = indices;
  if (second === undefined) return [start, 1];
  const step = second - start;
  if (step < 1 || !indices.every((index, at) => index === start + at * step)) return undefined;
  return [start, step];
};

/** Slices at constant indices. Evenly spaced ones need no indices on the chain. */
export const gather = (lowering: Lowering, node: FloatNode, op: OpOf<'Gather'>): Quantised => {
  const x = lowering.quantised(node.inputs[0] ?? '');
  const { shape } = x.spec;
  const size = shape[op.axis] ?? 1;
  const indices = op.indices.map((index) => (index < 0 ? index + size : index));
  const range = asRange(indices);
  const chosen = shape.with(op.axis, indices.length);
  const flat = (): Quantised => {
    const spec = { dtype: x.spec.dtype, shape: chosen };
    const ref =
      range === undefined
        ? lowering.push(
            { tag: 'Gather', value: { axis: op.axis } },
            [x.ref, lowering.constant('I32', [indices.length], indices)],
            spec,
          )
        : lowering.push(
            {
              tag: 'Slice',
              value: { ranges: shape.map((_, axis) => (axis === op.axis ? range : [0, 1])) },
            },
            [x.ref],
            spec,
          );
    return { ...x, ref, spec };
  };
  return reshaped(lowering, flat(), lowering.shapeOf(node.output));
};

/** Copies along leading dimensions of 1, so that the tensor has the wanted shape. */
export const expanded = (lowering: Lowering, x: Quantised, shape: readonly number[]): Quantised => {
  let result = x;
  for (const [axis, size] of shape.entries()) {
    if (result.spec.shape[axis] === size) continue;
    const spec = { dtype: x.spec.dtype, shape: result.spec.shape.with(axis, size) };
    const indices = lowering.constant('I32', [size], new Array<number>(size).fill(0));
    const ref = lowering.push({ tag: 'Gather', value: { axis } }, [result.ref, indices], spec);
    result = { ...x, ref, spec };
  }
  return result;
};

const placeOf = ({ index, fraction }: ResizePlace): number =>
  index * 256 + Math.round(fraction * SHARES);

const placesOf = (lowering: Lowering, places: readonly ResizePlace[]) =>
  lowering.constant('I32', [places.length], places.map(placeOf));

/** Nearest: the same integers. Linear: sums of four with weights in 128ths, requantised. */
export const resize = (
  lowering: Lowering,
  node: FloatNode,
  op: OpOf<'Resize'>,
  tensor: string,
  ending: Ending,
): Quantised => {
  const x = lowering.quantised(node.inputs[0] ?? '');
  const inputs = [x.ref, placesOf(lowering, op.rows), placesOf(lowering, op.columns)];
  const shape = lowering.shapeOf(tensor);
  if (op.mode === 'nearest') {
    const spec = { dtype: x.spec.dtype, shape };
    const value = { xZero: x.quantisation.zero, requant: undefined };
    return { ...x, ref: lowering.push({ tag: 'Resize', value }, inputs, spec), spec };
  }
  const end = lowering.finish(node, tensor, [x.quantisation.scale / SHARES ** 2], ending);
  const spec = { dtype: end.quantisation.dtype, shape };
  const value = { xZero: x.quantisation.zero, requant: end.requant };
  const ref = lowering.push({ tag: 'Resize', value }, [...inputs, end.scale], spec);
  return { ref, spec, quantisation: end.quantisation };
};

/** Largest and smallest pass the quantisation through; sums are requantised. */
export const reduce = (
  lowering: Lowering,
  node: FloatNode,
  op: OpOf<'Reduce'>,
  tensor: string,
  ending: Ending,
): Quantised => {
  const x = lowering.quantised(node.inputs[0] ?? '');
  const { axes, keepDims, reduction } = op;
  const shape = lowering.shapeOf(tensor);
  const { scale, zero } = x.quantisation;
  if (reduction === 'Max' || reduction === 'Min') {
    const spec = { dtype: x.spec.dtype, shape };
    const value = { reduction, axes, keepDims, xZero: 0, requant: undefined };
    return { ...x, ref: lowering.push({ tag: 'Reduce', value }, [x.ref], spec), spec };
  }
  const count = axes.reduce((product, axis) => product * (x.spec.shape[axis] ?? 1), 1);
  const isSquare = reduction === 'SumOfSquares';
  const most = count * (isSquare ? 255 ** 2 : 255);
  if (most > MAX_SUM) {
    throw lowering.refuse(
      node,
      `its sums could reach ${most}, beyond 32 bits (${count} elements)`,
      'overflow',
    );
  }
  const sumScale = isSquare ? scale ** 2 : reduction === 'Mean' ? scale / count : scale;
  const end = lowering.finish(node, tensor, [sumScale], ending);
  const spec = { dtype: end.quantisation.dtype, shape };
  const value = {
    reduction: isSquare ? ('SumOfSquares' as const) : ('Sum' as const),
    axes,
    keepDims,
    xZero: zero,
    requant: end.requant,
  };
  const ref = lowering.push({ tag: 'Reduce', value }, [x.ref, end.scale], spec);
  return { ref, spec, quantisation: end.quantisation };
};

/** The largest or smallest elements, which keep their quantisation. */
export const topValues = (lowering: Lowering, node: FloatNode, op: OpOf<'TopK'>): Quantised => {
  const x = lowering.quantised(node.inputs[0] ?? '');
  const spec = { dtype: x.spec.dtype, shape: lowering.shapeOf(node.output) };
  const value = { axis: op.axis, largest: op.largest, indices: false };
  return { ...x, ref: lowering.push({ tag: 'TopK', value }, [x.ref], spec), spec };
};
