/** Sums of products: convolutions, matrix products, sums over windows. All are cut where they could pass 2^24. */
import type { GraphNode, Requant, TensorSpec, Window } from '@veritrace/referee/graph';
import { elementCount, readElements } from '../model/tensors.ts';
import type { ModelBuilder } from '../onnx/builder.ts';
import { channelBounds, EXACT_LIMIT, reach, splitTaps, type Taps } from './bounds.ts';
import { clamped, finished, scalesOf } from './requantise.ts';
import {
  type Accumulator,
  type Context,
  carrierOf,
  cast,
  indices,
  integersOf,
  scalar,
  type Value,
} from './values.ts';

type Attributes<Tag extends GraphNode['op']['tag']> = Extract<
  GraphNode['op'],
  { tag: Tag }
>['value'];

/** How a reduction is emitted for one run of taps; the bias is only given when it belongs into that part. */
type EmitPart = (from: number, to: number, bias: string | undefined) => string;

interface SumOfProducts {
  taps: Taps;
  xReach: number;
  /** Taps that slice well together. */
  step: number;
  bias: Value | undefined;
  emit: EmitPart;
  /** Shape under which a bias `[O]` broadcasts against the output. */
  biasShape: number[];
}

/** The sum over all taps plus bias, in as many parts as exactness asks for. */
const reduced = (
  { builder }: Context,
  { taps, xReach, step, bias, emit, biasShape }: SumOfProducts,
): { sum: Accumulator; bound: number } => {
  const bounds = channelBounds(taps, xReach);
  const biases = bias?.constant && readElements('I32', bias.constant.data);
  const biasReaches = biases
    ? Array.from(biases, Math.abs)
    : [bias === undefined ? 0 : reach(bias.range, 0)];
  // Computed weights have one bound for all channels.
  const channels = Math.max(bounds.length, biasReaches.length);
  const bound = Array.from(
    { length: channels },
    (_, channel) =>
      (bounds[channel] ?? bounds[0] ?? 0) + (biasReaches[channel] ?? biasReaches[0] ?? 0),
  ).reduce((worst, sum) => Math.max(worst, sum), 0);
  if (bound <= EXACT_LIMIT) {
    const biasName = bias && carrierOf(builder, bias, 0);
    return { sum: { form: 'float', name: emit(0, taps.taps, biasName) }, bound };
  }
  const parts = splitTaps(taps, xReach, step).map(({ from, to }) =>
    cast(builder, emit(from, to, undefined), 'int32'),
  );
  if (bias !== undefined) {
    const shape = builder.constant('int64', [biasShape.length], biasShape);
    const ints = biases
      ? builder.constant('int32', biasShape, biases)
      : builder.op('Reshape', [integersOf(builder, bias), shape]);
    parts.push(ints);
  }
  const name = parts.reduce((left, right) => builder.op('Add', [left, right]));
  return { sum: { form: 'int', name }, bound };
};

/** Weights minus their zero point; for weights that are computed, the worst each could be. */
const tapsOf = (weights: Value, zero: number, outputs: number): Taps => {
  const count = elementCount(weights.spec.shape);
  const taps = count / outputs;
  if (weights.constant === undefined) {
    return { outputs: 1, taps, weights: new Int16Array(taps).fill(reach(weights.range, zero)) };
  }
  const elements = readElements(weights.spec.dtype, weights.constant.data);
  return { outputs, taps, weights: Int16Array.from(elements, (element) => element - zero) };
};

/**
 * An operator that sums products of carriers. In singles, the sums are exact in whatever order they are made. A provider
 * that may transform its operands first (Winograd, Fourier) or cut them short (TF32) gets doubles, which it does not cut, and
 * its result is rounded to the whole number that it has to be: what such a transform loses of doubles is far from a half.
 */
