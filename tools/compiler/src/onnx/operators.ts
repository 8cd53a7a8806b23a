/** One importer for each ONNX operator the compiler knows: attributes, shapes, and the float operator it stands for. */
import type { Constant, FloatOp, PlainFunction, PoolWindow, Unary } from '../float/graph.ts';
import { type Attributes, readAttributes, unsupportedAttribute } from './attributes.ts';
import { readConstant } from './constants.ts';
import type { OperatorContext } from './import.ts';
import { TENSOR_TYPE } from './schema.ts';

type Importer = (context: OperatorContext) => void;
type TypedConstant = Constant & { type: number };

const product = (shape: readonly number[]): number => shape.reduce((total, d) => total * d, 1);

const sameShape = (a: readonly number[], b: readonly number[]): boolean => a.join() === b.join();

/** Dimensions with leading ones dropped. */
const trimmed = (shape: readonly number[]): number[] => {
  const first = shape.findIndex((d) => d !== 1);
  return first === -1 ? [] : shape.slice(first);
};

const at = <T>(items: ArrayLike<T>, index: number): T => {
  const item = items[index];
  if (item === undefined) throw new RangeError(`no item ${index}`);
  return item;
};

/** Integers of a constant input, as shapes and axes are given. */
const integers = (context: OperatorContext, index: number, what: string): number[] => {
  const constant = context.constant(index);
  if (constant === undefined) throw context.refuse(`${what} must be constant`);
  return Array.from(constant.values);
};

/** A constant of one element. */
const single = (context: OperatorContext, index: number): number | undefined => {
  const constant = context.constant(index);
  return constant && product(constant.shape) === 1 ? at(constant.values, 0) : undefined;
};

const floats = (context: OperatorContext, index: number, what: string): TypedConstant => {
  const constant = context.constant(index);
  if (constant === undefined) throw context.refuse(`${what} must be constant`);
  return constant;
};

const normalAxis = (context: OperatorContext, axis: number, rank: number): number => {
  const normal = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(normal) || normal < 0 || normal >= rank) {
    throw unsupportedAttribute(context.node, 'axis', axis, `an axis of a tensor of rank ${rank}`);
  }
  return normal;
};

const rank4 = (context: OperatorContext): [number, number, number, number] => {
  const shape = context.shapeOf(0);
  if (shape.length !== 4) {
    throw context.refuse(`input has rank ${shape.length}; supported: 4 (N, C, H, W)`);
  }
  return shape as [number, number, number, number];
};

const pairOf = (
  context: OperatorContext,
  attributes: Attributes,
  name: string,
  fallback: [number, number],
): [number, number] => {
  const values = attributes.ints(name);
  if (values === undefined) return fallback;
  if (values.length !== 2 || values.some((value) => value < 1)) {
    throw unsupportedAttribute(context.node, name, values, 'two positive integers');
  }
  return [at(values, 0), at(values, 1)];
};

interface Sliding {
  strides: [number, number];
  pads: [number, number, number, number];
  dilations: [number, number];
  /** Height and width that come out. */
  out: [number, number];
}

