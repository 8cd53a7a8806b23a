/** Functions of each element, and arithmetic of two tensors. */
import type { BinaryFunction, Constant, PlainFunction, Unary } from '../../float/graph.ts';
import { broadcastShape, sameShape, sizeOf } from '../../float/shapes.ts';
import { type Attributes, readAttributes, unsupportedAttribute } from '../attributes.ts';
import type { Importer, OperatorContext, TypedConstant } from '../context.ts';
import { foldArithmetic } from '../fold.ts';
import { at, constantOf, single, trimmed } from './shared.ts';

/** A function with parameters from attributes. */
export const unary =
  (known: readonly string[], read: (attributes: Attributes) => Unary): Importer =>
  (context) => {
    const attributes = readAttributes(context.node, known);
    context.emit({ tag: 'Map', unary: read(attributes) }, [context.operand(0)], context.shapeOf(0));
  };

export const plain = (fn: PlainFunction): Importer => unary([], () => ({ fn }));

export const clip: Importer = (context) => {
  const attributes = readAttributes(context.node, context.opset < 11 ? ['min', 'max'] : []);
  const bound = (index: number, name: string, fallback: number): number => {
    if (context.opset < 11) return attributes.float(name, fallback);
    if (!context.has(index)) return fallback;
    const value = single(context, index);
    if (value === undefined) throw context.refuse(`${name} must be a constant scalar`);
    return value;
  };
  const min = bound(1, 'min', Number.NEGATIVE_INFINITY);
  const max = bound(2, 'max', Number.POSITIVE_INFINITY);
  // ONNX: where min is the larger, everything is max.
  const unary: Unary = { fn: 'Clip', min: Math.min(min, max), max };
  context.emit({ tag: 'Map', unary }, [context.operand(0)], context.shapeOf(0));
};

/** One value for each index of dimension 1, if that is how the constant broadcasts against `shape`. */
export const perChannel = (
  constant: Constant,
  shape: readonly number[],
): Float64Array | undefined => {
  if (shape.length !== 4 && shape.length !== 2) return undefined;
  const channels = at(shape, 1);
  const wanted = shape.length === 4 ? [channels, 1, 1] : [channels];
  return sameShape(trimmed(constant.shape), trimmed(wanted)) &&
    sizeOf(constant.shape) === channels &&
    constant.shape.length <= shape.length
    ? Float64Array.from(constant.values)
    : undefined;
};

const scalarForm = (fn: BinaryFunction, side: 0 | 1, scalar: number): Unary => {
  switch (fn) {
    case 'Add':
      return { fn: 'AddScalar', scalar };
    case 'Mul':
      return { fn: 'MulScalar', scalar };
    case 'Sub':
      return side === 1 ? { fn: 'AddScalar', scalar: -scalar } : { fn: 'ScalarSub', scalar };
    case 'Div':
      return side === 1 ? { fn: 'MulScalar', scalar: 1 / scalar } : { fn: 'ScalarDiv', scalar };
  }
};