const summing = (
  { builder, sums }: Context,
  op: 'Conv' | 'ConvTranspose' | 'Gemm' | 'MatMul',
  operands: readonly string[],
  attributes: Parameters<ModelBuilder['op']>[2] = {},
): string => {
  if (sums === 'float32') return builder.op(op, operands, attributes);
  const wide = operands.map((name) => cast(builder, name, sums));
  return cast(builder, builder.op('Round', [builder.op(op, wide, attributes)]), 'float32');
};

/** Elements `from` to `to - 1` along an axis. */
export const sliceAxis = (
  builder: ModelBuilder,
  name: string,
  axis: number,
  from: number,
  to: number,
): string =>
  builder.op('Slice', [
    name,
    indices(builder, [from]),
    indices(builder, [to]),
    indices(builder, [axis]),
  ]);

/** Kernels `[O,C/groups,kh,kw]` of a convolution: as numbers where they are constant, else the name of their carrier. */
interface Kernels {
  shape: readonly number[];
  taps: Taps | undefined;
  carrier: () => string;
}

/** One convolution of carriers; `kernel` is in the canonical order. */
type Convolve = (
  x: string,
  kernel:
    | { shape: readonly number[]; data: Float32Array }
    | { shape: readonly number[]; name: string },
  bias: readonly string[],
) => string;

/** A convolution of carriers over some of its taps `(c, kh, kw)`. */
const emitConv = (
  builder: ModelBuilder,
  x: string,
  { shape, taps, carrier }: Kernels,
  groups: number,
  convolve: Convolve,
): EmitPart => {
  const [outputs = 1, depth = 1, kernelHeight = 1, kernelWidth = 1] = shape;
  const plane = kernelHeight * kernelWidth;
  const count = depth * plane;
  return (from, to, bias) => {
    const optional = bias === undefined ? [] : [bias];
    if (from === 0 && to === count) {
      return taps === undefined
        ? convolve(x, { shape, name: carrier() }, optional)
        : convolve(x, { shape, data: Float32Array.from(taps.weights) }, optional);
    }
    if (groups === 1 && from % plane === 0 && to % plane === 0) {
      const [first, last] = [from / plane, to / plane];
      const part = sliceAxis(builder, x, 1, first, last);
      const partShape = [outputs, last - first, kernelHeight, kernelWidth];
      if (taps === undefined) {
        const name = sliceAxis(builder, carrier(), 1, first, last);
        return convolve(part, { shape: partShape, name }, optional);
      }
      const data = new Float32Array(outputs * (to - from));
      for (let output = 0; output < outputs; output++) {
        const row = taps.weights.subarray(output * count + from, output * count + to);
        data.set(row, output * (to - from));
      }
      return convolve(part, { shape: partShape, data }, optional);
    }
    // The cut falls inside a channel, or channels belong to groups: leave the other taps out of the weights instead.
    const inside = (tap: number) => tap % count >= from && tap % count < to;
    if (taps !== undefined) {
      const data = Float32Array.from(taps.weights, (weight, tap) => (inside(tap) ? weight : 0));
      return convolve(x, { shape, data }, optional);
    }
    const mask = Float32Array.from({ length: count }, (_, tap) => (inside(tap) ? 1 : 0));
    const name = builder.op('Mul', [
      carrier(),
      builder.constant('float32', [1, depth, kernelHeight, kernelWidth], mask),
    ]);
    return convolve(x, { shape, name }, optional);
  };
};

interface Geometry {
  groups: number;
  strides: readonly number[];
  pads: readonly number[];
  dilations: readonly number[];
}

const attributesOf = (
  { groups, strides, pads, dilations }: Geometry,
  shape: readonly number[],
) => ({
  kernel_shape: shape.slice(2),
  group: groups,
  strides,
  pads,
  dilations,
});

/** A carrier with so many zeros before and after each of the last two axes: top, left, bottom, right. */
const zeroPadded = (builder: ModelBuilder, x: string, pads: readonly number[]): string => {
  const [top = 0, left = 0, bottom = 0, right = 0] = pads;
  if (pads.every((pad) => pad === 0)) return x;
  return builder.op('Pad', [x, indices(builder, [0, 0, top, left, 0, 0, bottom, right])]);
};

