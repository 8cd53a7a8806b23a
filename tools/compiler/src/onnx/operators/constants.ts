/** Constants, names, types and shapes: what leaves no operator behind. */
import { sizeOf } from '../../float/shapes.ts';
import { readAttributes } from '../attributes.ts';
import { readConstant } from '../constants.ts';
import type { Importer } from '../context.ts';
import { asType, isInteger } from '../fold.ts';
import { TENSOR_TYPE } from '../schema.ts';
import { at, integers, single } from './shared.ts';

/** Passes its input on; of a constant, the constant. */
export const identity =
  (known: readonly string[]): Importer =>
  (context) => {
    readAttributes(context.node, known);
    const constant = context.constant(0);
    if (constant !== undefined) context.setConstant(constant);
    else context.alias(0);
  };

export const dropout: Importer = (context) => {
  if (context.has(2) && single(context, 2) !== 0) {
    throw context.refuse('training mode is not supported');
  }
  identity(['ratio', 'seed'])(context);
};

export const constantNode: Importer = (context) => {
  const attributes = readAttributes(context.node, [
    'value',
    'value_float',
    'value_floats',
    'value_int',
    'value_ints',
  ]);
  const tensor = attributes.tensor('value');
  const floats = attributes.floats('value_floats');
  if (tensor) {
    context.setConstant(readConstant(tensor, context.label));
  } else if (floats) {
    context.setConstant({ type: TENSOR_TYPE.FLOAT, shape: [floats.length], values: floats });
  } else if (attributes.has('value_float')) {
    const values = [attributes.float('value_float', 0)];
    context.setConstant({ type: TENSOR_TYPE.FLOAT, shape: [], values });
  } else {
    const list = attributes.ints('value_ints');
    const values = list ?? [attributes.int('value_int', 0)];
    context.setConstant({ type: TENSOR_TYPE.INT64, shape: list ? [list.length] : [], values });
  }
};

/** ONNX's half-precision types, which are computed here as what they stand for. */
const HALVES: readonly number[] = [10, 16];

export const cast: Importer = (context) => {
  const attributes = readAttributes(context.node, ['saturate', 'to']);
  const wanted = attributes.int('to', 0);
  const type = HALVES.includes(wanted) ? TENSOR_TYPE.FLOAT : wanted;
  const constant = context.constant(0);
  const real = type === TENSOR_TYPE.FLOAT || type === TENSOR_TYPE.DOUBLE;
  if (!real && !isInteger(type)) {
    throw context.refuse(
      `casts to ONNX type ${wanted}; supported: floats, and integers of constants`,
    );
  }
  if (constant !== undefined) {
    context.spend(constant.values.length);
    const { shape, values } = constant;
    context.setConstant({ type, shape, values: asType(type, values) });
    return;
  }
  const kind = context.kindOf(0);
  if (kind === undefined) {
    if (!real)
      throw context.refuse(
        'turns reals into integers; supported: constants',
        'unsupported-operator',
      );
    context.tensor(0);
  }
  context.alias(0);
  // Sums become reals; an index stays what it is, whatever it is called.
  const output = at(context.outputs, 0);
  if (kind === 'index' || (kind === 'sum' && !real)) context.setKind(output, kind);
};

export const shape: Importer = (context) => {
  const attributes = readAttributes(context.node, context.opset < 15 ? [] : ['end', 'start']);
  const dimensions = context.shapeOf(0);
  const { length } = dimensions;
  const values = dimensions.slice(attributes.int('start', 0), attributes.int('end', length));
  context.setConstant({ type: TENSOR_TYPE.INT64, shape: [values.length], values });
};

export const size: Importer = (context) => {
  readAttributes(context.node, []);
  const values = [sizeOf(context.shapeOf(0))];
  context.setConstant({ type: TENSOR_TYPE.INT64, shape: [], values });
};

export const constantOfShape: Importer = (context) => {
  const attributes = readAttributes(context.node, ['value']);
  const dimensions = integers(context, 0, 'the shape');
  const tensor = attributes.tensor('value');
  const value = tensor && readConstant(tensor, context.label);
  if (dimensions.some((d) => !Number.isSafeInteger(d) || d < 0)) {
    throw context.refuse(`[${dimensions.join(',')}] is no shape`);
  }
  const count = sizeOf(dimensions);
  context.spend(count);
  const fill = value ? at(value.values, 0) : 0;
  context.setConstant({
    type: value?.type ?? TENSOR_TYPE.FLOAT,
    shape: dimensions,
    values: new Float64Array(count).fill(fill),
  });
};

export const range: Importer = (context) => {
  readAttributes(context.node, []);
  const [start, limit, delta] = [0, 1, 2].map((index) => single(context, index));
  const type = context.constant(0)?.type;
  if (start === undefined || limit === undefined || delta === undefined || type === undefined) {
    throw context.refuse('start, limit and delta must be constant scalars');
  }
  const count = Math.max(0, Math.ceil((limit - start) / delta));
  if (!Number.isSafeInteger(count))
    throw context.refuse(`counts from ${start} to ${limit} by ${delta}`);
  context.spend(count);
  const values = Float64Array.from({ length: count }, (_, index) => start + index * delta);
  context.setConstant({ type, shape: [count], values: asType(type, values) });
};