/** `x ∘ constant` or `constant ∘ x` as a function of x alone, per channel, or element by element. */
export const emitWithConstant = (
  context: OperatorContext,
  fn: BinaryFunction,
  side: 0 | 1,
  constant: Constant,
  input: string,
  shape: readonly number[],
): void => {
  const joint = broadcastShape(shape, constant.shape);
  if (joint === undefined) {
    throw context.refuse(
      `a constant of shape [${constant.shape.join(',')}] does not fit a tensor [${shape.join(',')}]`,
    );
  }
  if (sizeOf(constant.shape) === 1) {
    const unary = scalarForm(fn, side, at(constant.values, 0));
    const grown = joint.length !== shape.length;
    const output = grown ? context.fresh('narrow') : undefined;
    context.emit({ tag: 'Map', unary }, [input], shape, output);
    if (output) context.emit({ tag: 'Reshape' }, [output], joint);
    return;
  }
  if (fn === 'Div' && side === 0) {
    const inverse = context.inner('inverse');
    context.emit({ tag: 'Map', unary: { fn: 'Reciprocal' } }, [input], shape, inverse);
    emitWithConstant(context, 'Mul', 0, constant, inverse, shape);
    return;
  }
  const values = perChannel(constant, shape);
  if (values === undefined) {
    const inverted = fn === 'Div';
    context.emit(
      {
        tag: 'BinaryConstant',
        fn: inverted ? 'Mul' : fn,
        constant: inverted
          ? { shape: constant.shape, values: Float64Array.from(constant.values, (v) => 1 / v) }
          : constant,
        side,
      },
      [input],
      joint,
    );
    return;
  }
  const ones = new Float64Array(values.length).fill(1);
  const zeros = new Float64Array(values.length);
  const affine = (): [Float64Array, Float64Array] => {
    switch (fn) {
      case 'Add':
        return [ones, values];
      case 'Mul':
        return [values, zeros];
      case 'Sub':
        return side === 1 ? [ones, values.map((v) => -v)] : [ones.map(() => -1), values];
      case 'Div':
        return [values.map((v) => 1 / v), zeros];
    }
  };
  const [scale, shift] = affine();
  context.emit({ tag: 'Affine', scale, shift }, [input], shape);
};

export const binary =
  (fn: BinaryFunction): Importer =>
  (context) => {
    readAttributes(context.node, []);
    const [left, right] = [context.constant(0), context.constant(1)];
    if (left !== undefined && right !== undefined) {
      foldArithmetic(context, fn, left, right);
      return;
    }
    const [a, b] = [context.shapeOf(0), context.shapeOf(1)];
    // The bias of an integer product, or the scale that makes it real, may meet its sums.
    if (right !== undefined) {
      emitWithConstant(context, fn, 1, right, context.tensor(0, ['sum']), a);
    } else if (left !== undefined) {
      emitWithConstant(context, fn, 0, left, context.tensor(1, ['sum']), b);
    } else {
      emitBinary(context, fn, [context.tensor(0), context.tensor(1)], [a, b]);
    }
    const kind = context.kindOf(right === undefined ? 1 : 0);
    if (kind === 'sum') context.setKind(at(context.outputs, 0), kind);
  };

/** `a ∘ b` of two computed tensors. */
export const emitBinary = (
  context: OperatorContext,
  fn: BinaryFunction,
  inputs: readonly [string, string],
  [a, b]: readonly [readonly number[], readonly number[]],
): void => {
  const shape = broadcastShape(a, b);
  if (shape === undefined) {
    throw context.refuse(`[${a.join(',')}] with [${b.join(',')}]: shapes do not broadcast`);
  }
  context.emit({ tag: 'Binary', fn }, inputs, shape);
};

/** Add of any number of tensors. */
export const sum: Importer = (context) => {
  readAttributes(context.node, []);
  const [first, ...others] = Array.from({ length: context.inputCount }, (_, index) => index);
  if (first === undefined) throw context.refuse('has no input', 'malformed');
  if (others.length === 0) {
    context.emit({ tag: 'Reshape' }, [context.operand(0)], context.shapeOf(0));
    return;
  }
  // Constants last, so that the running sum is always a computed tensor.
  const ordered = [first, ...others].sort(
    (a, b) => Number(context.constant(a) !== undefined) - Number(context.constant(b) !== undefined),
  );
  let total = context.operand(at(ordered, 0));
  let shape: readonly number[] = context.shapeOf(at(ordered, 0));
  ordered.slice(1).forEach((index, step) => {
    const joint = broadcastShape(shape, context.shapeOf(index));
    if (joint === undefined) throw context.refuse('shapes do not broadcast');
    const output = step === others.length - 1 ? undefined : context.inner(`sum${step}`);
    const constant = context.constant(index);
    context.emit(
      constant
        ? { tag: 'BinaryConstant', fn: 'Add', constant, side: 1 }
        : { tag: 'Binary', fn: 'Add' },
      constant ? [total] : [total, context.tensor(index)],
      joint,
      output,
    );
    if (output !== undefined) total = output;
    shape = joint;
  });
};