/** ONNX's `Conv`. CUDA has none of other pads at one end than at the other. */
const forwards =
  (context: Context, geometry: Geometry): Convolve =>
  (x, kernel, bias) => {
    const { builder } = context;
    const name =
      'name' in kernel ? kernel.name : builder.constant('float32', kernel.shape, kernel.data);
    const { pads } = geometry;
    const isEven = pads[0] === pads[2] && pads[1] === pads[3];
    if (context.provider === 'cpu' || isEven) {
      return summing(context, 'Conv', [x, name, ...bias], attributesOf(geometry, kernel.shape));
    }
    const padded = { ...geometry, pads: [0, 0, 0, 0] };
    return summing(
      context,
      'Conv',
      [zeroPadded(builder, x, pads), name, ...bias],
      attributesOf(padded, kernel.shape),
    );
  };

/** ONNX's `ConvTranspose`, whose kernels are `[C,O/groups,kh,kw]`, to an output of the given height and width. */
const backwards =
  (
    context: Context,
    geometry: Geometry,
    input: readonly number[],
    output: readonly number[],
  ): Convolve =>
  (x, kernel, bias) => {
    const { builder } = context;
    const { groups, strides, pads, dilations } = geometry;
    const [outputs = 1, depth = 1, ...sides] = kernel.shape;
    const plane = elementCount(sides);
    const perGroup = outputs / groups;
    const shape = [groups * depth, perGroup, ...sides];
    let name: string;
    if ('name' in kernel) {
      const apart = indices(builder, [groups, perGroup, depth, plane]);
      const split = builder.op('Reshape', [kernel.name, apart]);
      const swapped = builder.op('Transpose', [split], { perm: [0, 2, 1, 3] });
      name = builder.op('Reshape', [swapped, indices(builder, shape)]);
    } else {
      const data = new Float32Array(kernel.data.length);
      for (let o = 0; o < outputs; o++) {
        for (let c = 0; c < depth; c++) {
          const row = kernel.data.subarray((o * depth + c) * plane, (o * depth + c + 1) * plane);
          const channel = Math.floor(o / perGroup) * depth + c;
          data.set(row, (channel * perGroup + (o % perGroup)) * plane);
        }
      }
      name = builder.constant('float32', shape, data);
    }
    const wholes = [0, 1].map((axis) => {
      const extent = ((sides[axis] ?? 1) - 1) * (dilations[axis] ?? 1) + 1;
      return ((input[axis] ?? 1) - 1) * (strides[axis] ?? 1) + extent;
    });
    const [first, last] = [0, 1].map((axis) => {
      const begin = pads[axis] ?? 0;
      return [begin, begin + (output[axis] ?? 1)] as const;
    }) as [readonly [number, number], readonly [number, number]];
    if (context.provider !== 'cpu') {
      // CUDA has the whole output alone: rows that are wanted beyond it are those of zeros, the others are left out.
      const [below, right] = [first, last].map(([, end], axis) =>
        Math.max(0, Math.ceil((end - (wholes[axis] ?? 0)) / (strides[axis] ?? 1))),
      ) as [number, number];
      const whole = summing(
        context,
        'ConvTranspose',
        [zeroPadded(builder, x, [0, 0, below, right]), name, ...bias],
        attributesOf({ ...geometry, pads: [0, 0, 0, 0] }, kernel.shape),
      );
      return sliceAxis(builder, sliceAxis(builder, whole, 2, ...first), 3, ...last);
    }
    const extra = wholes.map(
      (whole, axis) => (output[axis] ?? 1) - whole + (pads[axis] ?? 0) + (pads[axis + 2] ?? 0),
    );
    return summing(context, 'ConvTranspose', [x, name, ...bias], {
      ...attributesOf(geometry, kernel.shape),
      output_padding: extra,
    });
  };

/** Most products of a sum whose parts 32 bits hold, whatever the operands and zero points are. */
const MOST_PRODUCTS = 2 ** 15;