/** Strides, pads and output size of anything with a sliding window; `auto_pad` and `ceil_mode` become pads. */
const sliding = (
  context: OperatorContext,
  attributes: Attributes,
  kernel: [number, number],
): Sliding => {
  const [, , ...size] = rank4(context);
  const strides = pairOf(context, attributes, 'strides', [1, 1]);
  const dilations = pairOf(context, attributes, 'dilations', [1, 1]);
  const given = attributes.ints('pads') ?? [0, 0, 0, 0];
  if (given.length !== 4 || given.some((pad) => pad < 0)) {
    throw unsupportedAttribute(context.node, 'pads', given, 'four integers that are not negative');
  }
  const pads = [...given] as [number, number, number, number];
  const autoPad = attributes.string('auto_pad', 'NOTSET');
  if (!['NOTSET', 'VALID', 'SAME_UPPER', 'SAME_LOWER'].includes(autoPad)) {
    throw unsupportedAttribute(
      context.node,
      'auto_pad',
      autoPad,
      'NOTSET, VALID, SAME_UPPER, SAME_LOWER',
    );
  }
  const ceil = attributes.int('ceil_mode', 0) === 1;
  const out = [0, 1].map((axis) => {
    const [length, stride] = [at(size, axis), at(strides, axis)];
    const extent = (at(kernel, axis) - 1) * at(dilations, axis) + 1;
    if (autoPad.startsWith('SAME')) {
      const wanted = Math.ceil(length / stride);
      const total = Math.max(0, (wanted - 1) * stride + extent - length);
      const less = Math.floor(total / 2);
      pads[axis] = autoPad === 'SAME_UPPER' ? less : total - less;
      pads[axis + 2] = total - at(pads, axis);
      return wanted;
    }
    if (autoPad === 'VALID') {
      pads[axis] = 0;
      pads[axis + 2] = 0;
    }
    const room = length + at(pads, axis) + at(pads, axis + 2) - extent;
    if (room < 0) throw context.refuse('the window is larger than its padded input');
    if (!ceil || room % stride === 0) return Math.floor(room / stride) + 1;
    // One more, partial, window, unless it would start in the padding behind the input.
    const wanted = Math.ceil(room / stride) + 1;
    if ((wanted - 1) * stride >= length + at(pads, axis)) return wanted - 1;
    pads[axis + 2] = (wanted - 1) * stride + extent - length - at(pads, axis);
    return wanted;
  });
  return { strides, pads, dilations, out: [at(out, 0), at(out, 1)] };
};

const conv: Importer = (context) => {
  const attributes = readAttributes(context.node, [
    'auto_pad',
    'dilations',
    'group',
    'kernel_shape',
    'pads',
    'strides',
  ]);
  const [batch, channels] = rank4(context);
  const weights = floats(context, 1, 'the weights');
  const [outputs = 0, depth = 0, height = 0, width = 0] = weights.shape;
  const groups = attributes.int('group', 1);
  if (weights.shape.length !== 4 || depth * groups !== channels || outputs % groups !== 0) {
    throw context.refuse(
      `weights [${weights.shape.join(',')}] in ${groups} groups do not fit ${channels} channels`,
    );
  }
  const kernel = pairOf(context, attributes, 'kernel_shape', [height, width]);
  if (!sameShape(kernel, [height, width])) {
    throw unsupportedAttribute(context.node, 'kernel_shape', kernel, 'that of the weights');
  }
  const { strides, pads, dilations, out } = sliding(context, attributes, kernel);
  const bias = context.has(2) ? floats(context, 2, 'the bias') : undefined;
  context.emit(
    {
      tag: 'Conv',
      groups,
      strides,
      pads,
      dilations,
      weights,
      bias: bias && Float64Array.from(bias.values),
    },
    [context.tensor(0)],
    [batch, outputs, ...out],
  );
};

const transposedMatrix = (constant: TypedConstant): TypedConstant => {
  const [rows = 0, columns = 0] = constant.shape;
  const turn = (from: ArrayLike<number>, to: Float64Array | Int16Array) => {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        to[column * rows + row] = at(from, row * columns + column);
      }
    }
    return to;
  };
  const { quantised } = constant;
  return {
    type: constant.type,
    shape: [columns, rows],
    values: turn(constant.values, new Float64Array(rows * columns)),
    ...(quantised && {
      quantised: {
        ...quantised,
        values: turn(quantised.values, new Int16Array(rows * columns)) as Int16Array,
        axis: 1 - quantised.axis,
      },
    }),
  };
};