/** Min and Max against constants, which are clamps. */
export const extreme =
  (fn: 'Min' | 'Max'): Importer =>
  (context) => {
    readAttributes(context.node, []);
    const indices = Array.from({ length: context.inputCount }, (_, index) => index);
    const computed = indices.filter((index) => context.constant(index) === undefined);
    if (computed.length === 0) {
      const constants = indices.map((index) => constantOf(context, index, 'the operand'));
      foldArithmetic(context, fn, ...constants);
      return;
    }
    const bounds = indices.filter((index) => !computed.includes(index));
    const [input] = computed;
    const values = bounds.map((index) => single(context, index));
    if (computed.length > 1 || input === undefined || values.includes(undefined)) {
      throw context.refuse(
        'supported: one computed tensor and constant scalars (a clamp)',
        'unsupported-operator',
      );
    }
    const shape = context.shapeOf(input);
    if (bounds.some((index) => context.shapeOf(index).length > shape.length)) {
      throw context.refuse('a constant has more dimensions than the tensor');
    }
    const known = values.filter((value) => value !== undefined);
    const unary: Unary =
      fn === 'Min'
        ? { fn: 'Clip', min: Number.NEGATIVE_INFINITY, max: Math.min(Infinity, ...known) }
        : { fn: 'Clip', min: Math.max(-Infinity, ...known), max: Number.POSITIVE_INFINITY };
    context.emit({ tag: 'Map', unary }, [context.tensor(input)], shape);
  };

export const pow: Importer = (context) => {
  readAttributes(context.node, []);
  const [base, exponent] = [context.constant(0), context.constant(1)];
  if (base !== undefined && exponent !== undefined) {
    foldArithmetic(context, 'Pow', base, exponent);
    return;
  }
  const scalar = single(context, 1);
  if (scalar === undefined) throw context.refuse('the exponent must be a constant scalar');
  context.emit(
    { tag: 'Map', unary: { fn: 'PowScalar', scalar } },
    [context.tensor(0)],
    context.shapeOf(0),
  );
};

/** Steps of an expression of the one input, each named, the last under the node's output. */
const expression = (
  context: OperatorContext,
  steps: readonly (
    | { name: string; of: string; unary: Unary }
    | { name: string; of: string; and: string; fn: BinaryFunction }
  )[],
): void => {
  const input = context.tensor(0);
  const shape = context.shapeOf(0);
  const names = new Map([['x', input]]);
  steps.forEach((step, index) => {
    const output = index === steps.length - 1 ? undefined : context.inner(step.name);
    const named = (name: string) => names.get(name) ?? input;
    if ('unary' in step) {
      context.emit({ tag: 'Map', unary: step.unary }, [named(step.of)], shape, output);
    } else {
      const inputs = [named(step.of), named(step.and)];
      context.emit({ tag: 'Binary', fn: step.fn }, inputs, shape, output);
    }
    if (output !== undefined) names.set(step.name, output);
  });
};

export const gelu: Importer = (context) => {
  const attributes = readAttributes(context.node, ['approximate']);
  const approximate = attributes.string('approximate', 'none');
  if (approximate === 'none') {
    expression(context, [
      { name: 'small', of: 'x', unary: { fn: 'MulScalar', scalar: Math.SQRT1_2 } },
      { name: 'erf', of: 'small', unary: { fn: 'Erf' } },
      { name: 'raised', of: 'erf', unary: { fn: 'AddScalar', scalar: 1 } },
      { name: 'gate', of: 'raised', unary: { fn: 'MulScalar', scalar: 0.5 } },
      { name: 'y', of: 'x', and: 'gate', fn: 'Mul' },
    ]);
  } else if (approximate === 'tanh') {
    expression(context, [
      { name: 'cube', of: 'x', unary: { fn: 'PowScalar', scalar: 3 } },
      { name: 'bent', of: 'cube', unary: { fn: 'MulScalar', scalar: 0.044715 } },
      { name: 'inner', of: 'x', and: 'bent', fn: 'Add' },
      { name: 'small', of: 'inner', unary: { fn: 'MulScalar', scalar: Math.sqrt(2 / Math.PI) } },
      { name: 'tanh', of: 'small', unary: { fn: 'Tanh' } },
      { name: 'raised', of: 'tanh', unary: { fn: 'AddScalar', scalar: 1 } },
      { name: 'gate', of: 'raised', unary: { fn: 'MulScalar', scalar: 0.5 } },
      { name: 'y', of: 'x', and: 'gate', fn: 'Mul' },
    ]);
  } else {
    throw unsupportedAttribute(context.node, 'approximate', approximate, 'none, tanh');
  }
};