/** A sum of products of 8-bit integers to 8-bit integers. */
interface Quantised8 {
  x: { value: Value; zero: number };
  /** Output channels first. */
  weights: {
    shape: readonly number[];
    dtype: 'U8' | 'I8';
    elements: ArrayLike<number>;
    zero: number;
  };
  bias: ArrayLike<number> | undefined;
  scale: Value;
  requant: Requant;
}

/** Operands of the runtime's 8-bit kernels, in the order in which all take them. */
const operandsOf = (
  { builder, weightForm }: Context,
  { x, weights, scale }: Quantised8,
): string[] => {
  const [outputs = 1] = weights.shape;
  const isSigned = weights.dtype === 'I8' && weightForm === 'signed';
  const [type, raise] = isSigned
    ? (['int8', 0] as const)
    : (['uint8', weights.dtype === 'I8' ? 128 : 0] as const);
  const zero = weights.zero + raise;
  const scales = scalesOf(scale);
  const isByChannel = scales.length > 1;
  return [
    integersOf(builder, x.value),
    scalar(builder, 'float32', 1),
    scalar(builder, 'uint8', x.zero),
    builder.constant(
      type,
      weights.shape,
      Array.from(weights.elements, (weight) => weight + raise),
    ),
    builder.constant('float32', isByChannel ? [outputs] : [], scales),
    builder.constant(
      type,
      isByChannel ? [outputs] : [],
      Array.from(scales, () => zero),
    ),
  ];
};

/**
 * A convolution in the runtime's 8-bit kernels, whose requantisation is the chain's: the sum as a single, times the scale,
 * rounded half to even, plus the zero point, saturated.
 */
const quantisedConv = (
  context: Context,
  quantised: Quantised8,
  geometry: Geometry,
  spec: TensorSpec,
): Value => {
  const { builder } = context;
  const { bias, requant, weights } = quantised;
  const name = builder.op(
    'QLinearConv',
    [
      ...operandsOf(context, quantised),
      scalar(builder, 'float32', 1),
      scalar(builder, 'uint8', requant.zero),
      ...(bias ? [builder.constant('int32', [bias.length], bias)] : []),
    ],
    attributesOf(geometry, weights.shape),
  );
  return clamped(context, name, requant, spec);
};

/** A product with a matrix `[N,K]` of weights in the same kernels. */
const quantisedProduct = (context: Context, quantised: Quantised8, spec: TensorSpec): Value => {
  const { builder } = context;
  const { bias, requant } = quantised;
  const [name = ''] = builder.ops(
    'QGemm',
    [
      ...operandsOf(context, quantised),
      bias ? builder.constant('int32', [bias.length], bias) : '',
      scalar(builder, 'float32', 1),
      scalar(builder, 'uint8', requant.zero),
    ],
    { transB: 1 },
    1,
    'com.microsoft',
  );
  return clamped(context, name, requant, spec);
};

/** What a node of 8-bit integers and constant weights is to the kernels; `undefined` where it is none. */
const quantised8 = (
  context: Context,
  node: GraphNode,
  op: Pick<Attributes<'MatMul'>, 'xZero' | 'wZero' | 'bias' | 'requant'>,
): Quantised8 | undefined => {
  const [x, w] = [context.resolve(node, 0), context.resolve(node, 1)];
  const bias = op.bias ? context.resolve(node, 2) : undefined;
  const { spec, constant } = w;
  const { requant } = op;
  const isFit =
    isForKernels(context, node, x, op.xZero) &&
    elementCount(spec.shape) / (spec.shape[0] ?? 1) <= MOST_PRODUCTS &&
    (bias === undefined || bias.constant !== undefined);
  if (!isFit || requant === undefined || constant === undefined) return undefined;
  return {
    x: { value: x, zero: op.xZero },
    weights: {
      shape: spec.shape,
      dtype: spec.dtype === 'U8' ? 'U8' : 'I8',
      elements: readElements(spec.dtype, constant.data),
      zero: op.wZero,
    },
    bias: bias?.constant && readElements('I32', bias.constant.data),
    scale: context.resolve(node, node.inputs.length - 1),
    requant,
  };
};

