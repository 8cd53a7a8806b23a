/** Convolutions and what slides. */

import type { Constant, FloatOp } from '../../float/graph.ts';
import { sameShape } from '../../float/shapes.ts';
import { type Attributes, readAttributes, unsupportedAttribute } from '../attributes.ts';
import type { Importer, OperatorContext, TypedConstant } from '../context.ts';
import { at, constantOf } from './shared.ts';

type Pair = [number, number];
type Sides = [number, number, number, number];

/** The input as `[N, C, H, W]`; of rank 3, with height 1. */
export interface Plane {
  shape: [number, number, number, number];
  /** Spatial dimensions in the file: 1 or 2. */
  spatial: 1 | 2;
}

export const planeOf = (context: OperatorContext): Plane => {
  const shape = context.shapeOf(0);
  const [batch = 0, channels = 0, first = 0, second = 0] = shape;
  if (shape.length === 3) return { shape: [batch, channels, 1, first], spatial: 1 };
  if (shape.length === 4) return { shape: [batch, channels, first, second], spatial: 2 };
  throw context.refuse(`input has rank ${shape.length}; supported: 4 (N, C, H, W) and 3 (N, C, L)`);
};

/** Emits an operator on planes, between two reshapes if the file has lines. */
export const emitOnPlane = (
  context: OperatorContext,
  op: FloatOp,
  { shape, spatial }: Plane,
  output: readonly [number, number, number, number],
): void => {
  const input = context.tensor(0);
  if (spatial === 2) {
    context.emit(op, [input], output);
    return;
  }
  const [plane, wide] = [context.inner('plane'), context.fresh('wide')];
  context.emit({ tag: 'Reshape' }, [input], shape, plane);
  context.emit(op, [plane], output, wide);
  context.emit({ tag: 'Reshape' }, [wide], [output[0], output[1], output[3]]);
};

/** An attribute with one positive integer for each spatial dimension, as height and width. */
export const pairOf = (
  context: OperatorContext,
  attributes: Attributes,
  name: string,
  fallback: Pair,
  spatial: 1 | 2,
): Pair => {
  const values = attributes.ints(name);
  if (values === undefined) return fallback;
  if (values.length !== spatial || values.some((value) => value < 1)) {
    const wanted = spatial === 2 ? 'two positive integers' : 'one positive integer';
    throw unsupportedAttribute(context.node, name, values, wanted);
  }
  return spatial === 2 ? [at(values, 0), at(values, 1)] : [1, at(values, 0)];
};

const AUTO_PADS = ['NOTSET', 'VALID', 'SAME_UPPER', 'SAME_LOWER'] as const;
type AutoPad = (typeof AUTO_PADS)[number];

const autoPadOf = (context: OperatorContext, attributes: Attributes): AutoPad => {
  const given = attributes.string('auto_pad', 'NOTSET');
  const known = AUTO_PADS.find((name) => name === given);
  if (known === undefined) {
    throw unsupportedAttribute(context.node, 'auto_pad', given, AUTO_PADS.join(', '));
  }
  return known;
};

const padsOf = (context: OperatorContext, attributes: Attributes, spatial: 1 | 2): Sides => {
  const given = attributes.ints('pads') ?? new Array<number>(2 * spatial).fill(0);
  if (given.length !== 2 * spatial || given.some((pad) => pad < 0)) {
    const wanted = `${spatial === 2 ? 'four' : 'two'} integers that are not negative`;
    throw unsupportedAttribute(context.node, 'pads', given, wanted);
  }
  return spatial === 2
    ? [at(given, 0), at(given, 1), at(given, 2), at(given, 3)]
    : [0, at(given, 0), 0, at(given, 1)];
};

export interface Sliding {
  strides: Pair;
  pads: Sides;
  dilations: Pair;
  /** Height and width that come out. */
  out: Pair;
}