const gemm: Importer = (context) => {
  const attributes = readAttributes(context.node, ['alpha', 'beta', 'transA', 'transB']);
  for (const [name, only] of [
    ['alpha', 1],
    ['beta', 1],
  ] as const) {
    const value = attributes.float(name, 1);
    if (value !== only) throw unsupportedAttribute(context.node, name, value, String(only));
  }
  if (attributes.int('transA', 0) !== 0) {
    throw unsupportedAttribute(context.node, 'transA', 1, '0');
  }
  const shape = context.shapeOf(0);
  const constant = floats(context, 1, 'matrix B');
  const weights = attributes.int('transB', 0) === 1 ? constant : transposedMatrix(constant);
  const [columns = 0, depth = 0] = weights.shape;
  if (shape.length !== 2 || weights.shape.length !== 2 || shape[1] !== depth) {
    throw context.refuse(`[${shape.join(',')}] times [${constant.shape.join(',')}] does not fit`);
  }
  const given = context.has(2) ? floats(context, 2, 'C') : undefined;
  if (given && !sameShape(trimmed(given.shape), trimmed([columns])) && product(given.shape) !== 1) {
    throw context.refuse(`C has shape [${given.shape.join(',')}]; supported: [${columns}]`);
  }
  const bias =
    given &&
    Float64Array.from({ length: columns }, (_, column) =>
      at(given.values, given.values.length === 1 ? 0 : column),
    );
  context.emit({ tag: 'Dense', weights, bias }, [context.tensor(0)], [at(shape, 0), columns]);
};

const matMul: Importer = (context) => {
  readAttributes(context.node, []);
  const shape = context.shapeOf(0);
  const constant = floats(context, 1, 'the right-hand matrix');
  const depth = shape.at(-1) ?? 0;
  if (constant.shape.length !== 2 || constant.shape[0] !== depth || shape.length < 2) {
    throw context.refuse(
      `[${shape.join(',')}] times [${constant.shape.join(',')}]; supported: [.., M, K] times [K, N]`,
    );
  }
  const weights = transposedMatrix(constant);
  const columns = at(weights.shape, 0);
  const op: FloatOp = { tag: 'Dense', weights, bias: undefined };
  if (shape.length === 2) {
    context.emit(op, [context.tensor(0)], [at(shape, 0), columns]);
    return;
  }
  const rows = product(shape) / depth;
  const [flat, wide] = [`${context.node.output[0]}/flat`, context.fresh('rows')];
  context.emit({ tag: 'Reshape' }, [context.tensor(0)], [rows, depth], flat);
  context.emit(op, [flat], [rows, columns], wide);
  context.emit({ tag: 'Reshape' }, [wide], [...shape.slice(0, -1), columns]);
};

const unary =
  (known: readonly string[], read: (attributes: Attributes) => Unary): Importer =>
  (context) => {
    const attributes = readAttributes(context.node, known);
    context.emit({ tag: 'Map', unary: read(attributes) }, [context.tensor(0)], context.shapeOf(0));
  };

const plain = (fn: PlainFunction): Importer => unary([], () => ({ fn }));

const clip: Importer = (context) => {
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
  context.emit(
    { tag: 'Map', unary: { fn: 'Clip', min, max } },
    [context.tensor(0)],
    context.shapeOf(0),
  );
};

/** One value for each index of dimension 1, if that is how the constant broadcasts against `shape`. */
const perChannel = (constant: Constant, shape: readonly number[]): Float64Array | undefined => {
  if (shape.length !== 4 && shape.length !== 2) return undefined;
  const channels = at(shape, 1);
  const wanted = shape.length === 4 ? [channels, 1, 1] : [channels];
  const aligned = trimmed(constant.shape);
  return sameShape(aligned, trimmed(wanted)) && product(constant.shape) === channels
    ? Float64Array.from(constant.values)
    : undefined;
};