/** Whether there are 8-bit kernels, bytes go in, with a zero point that is one, and bytes come out. */
const isForKernels = (
  { weightForm }: Context,
  { output }: GraphNode,
  x: Value,
  zero: number,
): boolean =>
  weightForm !== undefined &&
  x.spec.dtype === 'U8' &&
  output.dtype === 'U8' &&
  zero >= 0 &&
  zero <= 255;

/** A convolution, forwards or transposed. */
export const convolved = (
  context: Context,
  node: GraphNode,
  op: Attributes<'Conv'>,
  transposed: boolean,
): Value => {
  const { builder } = context;
  const [x, w] = [context.resolve(node, 0), context.resolve(node, 1)];
  const [outputs = 1, , kernelHeight = 1, kernelWidth = 1] = w.spec.shape;
  const quantised = transposed ? undefined : quantised8(context, node, op);
  if (quantised !== undefined) return quantisedConv(context, quantised, op, node.output);
  const taps = tapsOf(w, op.wZero, outputs);
  const isComputed = w.constant === undefined;
  const carrier = carrierOf(builder, x, op.xZero);
  const convolve = transposed
    ? backwards(context, op, x.spec.shape.slice(2), node.output.shape.slice(2))
    : forwards(context, op);
  const { sum, bound } = reduced(context, {
    taps,
    xReach: reach(x.range, op.xZero),
    step: kernelHeight * kernelWidth,
    bias: op.bias ? context.resolve(node, 2) : undefined,
    emit: emitConv(
      builder,
      carrier,
      {
        shape: w.spec.shape,
        taps: isComputed ? undefined : taps,
        carrier: () => carrierOf(builder, w, op.wZero),
      },
      op.groups,
      convolve,
    ),
    biasShape: [1, outputs, 1, 1],
  });
  return finished(context, node, sum, { min: -bound, max: bound }, op.requant);
};

/** A matrix product with rows as output channels. */
export const multiplied = (context: Context, node: GraphNode, op: Attributes<'MatMul'>): Value => {
  const { builder } = context;
  const [x, w] = [context.resolve(node, 0), context.resolve(node, 1)];
  const [columns = 1, depth = 1] = w.spec.shape;
  const quantised = quantised8(context, node, op);
  if (quantised !== undefined) return quantisedProduct(context, quantised, node.output);
  const taps = tapsOf(w, op.wZero, columns);
  const carrier = carrierOf(builder, x, op.xZero);
  const { sum, bound } = reduced(context, {
    taps,
    xReach: reach(x.range, op.xZero),
    step: 1,
    bias: op.bias ? context.resolve(node, 2) : undefined,
    emit(from, to, bias) {
      const optional = bias === undefined ? [] : [bias];
      const whole = from === 0 && to === depth;
      const rows = whole ? carrier : sliceAxis(builder, carrier, 1, from, to);
      if (w.constant === undefined) {
        const full = carrierOf(builder, w, op.wZero);
        const part = whole ? full : sliceAxis(builder, full, 1, from, to);
        return summing(context, 'Gemm', [rows, part, ...optional], { transB: 1 });
      }
      const matrix = builder.constant('float32', [columns, to - from], columnsOf(taps, from, to));
      return summing(context, 'Gemm', [rows, matrix, ...optional], { transB: 1 });
    },
    biasShape: [1, columns],
  });
  return finished(context, node, sum, { min: -bound, max: bound }, op.requant);
};

/** Taps `from` to `to - 1` of every output. */
const columnsOf = ({ outputs, taps, weights }: Taps, from: number, to: number): Float32Array => {
  const part = new Float32Array(outputs * (to - from));
  for (let output = 0; output < outputs; output++) {
    const row = weights.subarray(output * taps + from, output * taps + to);
    part.set(row, output * (to - from));
  }
  return part;
};