/** Strides, pads and output size of anything with a sliding window; `auto_pad` and `ceil_mode` become pads. */
export const sliding = (
  context: OperatorContext,
  attributes: Attributes,
  kernel: Pair,
  { shape, spatial }: Plane,
): Sliding => {
  const size = [shape[2], shape[3]];
  const strides = pairOf(context, attributes, 'strides', [1, 1], spatial);
  const dilations = pairOf(context, attributes, 'dilations', [1, 1], spatial);
  const pads = padsOf(context, attributes, spatial);
  const autoPad = autoPadOf(context, attributes);
  const ceil = attributes.int('ceil_mode', 0) === 1;
  const along = (axis: 0 | 1): number => {
    const [length, stride] = [at(size, axis), at(strides, axis)];
    const extent = (at(kernel, axis) - 1) * at(dilations, axis) + 1;
    if (autoPad === 'SAME_UPPER' || autoPad === 'SAME_LOWER') {
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
  };
  return { strides, pads, dilations, out: [along(0), along(1)] };
};

/** Weights `[A, B, kh, kw]`; of `[A, B, k]`, with height 1. */
const kernelWeights = (
  context: OperatorContext,
  { spatial }: Plane,
  weights: TypedConstant,
): TypedConstant => {
  const { shape } = weights;
  if (shape.length !== spatial + 2) {
    throw context.refuse(
      `weights [${shape.join(',')}] for an input of rank ${spatial + 2}; supported: the same rank`,
    );
  }
  if (spatial === 2) return weights;
  const { quantised } = weights;
  return {
    ...weights,
    shape: [at(shape, 0), at(shape, 1), 1, at(shape, 2)],
    ...(quantised && {
      quantised: { ...quantised, axis: quantised.axis === 2 ? 3 : quantised.axis },
    }),
  };
};

export const CONV_ATTRIBUTES = [
  'auto_pad',
  'dilations',
  'group',
  'kernel_shape',
  'pads',
  'strides',
] as const;

/** A convolution with these weights, and its output's shape. Input 0 is what it slides over. */
export const convolution = (
  context: OperatorContext,
  attributes: Attributes,
  given: TypedConstant,
  bias: Float64Array | undefined,
): {
  op: Extract<FloatOp, { tag: 'Conv' }>;
  plane: Plane;
  shape: [number, number, number, number];
} => {
  const plane = planeOf(context);
  const [batch, channels] = plane.shape;
  const weights = kernelWeights(context, plane, given);
  const [outputs = 0, depth = 0, height = 0, width = 0] = weights.shape;
  const groups = attributes.int('group', 1);
  if (depth * groups !== channels || groups < 1 || outputs % groups !== 0) {
    throw context.refuse(
      `weights [${given.shape.join(',')}] in ${groups} groups do not fit ${channels} channels`,
    );
  }
  const kernel = pairOf(context, attributes, 'kernel_shape', [height, width], plane.spatial);
  if (!sameShape(kernel, [height, width])) {
    throw unsupportedAttribute(context.node, 'kernel_shape', kernel, 'that of the weights');
  }
  if (bias !== undefined && bias.length !== outputs) {
    throw context.refuse(`the bias has ${bias.length} values for ${outputs} channels`);
  }
  const { strides, pads, dilations, out } = sliding(context, attributes, kernel, plane);
  return {
    op: { tag: 'Conv', groups, strides, pads, dilations, weights, bias },
    plane,
    shape: [batch, outputs, ...out],
  };
};

const biasOf = (context: OperatorContext): Float64Array | undefined =>
  context.has(2) ? Float64Array.from(constantOf(context, 2, 'the bias').values) : undefined;

export const conv: Importer = (context) => {
  const attributes = readAttributes(context.node, CONV_ATTRIBUTES);
  const weights = constantOf(context, 1, 'the weights');
  const { op, plane, shape } = convolution(context, attributes, weights, biasOf(context));
  emitOnPlane(context, op, plane, shape);
};

/** Weights `[C, O/groups, kh, kw]` as `[O, C/groups, kh, kw]`. */
const turnedWeights = (weights: Constant, groups: number): Constant => {
  const [channels = 1, share = 1, height = 1, width = 1] = weights.shape;
  const taps = height * width;
  const depth = channels / groups;
  const turn = (from: ArrayLike<number>, to: Float64Array | Int16Array) => {
    for (let c = 0; c < channels; c++) {
      const group = Math.floor(c / depth);
      for (let o = 0; o < share; o++) {
        const target = (group * share + o) * depth + (c % depth);
        for (let tap = 0; tap < taps; tap++) {
          to[target * taps + tap] = at(from, (c * share + o) * taps + tap);
        }
      }
    }
    return to;
  };
  const { quantised, values } = weights;
  const turned: Constant = {
    shape: [share * groups, depth, height, width],
    values: turn(values, new Float64Array(values.length)),
  };
  const perOutput = quantised?.scales.length === 1 || quantised?.axis === 1;
  if (quantised === undefined || !perOutput) return turned;
  const { scales } = quantised;
  return {
    ...turned,
    quantised: {
      ...quantised,
      values: turn(quantised.values, new Int16Array(values.length)) as Int16Array,
      scales: scales.length === 1 ? scales : Array.from({ length: groups }, () => scales).flat(),
      axis: 0,
    },
  };
};

export const convTranspose: Importer = (context) => {
  const attributes = readAttributes(context.node, [
    ...CONV_ATTRIBUTES,
    'output_padding',
    'output_shape',
  ]);
  const plane = planeOf(context);
  const { spatial } = plane;
  const [batch, channels, height, width] = plane.shape;
  const given = constantOf(context, 1, 'the weights');
  const weights = kernelWeights(context, plane, given);
  const [depth = 0, share = 0, kernelHeight = 0, kernelWidth = 0] = weights.shape;
  const groups = attributes.int('group', 1);
  if (depth !== channels || groups < 1 || channels % groups !== 0) {
    throw context.refuse(
      `weights [${given.shape.join(',')}] in ${groups} groups do not fit ${channels} channels`,
    );
  }
  const kernel = pairOf(context, attributes, 'kernel_shape', [kernelHeight, kernelWidth], spatial);
  if (!sameShape(kernel, [kernelHeight, kernelWidth])) {
    throw unsupportedAttribute(context.node, 'kernel_shape', kernel, 'that of the weights');
  }
  const strides = pairOf(context, attributes, 'strides', [1, 1], spatial);
  const dilations = pairOf(context, attributes, 'dilations', [1, 1], spatial);
  const pads = padsOf(context, attributes, spatial);
  const autoPad = autoPadOf(context, attributes);
  const listed = attributes.ints('output_padding') ?? new Array<number>(spatial).fill(0);
  const extra = spatial === 2 ? listed : [0, ...listed];
  if (
    listed.length !== spatial ||
    extra.some((amount, axis) => amount < 0 || amount >= at(strides, axis))
  ) {
    throw unsupportedAttribute(
      context.node,
      'output_padding',
      listed,
      'from 0 to the stride less 1',
    );
  }
  // Leading dimensions may be listed too.
  const wantedSize = attributes.ints('output_shape')?.slice(-spatial);
  if (wantedSize !== undefined && wantedSize.length !== spatial) {
    throw unsupportedAttribute(
      context.node,
      'output_shape',
      wantedSize,
      'one integer for each spatial dimension',
    );
  }
  const wanted = wantedSize && (spatial === 2 ? wantedSize : [1, ...wantedSize]);
  const out = ([0, 1] as const).map((axis): number => {
    const length = axis === 0 ? height : width;
    const full =
      (length - 1) * at(strides, axis) +
      at(extra, axis) +
      (at(kernel, axis) - 1) * at(dilations, axis) +
      1;
    const same = autoPad === 'SAME_UPPER' || autoPad === 'SAME_LOWER';
    const size = wanted ? at(wanted, axis) : same ? length * at(strides, axis) : undefined;
    if (size === undefined) {
      if (autoPad === 'VALID') {
        pads[axis] = 0;
        pads[axis + 2] = 0;
      }
      return full - at(pads, axis) - at(pads, axis + 2);
    }
    const total = full - size;
    // A size beyond what the windows reach is filled at the end, like `output_padding`.
    if (total < 0 && -total >= at(strides, axis)) {
      throw unsupportedAttribute(
        context.node,
        'output_shape',
        size,
        'at most the stride less 1 beyond what the windows reach',
      );
    }
    const less = Math.floor(Math.max(0, total) / 2);
    // ONNX Runtime puts the odd one at the end for SAME_UPPER and at the beginning otherwise.
    pads[axis] = autoPad === 'SAME_UPPER' ? less : Math.max(0, total) - less;
    pads[axis + 2] = Math.max(0, total) - at(pads, axis);
    return size;
  });
  if (out.some((size) => size < 1)) throw context.refuse('nothing is left of its output');
  const outputs = share * groups;
  const bias = biasOf(context);
  if (bias !== undefined && bias.length !== outputs) {
    throw context.refuse(`the bias has ${bias.length} values for ${outputs} channels`);
  }
  emitOnPlane(
    context,
    {
      tag: 'ConvTranspose',
      groups,
      strides,
      pads,
      dilations,
      weights: turnedWeights(weights, groups),
      bias,
    },
    plane,
    [batch, outputs, at(out, 0), at(out, 1)],
  );
};
