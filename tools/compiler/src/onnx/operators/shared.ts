/** What the importers of all families need. */
import { sizeOf } from '../../float/shapes.ts';
import { type Attributes, unsupportedAttribute } from '../attributes.ts';
import type { OperatorContext, TypedConstant } from '../context.ts';

/** The item at an index that is known to exist. */
export const at = <T>(items: ArrayLike<T>, index: number): T => {
  const item = items[index];
  if (item === undefined) throw new RangeError(`no item ${index}`);
  return item;
};

/** Dimensions with leading ones dropped. */
export const trimmed = (shape: readonly number[]): number[] => {
  const first = shape.findIndex((d) => d !== 1);
  return first === -1 ? [] : shape.slice(first);
};

/** A constant input. Throws when it is computed. */
export const constantOf = (
  context: OperatorContext,
  index: number,
  what: string,
): TypedConstant => {
  const constant = context.constant(index);
  if (constant === undefined) throw context.refuse(`${what} must be constant`);
  return constant;
};

/** Integers of a constant input, as shapes and axes are given. */
export const integers = (context: OperatorContext, index: number, what: string): number[] =>
  Array.from(constantOf(context, index, what).values);

/** A constant of one element. */
export const single = (context: OperatorContext, index: number): number | undefined => {
  const constant = context.constant(index);
  return constant && sizeOf(constant.shape) === 1 ? at(constant.values, 0) : undefined;
};

/** An axis from 0 up. Throws when the tensor has no such axis. */
export const normalAxis = (context: OperatorContext, axis: number, rank: number): number => {
  const normal = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(normal) || normal < 0 || normal >= rank) {
    throw unsupportedAttribute(context.node, 'axis', axis, `an axis of a tensor of rank ${rank}`);
  }
  return normal;
};

/** Axes from 0 up, in order. Throws when one is not there, or is there twice. */
export const normalAxes = (
  context: OperatorContext,
  axes: readonly number[],
  rank: number,
): number[] => {
  const normal = axes.map((axis) => normalAxis(context, axis, rank)).sort((a, b) => a - b);
  if (new Set(normal).size !== normal.length) {
    throw unsupportedAttribute(context.node, 'axes', axes, 'axes that differ');
  }
  return normal;
};

/** Axes given as an attribute before the opset `since`, as input `index` from it on. */
export const axesOf = (
  context: OperatorContext,
  attributes: Attributes,
  since: number,
  index: number,
): number[] | undefined => {
  if (context.opset < since) return attributes.ints('axes');
  return context.has(index) ? integers(context, index, 'axes') : undefined;
};

/** Refuses outputs after the first that the model wants. */
export const onlyFirstOutput = (context: OperatorContext): void => {
  const extra = context.outputs.slice(1).find((name) => name !== '');
  if (extra !== undefined) {
    throw context.refuse(`its further output "${extra}" is not supported`, 'unsupported-operator');
  }
};

/** Gives a tensor, or a constant, another shape under the node's output. */
export const reshaped = (
  context: OperatorContext,
  shape: readonly number[],
  input = context.operand(0),
  from: readonly number[] = context.shapeOf(0),
): void => {
  if (sizeOf(shape) !== sizeOf(from)) {
    throw context.refuse(`[${from.join(',')}] cannot become [${shape.join(',')}]`);
  }
  context.emit({ tag: 'Reshape' }, [input], shape);
};