/** Products of matrices `[G,M,K]` and `[G,N,K]` or `[1,N,K]`. */
export const batchMultiplied = (
  context: Context,
  node: GraphNode,
  { aZero, bZero, requant }: Attributes<'BatchMatMul'>,
): Value => {
  const { builder } = context;
  const [a, b] = [context.resolve(node, 0), context.resolve(node, 1)];
  const [batches = 1, columns = 1, depth = 1] = b.spec.shape;
  const taps = tapsOf(b, bZero, batches * columns);
  const left = carrierOf(builder, a, aZero);
  const { sum, bound } = reduced(context, {
    taps,
    xReach: reach(a.range, aZero),
    step: 1,
    bias: undefined,
    emit(from, to) {
      const whole = from === 0 && to === depth;
      const rows = whole ? left : sliceAxis(builder, left, 2, from, to);
      let right: string;
      if (b.constant === undefined) {
        const full = carrierOf(builder, b, bZero);
        right = whole ? full : sliceAxis(builder, full, 2, from, to);
      } else {
        const shape = [batches, columns, to - from];
        right = builder.constant('float32', shape, columnsOf(taps, from, to));
      }
      const turned = builder.op('Transpose', [right], { perm: [0, 2, 1] });
      return summing(context, 'MatMul', [rows, turned]);
    },
    biasShape: [],
  });
  return finished(context, node, sum, { min: -bound, max: bound }, requant);
};

/** Sums over a window. */
export const summed = (
  context: Context,
  node: GraphNode,
  op: { window: Window; xZero: number; requant: Attributes<'SumPool'>['requant'] },
): Value => {
  const { builder } = context;
  const x = context.resolve(node, 0);
  const [, channels = 1, height = 1, width = 1] = x.spec.shape;
  const { kernel, strides, pads } = op.window;
  const [kernelHeight, kernelWidth] = kernel;
  const count = kernelHeight * kernelWidth;
  if (
    isForKernels(context, node, x, op.xZero) &&
    count <= MOST_PRODUCTS &&
    op.requant !== undefined
  ) {
    const ones: Quantised8 = {
      x: { value: x, zero: op.xZero },
      weights: {
        shape: [channels, 1, kernelHeight, kernelWidth],
        dtype: 'I8',
        elements: new Int8Array(channels * count).fill(1),
        zero: 0,
      },
      bias: undefined,
      scale: context.resolve(node, 1),
      requant: op.requant,
    };
    const geometry = { groups: channels, strides, pads, dilations: [1, 1] };
    return quantisedConv(context, ones, geometry, node.output);
  }
  const carrier = carrierOf(builder, x, op.xZero);
  const xReach = reach(x.range, op.xZero);
  const worst = count * xReach;
  const isGlobal =
    kernelHeight === height && kernelWidth === width && pads.every((pad) => pad === 0);
  if (isGlobal && worst <= EXACT_LIMIT) {
    const one = builder.op('ReduceSum', [carrier, indices(builder, [2, 3])], { keepdims: 1 });
    return finished(
      context,
      node,
      { form: 'float', name: one },
      { min: -worst, max: worst },
      op.requant,
    );
  }
  const ones: Taps = {
    outputs: channels,
    taps: count,
    weights: new Int16Array(channels * count).fill(1),
  };
  const geometry = { groups: channels, strides, pads, dilations: [1, 1] };
  const shape = [channels, 1, kernelHeight, kernelWidth];
  const { sum, bound } = reduced(context, {
    taps: ones,
    xReach,
    step: count,
    bias: undefined,
    emit: emitConv(
      builder,
      carrier,
      { shape, taps: ones, carrier: () => builder.constant('float32', shape, ones.weights) },
      channels,
      forwards(context, geometry),
    ),
    biasShape: [1, channels, 1, 1],
  });
  return finished(context, node, sum, { min: -bound, max: bound }, op.requant);
};
