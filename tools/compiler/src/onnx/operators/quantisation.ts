/** QuantizeLinear and DequantizeLinear. */
import type { ActivationQuantisation } from '../../float/graph.ts';
import { sizeOf } from '../../float/shapes.ts';
import { readAttributes, unsupportedAttribute } from '../attributes.ts';
import type { Importer, OperatorContext, TypedConstant } from '../context.ts';
import { TENSOR_TYPE } from '../schema.ts';
import { at, constantOf, normalAxis, single } from './shared.ts';

/** The operand type of an ONNX element type. */
export const operandOf = (context: OperatorContext, type: number): 'U8' | 'I8' => {
  if (type === TENSOR_TYPE.UINT8) return 'U8';
  if (type === TENSOR_TYPE.INT8) return 'I8';
  throw context.refuse(`quantises to ONNX type ${type}; supported: uint8 and int8`);
};

const QUANTISE_ATTRIBUTES = ['axis', 'block_size', 'output_dtype', 'saturate'] as const;

/** Scale and zero point of a tensor-wide quantisation, at these inputs. */
export const activationAt = (
  context: OperatorContext,
  scaleIndex: number,
  zeroIndex: number,
): ActivationQuantisation => {
  const scale = single(context, scaleIndex);
  if (scale === undefined) throw context.refuse('activations have one constant scale');
  if (!(scale > 0) || !Number.isFinite(scale)) {
    throw context.refuse(`its scale is ${scale}; supported: positive and finite`);
  }
  const zero = context.has(zeroIndex) ? context.constant(zeroIndex) : undefined;
  if (context.has(zeroIndex) && (zero === undefined || sizeOf(zero.shape) !== 1)) {
    throw context.refuse('activations have one constant zero point');
  }
  return {
    dtype: zero ? operandOf(context, zero.type) : ('U8' as const),
    scale,
    zero: zero ? at(zero.values, 0) : 0,
  };
};

/** The reals behind constant integers, which are kept with them if they have 8 bits. */
export const dequantisedConstant = (
  context: OperatorContext,
  constant: TypedConstant,
  scales: readonly number[],
  zeros: readonly number[],
  axis: number,
): TypedConstant => {
  const { shape } = constant;
  if (scales.some((scale) => !(scale > 0) || !Number.isFinite(scale))) {
    throw context.refuse('has a scale that is not positive and finite');
  }
  for (const [list, what] of [
    [scales, 'scales'],
    [zeros, 'zero points'],
  ] as const) {
    if (list.length !== 1 && list.length !== shape[axis]) {
      throw context.refuse(`has ${list.length} ${what} for ${shape[axis]} channels`);
    }
  }
  const [zero = 0] = zeros;
  const inner = sizeOf(shape.slice(axis + 1));
  const of = (list: readonly number[], index: number) =>
    at(list, list.length === 1 ? 0 : Math.floor(index / inner) % list.length);
  const values = Float64Array.from(
    constant.values,
    (value, index) => (value - of(zeros, index)) * of(scales, index),
  );
  if (constant.type === TENSOR_TYPE.INT32) return { type: TENSOR_TYPE.FLOAT, shape, values };
  if (zeros.some((other) => other !== zero)) {
    throw context.refuse(
      'channels have different zero points; supported: one for the whole tensor',
    );
  }
  return {
    type: TENSOR_TYPE.FLOAT,
    shape,
    values,
    quantised: {
      dtype: operandOf(context, constant.type),
      values: Int16Array.from(constant.values),
      zero,
      scales: [...scales],
      axis,
    },
  };
};

const blocks = (context: OperatorContext) => {
  const attributes = readAttributes(context.node, QUANTISE_ATTRIBUTES);
  const size = attributes.int('block_size', 0);
  if (size !== 0) throw unsupportedAttribute(context.node, 'block_size', size, '0');
  return attributes;
};

/** The nearest integer, the even one of two. */
const rint = (value: number): number => {
  const floor = Math.floor(value);
  return value - floor === 0.5 ? floor + (Math.abs(floor) % 2) : Math.round(value);
};

export const quantizeLinear: Importer = (context) => {
  blocks(context);
  const quantisation = activationAt(context, 1, 2);
  const constant = context.constant(0);
  if (constant === undefined) {
    context.quantise(0, quantisation);
    return;
  }
  const { dtype, scale, zero } = quantisation;
  const [min, max] = dtype === 'U8' ? [0, 255] : [-128, 127];
  context.spend(constant.values.length);
  const values = Int16Array.from(constant.values, (value) =>
    Math.min(max, Math.max(min, rint(Math.fround(Math.fround(value) / scale)) + zero)),
  );
  const type = dtype === 'U8' ? TENSOR_TYPE.UINT8 : TENSOR_TYPE.INT8;
  context.setConstant({ type, shape: constant.shape, values });
};

/** Sums times a scale are the reals they stand for. */
const dequantiseSums = (context: OperatorContext): void => {
  const { values } = constantOf(context, 1, 'the scale');
  const zero = context.has(2) ? constantOf(context, 2, 'the zero point').values : [0];
  if (Array.from(zero).some((value) => value !== 0)) {
    throw context.refuse('32-bit sums have a zero point; supported: 0');
  }
  const shape = context.shapeOf(0);
  const input = context.tensor(0, ['sum']);
  if (values.length === 1) {
    const unary = { fn: 'MulScalar', scalar: at(values, 0) } as const;
    context.emit({ tag: 'Map', unary }, [input], shape);
    return;
  }
  if (values.length !== shape[1] || (shape.length !== 2 && shape.length !== 4)) {
    throw context.refuse(`has ${values.length} scales for [${shape.join(',')}]`);
  }
  const scale = Float64Array.from(values);
  const shift = new Float64Array(scale.length);
  context.emit({ tag: 'Affine', scale, shift }, [input], shape);
};

export const dequantizeLinear: Importer = (context) => {
  const attributes = blocks(context);
  if (context.kindOf(0) === 'sum') {
    dequantiseSums(context);
    return;
  }
  const constant = context.constant(0);
  if (constant === undefined) {
    context.dequantise(0, activationAt(context, 1, 2));
    return;
  }
  const scales = Array.from(constantOf(context, 1, 'the scale').values);
  const zeros = context.has(2) ? Array.from(constantOf(context, 2, 'the zero point').values) : [0];
  const axis =
    scales.length === 1 ? 0 : normalAxis(context, attributes.int('axis', 1), constant.shape.length);
  context.setConstant(dequantisedConstant(context, constant, scales, zeros, axis));
};