/** `x ∘ constant` or `constant ∘ x` as a function of x alone, or per channel. */
const withConstant = (
  context: OperatorContext,
  fn: 'Add' | 'Sub' | 'Mul' | 'Div',
  side: 0 | 1,
): void => {
  const other = 1 - side;
  const constant = floats(context, side, 'the constant');
  const shape = context.shapeOf(other);
  if (product(constant.shape) === 1 && constant.shape.length <= shape.length) {
    const scalar = at(constant.values, 0);
    const asUnary = (): Unary => {
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
    context.emit({ tag: 'Map', unary: asUnary() }, [context.tensor(other)], shape);
    return;
  }
  const values = perChannel(constant, shape);
  if (values === undefined || (fn === 'Div' && side === 0)) {
    throw context.refuse(
      `a constant of shape [${constant.shape.join(',')}] with a tensor [${shape.join(',')}]; supported: a scalar, or one value per channel`,
    );
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
  context.emit({ tag: 'Affine', scale, shift }, [context.tensor(other)], shape);
};

const binary =
  (fn: 'Add' | 'Sub' | 'Mul' | 'Div'): Importer =>
  (context) => {
    readAttributes(context.node, []);
    if (context.constant(1) !== undefined) return withConstant(context, fn, 1);
    if (context.constant(0) !== undefined) return withConstant(context, fn, 0);
    const [a, b] = [context.shapeOf(0), context.shapeOf(1)];
    if (!sameShape(a, b)) {
      throw context.refuse(`[${a.join(',')}] with [${b.join(',')}]: shapes must be equal`);
    }
    context.emit({ tag: 'Binary', fn }, [context.tensor(0), context.tensor(1)], a);
  };

const pow: Importer = (context) => {
  readAttributes(context.node, []);
  const scalar = single(context, 1);
  if (scalar === undefined) throw context.refuse('the exponent must be a constant scalar');
  context.emit(
    { tag: 'Map', unary: { fn: 'PowScalar', scalar } },
    [context.tensor(0)],
    context.shapeOf(0),
  );
};

const batchNormalization: Importer = (context) => {
  const attributes = readAttributes(context.node, [
    'epsilon',
    'momentum',
    'spatial',
    'training_mode',
  ]);
  if (attributes.int('training_mode', 0) !== 0) {
    throw unsupportedAttribute(context.node, 'training_mode', 1, '0');
  }
  if (attributes.int('spatial', 1) !== 1) {
    throw unsupportedAttribute(context.node, 'spatial', 0, '1');
  }
  const epsilon = attributes.float('epsilon', 1e-5);
  const shape = context.shapeOf(0);
  if (shape.length !== 4 && shape.length !== 2) {
    throw context.refuse(`input has rank ${shape.length}; supported: 2 and 4`);
  }
  const read = (index: number, what: string): ArrayLike<number> => {
    const { values } = floats(context, index, what);
    if (values.length !== shape[1]) throw context.refuse(`${what} has not one value per channel`);
    return values;
  };
  const [gamma, beta] = [read(1, 'the scale'), read(2, 'the shift')];
  const [mean, variance] = [read(3, 'the mean'), read(4, 'the variance')];
  const scale = Float64Array.from(gamma, (g, c) => g / Math.sqrt(at(variance, c) + epsilon));
  const shift = Float64Array.from(beta, (b, c) => b - at(mean, c) * at(scale, c));
  context.emit({ tag: 'Affine', scale, shift }, [context.tensor(0)], shape);
};

const POOL_ATTRIBUTES = ['auto_pad', 'ceil_mode', 'dilations', 'kernel_shape', 'pads', 'strides'];

const poolWindow = (
  context: OperatorContext,
  attributes: Attributes,
): { window: PoolWindow; shape: number[] } => {
  const [batch, channels] = rank4(context);
  const kernel = pairOf(context, attributes, 'kernel_shape', [0, 0]);
  if (kernel[0] < 1)
    throw unsupportedAttribute(context.node, 'kernel_shape', undefined, 'two integers');
  const { strides, pads, dilations, out } = sliding(context, attributes, kernel);
  if (dilations.some((dilation) => dilation !== 1)) {
    throw unsupportedAttribute(context.node, 'dilations', dilations, '[1,1]');
  }
  if (pads.some((pad, side) => pad >= at(kernel, side % 2))) {
    throw unsupportedAttribute(context.node, 'pads', pads, 'less than the window');
  }
  return { window: { kernel, strides, pads }, shape: [batch, channels, ...out] };
};

const maxPool: Importer = (context) => {
  const attributes = readAttributes(context.node, [...POOL_ATTRIBUTES, 'storage_order']);
  const { window, shape } = poolWindow(context, attributes);
  context.emit({ tag: 'MaxPool', window }, [context.tensor(0)], shape);
};

const averagePool: Importer = (context) => {
  const attributes = readAttributes(context.node, [...POOL_ATTRIBUTES, 'count_include_pad']);
  const given = attributes.ints('pads') ?? [];
  const { window, shape } = poolWindow(context, attributes);
  const included = attributes.int('count_include_pad', 0) === 1;
  const grown = window.pads.some((pad, side) => pad !== (given[side] ?? 0));
  const padded = window.pads.some((pad) => pad > 0);
  if (padded && (!included || grown)) {
    throw unsupportedAttribute(
      context.node,
      'pads',
      window.pads,
      'no padding (also none by auto_pad or ceil_mode), or count_include_pad = 1',
    );
  }
  context.emit({ tag: 'AveragePool', window }, [context.tensor(0)], shape);
};

const wholePlane = (context: OperatorContext): { window: PoolWindow; shape: number[] } => {
  const [batch, channels, height, width] = rank4(context);
  return {
    window: { kernel: [height, width], strides: [1, 1], pads: [0, 0, 0, 0] },
    shape: [batch, channels, 1, 1],
  };
};

const globalAveragePool: Importer = (context) => {
  readAttributes(context.node, []);
  const { window, shape } = wholePlane(context);
  context.emit({ tag: 'AveragePool', window }, [context.tensor(0)], shape);
};

const globalMaxPool: Importer = (context) => {
  readAttributes(context.node, []);
  const { window, shape } = wholePlane(context);
  context.emit({ tag: 'MaxPool', window }, [context.tensor(0)], shape);
};

const reduceMean: Importer = (context) => {
  const attributes = readAttributes(
    context.node,
    context.opset < 18 ? ['axes', 'keepdims'] : ['keepdims', 'noop_with_empty_axes'],
  );
  const { window, shape } = wholePlane(context);
  const given =
    context.opset < 18
      ? attributes.ints('axes')
      : context.has(1)
        ? integers(context, 1, 'axes')
        : undefined;
  const axes = (given ?? []).map((axis) => normalAxis(context, axis, 4)).sort();
  if (!sameShape(axes, [2, 3])) {
    throw unsupportedAttribute(context.node, 'axes', given ?? null, '[2,3]');
  }
  const op: FloatOp = { tag: 'AveragePool', window };
  if (attributes.int('keepdims', 1) === 1) {
    context.emit(op, [context.tensor(0)], shape);
    return;
  }
  const kept = context.fresh('kept');
  context.emit(op, [context.tensor(0)], shape, kept);
  context.emit({ tag: 'Reshape' }, [kept], shape.slice(0, 2));
};

/** Gives the tensor, or the constant, another shape. */
const reshaped = (context: OperatorContext, shape: number[]): void => {
  const from = context.shapeOf(0);
  if (product(shape) !== product(from)) {
    throw context.refuse(`[${from.join(',')}] cannot become [${shape.join(',')}]`);
  }
  const constant = context.constant(0);
  if (constant !== undefined) {
    const { type, values } = constant;
    context.setConstant({ type, shape, values });
    return;
  }
  context.emit({ tag: 'Reshape' }, [context.tensor(0)], shape);
};

const reshape: Importer = (context) => {
  const attributes = readAttributes(context.node, ['allowzero']);
  if (attributes.int('allowzero', 0) !== 0) {
    throw unsupportedAttribute(context.node, 'allowzero', 1, '0');
  }
  const from = context.shapeOf(0);
  const wanted = integers(context, 1, 'the shape').map((d, axis) => (d === 0 ? at(from, axis) : d));
  const known = wanted.filter((d) => d !== -1).reduce((total, d) => total * d, 1);
  reshaped(
    context,
    wanted.map((d) => (d === -1 ? product(from) / known : d)),
  );
};

const flatten: Importer = (context) => {
  const attributes = readAttributes(context.node, ['axis']);
  const from = context.shapeOf(0);
  const given = attributes.int('axis', 1);
  const axis = given === from.length ? given : normalAxis(context, given, from.length);
  reshaped(context, [product(from.slice(0, axis)), product(from.slice(axis))]);
};

const axesOf = (context: OperatorContext): number[] | undefined => {
  const attributes = readAttributes(context.node, context.opset < 13 ? ['axes'] : []);
  if (context.opset < 13) return attributes.ints('axes');
  return context.has(1) ? integers(context, 1, 'axes') : undefined;
};

const squeeze: Importer = (context) => {
  const from = context.shapeOf(0);
  const axes = axesOf(context)?.map((axis) => normalAxis(context, axis, from.length));
  if (axes?.some((axis) => from[axis] !== 1)) throw context.refuse('a squeezed dimension is not 1');
  reshaped(
    context,
    from.filter((d, axis) => (axes ? !axes.includes(axis) : d !== 1)),
  );
};

const unsqueeze: Importer = (context) => {
  const from = [...context.shapeOf(0)];
  const given = axesOf(context);
  if (given === undefined) throw context.refuse('axes are missing');
  const rank = from.length + given.length;
  for (const axis of given.map((value) => normalAxis(context, value, rank)).sort((a, b) => a - b)) {
    from.splice(axis, 0, 1);
  }
  reshaped(context, from);
};

const transpose: Importer = (context) => {
  const attributes = readAttributes(context.node, ['perm']);
  const from = context.shapeOf(0);
  const perm = attributes.ints('perm') ?? from.map((_, axis) => from.length - 1 - axis);
  if (
    !sameShape(
      [...perm].sort((a, b) => a - b),
      from.map((_, axis) => axis),
    )
  ) {
    throw unsupportedAttribute(context.node, 'perm', perm, 'a permutation of the dimensions');
  }
  const constant = context.constant(0);
  if (constant !== undefined) {
    if (constant.shape.length !== 2)
      throw context.refuse('constants are transposed in rank 2 only');
    context.setConstant(at(perm, 0) === 1 ? transposedMatrix(constant) : constant);
    return;
  }
  context.emit(
    { tag: 'Transpose', perm },
    [context.tensor(0)],
    perm.map((axis) => at(from, axis)),
  );
};

const pad: Importer = (context) => {
  const attributes = readAttributes(
    context.node,
    context.opset < 11 ? ['mode', 'pads', 'value'] : ['mode'],
  );
  const mode = attributes.string('mode', 'constant');
  if (mode !== 'constant') throw unsupportedAttribute(context.node, 'mode', mode, 'constant');
  const from = context.shapeOf(0);
  const amounts =
    context.opset < 11 ? (attributes.ints('pads') ?? []) : integers(context, 1, 'pads');
  const value = () => {
    if (context.opset < 11) return attributes.float('value', 0);
    return context.has(2) ? single(context, 2) : 0;
  };
  const constant = value();
  if (constant === undefined) throw context.refuse('the padding value must be a constant scalar');
  const axes = context.has(3)
    ? integers(context, 3, 'axes').map((axis) => normalAxis(context, axis, from.length))
    : from.map((_, axis) => axis);
  if (amounts.length !== 2 * axes.length || amounts.some((amount) => amount < 0)) {
    throw context.refuse('pads must be two amounts per dimension, none negative');
  }
  const pads = from.map((): [number, number] => [0, 0]);
  axes.forEach((axis, index) => {
    pads[axis] = [at(amounts, index), at(amounts, index + axes.length)];
  });
  context.emit(
    { tag: 'Pad', pads, value: constant },
    [context.tensor(0)],
    from.map((d, axis) => d + at(at(pads, axis), 0) + at(at(pads, axis), 1)),
  );
};

const argMax: Importer = (context) => {
  const attributes = readAttributes(context.node, ['axis', 'keepdims', 'select_last_index']);
  if (attributes.int('select_last_index', 0) !== 0) {
    throw unsupportedAttribute(context.node, 'select_last_index', 1, '0');
  }
  const from = context.shapeOf(0);
  const axis = normalAxis(context, attributes.int('axis', 0), from.length);
  const keepDims = attributes.int('keepdims', 1) === 1;
  context.emit(
    { tag: 'ArgMax', axis, keepDims },
    [context.tensor(0)],
    keepDims ? from.map((d, i) => (i === axis ? 1 : d)) : from.filter((_, i) => i !== axis),
  );
};

/** Passes its input on; of a constant, the constant. */
const identity =
  (known: readonly string[]): Importer =>
  (context) => {
    readAttributes(context.node, known);
    const constant = context.constant(0);
    if (constant !== undefined) context.setConstant(constant);
    else context.alias(0);
  };

const dropout: Importer = (context) => {
  if (context.has(2) && single(context, 2) !== 0) {
    throw context.refuse('training mode is not supported');
  }
  identity(['ratio', 'seed'])(context);
};

const constantNode: Importer = (context) => {
  const attributes = readAttributes(context.node, [
    'value',
    'value_float',
    'value_int',
    'value_ints',
  ]);
  const tensor = attributes.tensor('value');
  if (tensor) {
    context.setConstant(readConstant(tensor, context.label));
  } else if (attributes.has('value_float')) {
    const values = [attributes.float('value_float', 0)];
    context.setConstant({ type: TENSOR_TYPE.FLOAT, shape: [], values });
  } else {
    const list = attributes.ints('value_ints');
    const values = list ?? [attributes.int('value_int', 0)];
    context.setConstant({ type: TENSOR_TYPE.INT64, shape: list ? [list.length] : [], values });
  }
};

const operandOf = (context: OperatorContext, type: number): 'U8' | 'I8' => {
  if (type === TENSOR_TYPE.UINT8) return 'U8';
  if (type === TENSOR_TYPE.INT8) return 'I8';
  throw context.refuse(`quantises to ONNX type ${type}; supported: uint8 and int8`);
};

const QUANTISE_ATTRIBUTES = ['axis', 'block_size', 'output_dtype', 'saturate'];

/** Scale and zero point of a tensor-wide quantisation. */
const activation = (context: OperatorContext) => {
  const scale = single(context, 1);
  if (scale === undefined) throw context.refuse('activations have one constant scale');
  const zero = context.has(2) ? context.constant(2) : undefined;
  if (context.has(2) && (zero === undefined || product(zero.shape) !== 1)) {
    throw context.refuse('activations have one constant zero point');
  }
  return {
    dtype: zero ? operandOf(context, zero.type) : ('U8' as const),
    scale,
    zero: zero ? at(zero.values, 0) : 0,
  };
};

const quantizeLinear: Importer = (context) => {
  const attributes = readAttributes(context.node, QUANTISE_ATTRIBUTES);
  if (attributes.int('block_size', 0) !== 0) {
    throw unsupportedAttribute(context.node, 'block_size', attributes.int('block_size', 0), '0');
  }
  if (context.constant(0) !== undefined) {
    throw context.refuse('quantises a constant; store the constant quantised');
  }
  context.quantise(0, activation(context));
};

const dequantizeLinear: Importer = (context) => {
  const attributes = readAttributes(context.node, QUANTISE_ATTRIBUTES);
  if (attributes.int('block_size', 0) !== 0) {
    throw unsupportedAttribute(context.node, 'block_size', attributes.int('block_size', 0), '0');
  }
  const constant = context.constant(0);
  if (constant === undefined) {
    context.dequantise(0, activation(context));
    return;
  }
  const scales = Array.from(floats(context, 1, 'the scale').values);
  const zeros = context.has(2) ? Array.from(floats(context, 2, 'the zero point').values) : [0];
  const [zero = 0] = zeros;
  const { shape } = constant;
  const axis =
    scales.length === 1 ? 0 : normalAxis(context, attributes.int('axis', 1), shape.length);
  if (scales.length !== 1 && scales.length !== shape[axis]) {
    throw context.refuse(`has ${scales.length} scales for ${shape[axis]} channels`);
  }
  const inner = product(shape.slice(axis + 1));
  const scaleOf = (index: number) =>
    scales.length === 1 ? at(scales, 0) : at(scales, Math.floor(index / inner) % scales.length);
  const zeroOf = (index: number) =>
    zeros.length === 1 ? zero : at(zeros, Math.floor(index / inner) % zeros.length);
  const values = Float64Array.from(
    constant.values,
    (value, index) => (value - zeroOf(index)) * scaleOf(index),
  );
  if (constant.type === TENSOR_TYPE.INT32) {
    context.setConstant({ type: TENSOR_TYPE.FLOAT, shape, values });
    return;
  }
  if (zeros.some((other) => other !== zero)) {
    throw context.refuse(
      'channels have different zero points; supported: one for the whole tensor',
    );
  }
  context.setConstant({
    type: TENSOR_TYPE.FLOAT,
    shape,
    values,
    quantised: {
      dtype: operandOf(context, constant.type),
      values: Int16Array.from(constant.values),
      zero,
      scales,
      axis,
    },
  });
};

/** Importers by ONNX operator. */
export const OPERATORS: Readonly<Record<string, Importer>> = {
  Abs: plain('Abs'),
  Add: binary('Add'),
  ArgMax: argMax,
  AveragePool: averagePool,
  BatchNormalization: batchNormalization,
  Ceil: plain('Ceil'),
  Clip: clip,
  Constant: constantNode,
  Conv: conv,
  DequantizeLinear: dequantizeLinear,
  Div: binary('Div'),
  Dropout: dropout,
  Elu: unary(['alpha'], (a) => ({ fn: 'Elu', alpha: a.float('alpha', 1) })),
  Erf: plain('Erf'),
  Exp: plain('Exp'),
  Flatten: flatten,
  Floor: plain('Floor'),
  Gemm: gemm,
  GlobalAveragePool: globalAveragePool,
  GlobalMaxPool: globalMaxPool,
  HardSigmoid: unary(['alpha', 'beta'], (a) => ({
    fn: 'HardSigmoid',
    alpha: a.float('alpha', 0.2),
    beta: a.float('beta', 0.5),
  })),
  HardSwish: plain('HardSwish'),
  Identity: identity([]),
  LeakyRelu: unary(['alpha'], (a) => ({ fn: 'LeakyRelu', alpha: a.float('alpha', 0.01) })),
  Log: plain('Log'),
  MatMul: matMul,
  MaxPool: maxPool,
  Mul: binary('Mul'),
  Neg: plain('Neg'),
  Pad: pad,
  Pow: pow,
  QuantizeLinear: quantizeLinear,
  Reciprocal: plain('Reciprocal'),
  ReduceMean: reduceMean,
  Relu: unary([], () => ({ fn: 'Clip', min: 0, max: Number.POSITIVE_INFINITY })),
  Reshape: reshape,
  Sigmoid: plain('Sigmoid'),
  Softplus: plain('Softplus'),
  Softsign: plain('Softsign'),
  Sqrt: plain('Sqrt'),
  Squeeze: squeeze,
  Sub: binary('Sub'),
  Tanh: plain('Tanh'),
  Transpose: transpose,
  Unsqueeze: unsqueeze,
};

/** Names of the supported operators, for messages. */
export const supportedOperators = (): string => Object.keys(OPERATORS).join(', ');