export const mish: Importer = (context) => {
  readAttributes(context.node, []);
  expression(context, [
    { name: 'soft', of: 'x', unary: { fn: 'Softplus' } },
    { name: 'gate', of: 'soft', unary: { fn: 'Tanh' } },
    { name: 'y', of: 'x', and: 'gate', fn: 'Mul' },
  ]);
};

export const selu: Importer = (context) => {
  const attributes = readAttributes(context.node, ['alpha', 'gamma']);
  const alpha = attributes.float('alpha', 1.6732632423543772);
  const scalar = attributes.float('gamma', 1.0507009873554805);
  expression(context, [
    { name: 'elu', of: 'x', unary: { fn: 'Elu', alpha } },
    { name: 'y', of: 'elu', unary: { fn: 'MulScalar', scalar } },
  ]);
};

export const celu: Importer = (context) => {
  const alpha = readAttributes(context.node, ['alpha']).float('alpha', 1);
  expression(context, [
    { name: 'small', of: 'x', unary: { fn: 'MulScalar', scalar: 1 / alpha } },
    { name: 'elu', of: 'small', unary: { fn: 'Elu', alpha: 1 } },
    { name: 'y', of: 'elu', unary: { fn: 'MulScalar', scalar: alpha } },
  ]);
};

/** `max(x, 0) + slope * min(x, 0)`; a single slope is a leaky Relu. */
export const prelu: Importer = (context) => {
  readAttributes(context.node, []);
  const slope = constantOf(context, 1, 'the slope');
  const shape = context.shapeOf(0);
  const input = context.tensor(0);
  if (sizeOf(slope.shape) === 1) {
    const alpha = at(slope.values, 0);
    context.emit({ tag: 'Map', unary: { fn: 'LeakyRelu', alpha } }, [input], shape);
    return;
  }
  const scale = perChannel(slope, shape);
  if (scale === undefined) {
    throw context.refuse(
      `a slope of shape [${slope.shape.join(',')}]; supported: one value, or one per channel`,
    );
  }
  const [above, below, bent] = [
    context.inner('above'),
    context.inner('below'),
    context.inner('bent'),
  ];
  const half = (min: number, max: number, output: string) =>
    context.emit({ tag: 'Map', unary: { fn: 'Clip', min, max } }, [input], shape, output);
  half(0, Number.POSITIVE_INFINITY, above);
  half(Number.NEGATIVE_INFINITY, 0, below);
  const shift = new Float64Array(scale.length);
  context.emit({ tag: 'Affine', scale, shift }, [below], shape, bent);
  context.emit({ tag: 'Binary', fn: 'Add' }, [above, bent], shape);
};

/** Comparisons and logic: only of constants, as exporters use them on shapes. */
export const constantOnly =
  (fn: Parameters<typeof foldArithmetic>[1]): Importer =>
  (context) => {
    readAttributes(context.node, fn === 'Mod' ? ['fmod'] : []);
    const constants: TypedConstant[] = [];
    for (let index = 0; index < context.inputCount; index++) {
      const constant = context.constant(index);
      if (constant === undefined) {
        throw context.refuse(
          `input ${index} is computed; supported: constants, or what follows from shapes`,
          'unsupported-operator',
        );
      }
      constants.push(constant);
    }
    foldArithmetic(context, fn, ...constants);
  };
