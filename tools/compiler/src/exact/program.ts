/**
 * The exact program: the canonical graph as an ONNX model whose integers ride in float32 tensors.
 *
 * Why any provider that multiplies and adds in true float32 gives the chain's bits:
 * - products are of integers below 2^9 and every reduction is bounded by 2^24, else cut into parts whose sums are cast
 *   to int32 before they are added, so no sum is ever rounded, in whatever order it is made;
 * - requantisation is one `Mul`, one `Round` (half to even), one `Clip`, as the kernel defines it; carriers hold
 *   `q - zero point`, so that padding is zero and no addition stands between;
 * - scales are overridable initialisers, which optimisers must not fold into weights;
 * - what leaves the program are integers, cast from the carriers.
 */
import type {
  DType,
  Graph,
  GraphNode,
  Initialiser,
  Ref,
  Requant,
  TensorSpec,
  Window,
} from '@veritrace/referee/graph';
import { CompileError } from '../errors.ts';
import { dtypeRange, elementCount, readElements } from '../model/tensors.ts';
import {
  type BuilderType,
  createModelBuilder,
  type ModelBuilder,
  typeCode,
} from '../onnx/builder.ts';
import { channelBounds, EXACT_LIMIT, type Range, reach, splitTaps, type Taps } from './bounds.ts';

/** Execution providers the program has been proved exact on. */
export type ExactProvider = 'cpu';

export interface ExactProgramOptions {
  provider: ExactProvider;
  /** `all`: every node's output, for the trace; `declared`: only those that answer a request. */
  outputs: 'all' | 'declared';
}

/** Opset of the emitted model. */
export const EXACT_OPSET = 17;

/** Name of the program's input for request input `index`. */
export const inputName = (index: number): string => `input_${index}`;

/** Name of the program's output for node `index`. */
export const nodeName = (index: number): string => `node_${index}`;

const INTEGER_TYPE: Record<Exclude<DType, 'F32'>, BuilderType> = {
  U8: 'uint8',
  I8: 'int8',
  I32: 'int32',
};

/** The ONNX element type of a canonical integer type. */
export const integerType = (dtype: DType, where: string): BuilderType => {
  if (dtype === 'F32') {
    throw new CompileError('invalid-graph', `${where} is F32; only scales may be`);
  }
  return INTEGER_TYPE[dtype];
};

/** A tensor under construction, in whichever forms have been asked for so far. */
interface Value {
  readonly spec: TensorSpec;
  readonly range: Range;
  /** Name of the integer form. */
  ints: string | undefined;
  /** Names of float32 forms holding `q - zero`, by zero. */
  readonly carriers: Map<number, string>;
  /** The constant behind it, when there is one. */
  readonly constant: Initialiser | undefined;
}

interface Context {
  readonly graph: Graph;
  readonly builder: ModelBuilder;
  resolve(node: GraphNode, input: number): Value;
}

/** A sum before requantisation: exact in float32, or in int32. */
type Accumulator = { form: 'float'; name: string } | { form: 'int'; name: string };

const scalar = (builder: ModelBuilder, type: BuilderType, value: number): string =>
  builder.constant(type, [], [value]);

const cast = (builder: ModelBuilder, name: string, to: BuilderType): string =>
  builder.op('Cast', [name], { to: typeCode(to) });

/** Smallest and largest of a constant's elements. */
const rangeOfElements = (elements: ArrayLike<number>): Range => {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let index = 0; index < elements.length; index++) {
    const element = elements[index] ?? 0;
    if (element < min) min = element;
    if (element > max) max = element;
  }
  return { min, max };
};

const fitsCarrier = (range: Range, zero: number): boolean => reach(range, zero) <= EXACT_LIMIT;

/** The integer form, made from a carrier if need be. */
const integersOf = (builder: ModelBuilder, value: Value, output?: string): string => {
  if (value.ints !== undefined && output === undefined) return value.ints;
  const to = integerType(value.spec.dtype, 'a tensor');
  if (value.constant !== undefined) {
    value.ints ??= builder.constant(to, value.spec.shape, { bytes: value.constant.data });
  }
  if (value.ints !== undefined) {
    return output === undefined ? value.ints : builder.op('Identity', [value.ints], {}, output);
  }
  const carrier = carrierOf(builder, value, 0);
  const ints = builder.op('Cast', [carrier], { to: typeCode(to) }, output);
  value.ints = ints;
  return ints;
};

/** A float32 form holding `q - zero`; the value must fit. */
const carrierOf = (builder: ModelBuilder, value: Value, zero: number): string => {
  const known = value.carriers.get(zero);
  if (known !== undefined) return known;
  let name: string;
  const [nearest] = value.carriers;
  if (value.constant !== undefined) {
    const elements = readElements(value.spec.dtype, value.constant.data);
    name = builder.constant(
      'float32',
      value.spec.shape,
      Float32Array.from(elements, (element) => element - zero),
    );
  } else if (nearest !== undefined) {
    const [have, carrier] = nearest;
    name = builder.op('Add', [carrier, scalar(builder, 'float32', have - zero)]);
  } else {
    if (value.ints === undefined) throw new CompileError('invalid-graph', 'a tensor has no form');
    const raw = cast(builder, value.ints, 'float32');
    value.carriers.set(0, raw);
    if (zero === 0) return raw;
    name = builder.op('Sub', [raw, scalar(builder, 'float32', zero)]);
  }
  value.carriers.set(zero, name);
  return name;
};

/** The float32 nearest to `q - zero`, also where that is beyond exactness (one rounding, as the kernel does it). */
const roundedCarrier = (builder: ModelBuilder, value: Value, zero: number): string => {
  if (fitsCarrier(value.range, zero) && fitsCarrier(value.range, 0)) {
    return carrierOf(builder, value, zero);
  }
  if (zero !== 0) {
    throw new CompileError('invalid-graph', 'a 32-bit tensor has a zero point');
  }
  return cast(builder, integersOf(builder, value), 'float32');
};

const asFloat = (builder: ModelBuilder, sum: Accumulator): string =>
  sum.form === 'float' ? sum.name : cast(builder, sum.name, 'float32');

/** `clip(round(sum * scale), min - zero, max - zero)` as a value with a carrier at `zero`. */
const requantised = (
  { builder }: Context,
  sum: string,
  scale: Value,
  requant: Requant,
  spec: TensorSpec,
): Value => {
  if (scale.constant === undefined || scale.spec.dtype !== 'F32') {
    throw new CompileError('invalid-graph', 'a scale is not an F32 initialiser');
  }
  const scales = readElements('F32', scale.constant.data);
  const trailing = Math.max(0, spec.shape.length - 2);
  const shape = scales.length === 1 ? [] : [scales.length, ...new Array<number>(trailing).fill(1)];
  const multiplier = builder.overridable('float32', shape, scales);
  const scaled = builder.op('Mul', [sum, multiplier]);
  const rounded = builder.op('Round', [scaled]);
  const clipped = builder.op('Clip', [
    rounded,
    scalar(builder, 'float32', requant.min - requant.zero),
    scalar(builder, 'float32', requant.max - requant.zero),
  ]);
  return {
    spec,
    range: { min: requant.min, max: requant.max },
    ints: undefined,
    carriers: new Map([[requant.zero, clipped]]),
    constant: undefined,
  };
};

/** A sum as a node's value: requantised, or the accumulator itself. */
const finished = (
  context: Context,
  node: GraphNode,
  sum: Accumulator,
  bound: number,
  requant: Requant | undefined,
): Value => {
  if (requant !== undefined) {
    const scale = context.resolve(node, node.inputs.length - 1);
    return requantised(context, asFloat(context.builder, sum), scale, requant, node.output);
  }
  const limit = dtypeRange('I32');
  return {
    spec: node.output,
    range: { min: Math.max(-bound, limit.min), max: Math.min(bound, limit.max) },
    ints: sum.form === 'int' ? sum.name : undefined,
    carriers: new Map(sum.form === 'float' ? [[0, sum.name]] : []),
    constant: undefined,
  };
};

/** How a reduction is emitted for one run of taps; the bias is only given when it belongs into that part. */
type EmitPart = (from: number, to: number, bias: string | undefined) => string;

interface Reduction {
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
  { taps, xReach, step, bias, emit, biasShape }: Reduction,
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

const sliceAxis = (
  builder: ModelBuilder,
  name: string,
  axis: number,
  from: number,
  to: number,
): string => {
  const index = (value: number) => builder.constant('int64', [1], [value]);
  return builder.op('Slice', [name, index(from), index(to), index(axis)]);
};

interface ConvGeometry {
  groups: number;
  strides: readonly number[];
  pads: readonly number[];
  dilations: readonly number[];
}

/** A convolution of carriers over some of its taps `(c, kh, kw)`. */
const emitConv = (
  builder: ModelBuilder,
  x: string,
  weights: { shape: readonly number[]; taps: Taps | undefined; carrier: () => string },
  geometry: ConvGeometry,
): EmitPart => {
  const [outputs = 1, depth = 1, kernelHeight = 1, kernelWidth = 1] = weights.shape;
  const plane = kernelHeight * kernelWidth;
  const count = depth * plane;
  const attributes = {
    kernel_shape: [kernelHeight, kernelWidth],
    group: geometry.groups,
    strides: geometry.strides,
    pads: geometry.pads,
    dilations: geometry.dilations,
  };
  return (from, to, bias) => {
    const optional = bias === undefined ? [] : [bias];
    if (from === 0 && to === count) {
      return builder.op('Conv', [x, weights.carrier(), ...optional], attributes);
    }
    const sliced = geometry.groups === 1 && from % plane === 0 && to % plane === 0;
    if (sliced) {
      const [first, last] = [from / plane, to / plane];
      const part = sliceAxis(builder, x, 1, first, last);
      const kernel = weights.taps
        ? builder.constant(
            'float32',
            [outputs, last - first, kernelHeight, kernelWidth],
            Array.from({ length: outputs }, (_, output) =>
              Array.from(
                weights.taps?.weights.subarray(output * count + from, output * count + to) ?? [],
              ),
            ).flat(),
          )
        : sliceAxis(builder, weights.carrier(), 1, first, last);
      return builder.op('Conv', [part, kernel, ...optional], attributes);
    }
    // The cut falls inside a channel, or channels belong to groups: leave the other taps out of the weights instead.
    const inside = (tap: number) => tap % count >= from && tap % count < to;
    const kernel = weights.taps
      ? builder.constant(
          'float32',
          weights.shape,
          Float32Array.from(weights.taps.weights, (weight, tap) => (inside(tap) ? weight : 0)),
        )
      : builder.op('Mul', [
          weights.carrier(),
          builder.constant(
            'float32',
            [1, depth, kernelHeight, kernelWidth],
            Float32Array.from({ length: count }, (_, tap) => (inside(tap) ? 1 : 0)),
          ),
        ]);
    return builder.op('Conv', [x, kernel, ...optional], attributes);
  };
};

const convolved = (
  context: Context,
  node: GraphNode,
  op: Extract<GraphNode['op'], { tag: 'Conv' }>['value'],
): Value => {
  const { builder } = context;
  const [x, w] = [context.resolve(node, 0), context.resolve(node, 1)];
  const [outputs = 1, , kernelHeight = 1, kernelWidth = 1] = w.spec.shape;
  const taps = tapsOf(w, op.wZero, outputs);
  const { sum, bound } = reduced(context, {
    taps,
    xReach: reach(x.range, op.xZero),
    step: kernelHeight * kernelWidth,
    bias: op.bias ? context.resolve(node, 2) : undefined,
    emit: emitConv(
      builder,
      carrierOf(builder, x, op.xZero),
      {
        shape: w.spec.shape,
        taps: w.constant && taps,
        carrier: () => carrierOf(builder, w, op.wZero),
      },
      op,
    ),
    biasShape: [1, outputs, 1, 1],
  });
  return finished(context, node, sum, bound, op.requant);
};

const multiplied = (
  context: Context,
  node: GraphNode,
  op: Extract<GraphNode['op'], { tag: 'MatMul' }>['value'],
): Value => {
  const { builder } = context;
  const [x, w] = [context.resolve(node, 0), context.resolve(node, 1)];
  const [columns = 1, depth = 1] = w.spec.shape;
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
        return builder.op('Gemm', [rows, part, ...optional], { transB: 1 });
      }
      const part = new Float32Array(columns * (to - from));
      for (let column = 0; column < columns; column++) {
        for (let k = from; k < to; k++) {
          part[column * (to - from) + k - from] = taps.weights[column * depth + k] ?? 0;
        }
      }
      const matrix = builder.constant('float32', [columns, to - from], part);
      return builder.op('Gemm', [rows, matrix, ...optional], { transB: 1 });
    },
    biasShape: [1, columns],
  });
  return finished(context, node, sum, bound, op.requant);
};

const summed = (
  context: Context,
  node: GraphNode,
  op: { window: Window; xZero: number; requant: Requant | undefined },
): Value => {
  const { builder } = context;
  const x = context.resolve(node, 0);
  const [, channels = 1, height = 1, width = 1] = x.spec.shape;
  const { kernel, strides, pads } = op.window;
  const [kernelHeight, kernelWidth] = kernel;
  const count = kernelHeight * kernelWidth;
  const carrier = carrierOf(builder, x, op.xZero);
  const xReach = reach(x.range, op.xZero);
  const isGlobal =
    kernelHeight === height && kernelWidth === width && pads.every((pad) => pad === 0);
  if (isGlobal && count * xReach <= EXACT_LIMIT) {
    const axes = builder.constant('int64', [2], [2, 3]);
    const one = builder.op('ReduceSum', [carrier, axes], { keepdims: 1 });
    return finished(context, node, { form: 'float', name: one }, count * xReach, op.requant);
  }
  const ones: Taps = {
    outputs: channels,
    taps: count,
    weights: new Int16Array(channels * count).fill(1),
  };
  const shape = [channels, 1, kernelHeight, kernelWidth];
  const { sum, bound } = reduced(context, {
    taps: ones,
    xReach,
    step: count,
    bias: undefined,
    emit: emitConv(
      builder,
      carrier,
      {
        shape,
        taps: ones,
        carrier: () => builder.constant('float32', shape, ones.weights),
      },
      { groups: channels, strides, pads, dilations: [1, 1] },
    ),
    biasShape: [1, channels, 1, 1],
  });
  return finished(context, node, sum, bound, op.requant);
};

const added = (
  context: Context,
  node: GraphNode,
  op: Extract<GraphNode['op'], { tag: 'Add' }>['value'],
): Value => {
  const { builder } = context;
  const weighted = (input: number, zero: number, weight: number) => {
    const value = context.resolve(node, input);
    const carrier = carrierOf(builder, value, zero);
    const name =
      weight === 1 ? carrier : builder.op('Mul', [carrier, scalar(builder, 'float32', weight)]);
    return { name, bound: reach(value.range, zero) * weight };
  };
  const a = weighted(0, op.aZero, op.aMul);
  const b = weighted(1, op.bZero, op.bMul);
  // At most 2 * 255 * 2^15, which is below 2^24.
  const name = builder.op('Add', [a.name, b.name]);
  return finished(context, node, { form: 'float', name }, a.bound + b.bound, op.requant);
};

/** Applies a float32 or integer operator that only moves elements, in whichever form the value has. */
const moved = (
  { builder }: Context,
  value: Value,
  spec: TensorSpec,
  range: Range,
  emit: (name: string, form: { type: BuilderType; zero: number }) => string,
): Value => {
  const result: Value = { spec, range, ints: undefined, carriers: new Map(), constant: undefined };
  if (!fitsCarrier(value.range, 0)) {
    const type = integerType(value.spec.dtype, 'a tensor');
    result.ints = emit(integersOf(builder, value), { type, zero: 0 });
    return result;
  }
  const zero = value.carriers.keys().next().value ?? 0;
  result.carriers.set(zero, emit(carrierOf(builder, value, zero), { type: 'float32', zero }));
  return result;
};

const looked = (context: Context, node: GraphNode): Value => {
  const { builder } = context;
  const [x, table] = [context.resolve(node, 0), context.resolve(node, 1)];
  const { min: lowest } = dtypeRange(x.spec.dtype === 'I8' ? 'I8' : 'U8');
  const index = cast(builder, carrierOf(builder, x, lowest), 'int32');
  const zero = table.constant ? preferredZero(context, node) : 0;
  const found = builder.op('Gather', [carrierOf(builder, table, zero), index], { axis: 0 });
  return {
    spec: node.output,
    range: table.range,
    ints: undefined,
    carriers: new Map([[zero, found]]),
    constant: undefined,
  };
};

/** Zero point under which the first consumer of `node` wants its values. */
const preferredZero = ({ graph }: Context, node: GraphNode): number => {
  const index = graph.nodes.indexOf(node);
  for (const { op, inputs } of graph.nodes) {
    const position = inputs.findIndex((ref) => ref.tag === 'Node' && ref.value === index);
    if (position === -1) continue;
    switch (op.tag) {
      case 'Conv':
      case 'MatMul':
        return position === 0 ? op.value.xZero : op.value.wZero;
      case 'SumPool':
      case 'Requantise':
        return op.value.xZero;
      case 'Add':
        return position === 0 ? op.value.aZero : op.value.bZero;
      case 'Table':
      case 'MaxPool':
      case 'Reshape':
      case 'Transpose':
      case 'Pad':
      case 'ArgMax':
        return 0;
    }
  }
  return 0;
};

const lowered = (context: Context, node: GraphNode): Value => {
  const { builder } = context;
  const { op, output: spec } = node;
  switch (op.tag) {
    case 'Conv':
      return convolved(context, node, op.value);
    case 'MatMul':
      return multiplied(context, node, op.value);
    case 'SumPool':
      return summed(context, node, op.value);
    case 'Add':
      return added(context, node, op.value);
    case 'Table':
      return looked(context, node);
    case 'Requantise': {
      const x = roundedCarrier(builder, context.resolve(node, 0), op.value.xZero);
      return requantised(context, x, context.resolve(node, 1), op.value.requant, spec);
    }
    case 'MaxPool': {
      const x = context.resolve(node, 0);
      const { kernel, strides, pads } = op.value;
      return moved(context, x, spec, x.range, (name) =>
        builder.op('MaxPool', [name], { kernel_shape: kernel, strides, pads }),
      );
    }
    case 'Reshape': {
      const x = context.resolve(node, 0);
      const shape = builder.constant('int64', [spec.shape.length], spec.shape);
      return moved(context, x, spec, x.range, (name) => builder.op('Reshape', [name, shape]));
    }
    case 'Transpose': {
      const x = context.resolve(node, 0);
      return moved(context, x, spec, x.range, (name) =>
        builder.op('Transpose', [name], { perm: op.value.perm }),
      );
    }
    case 'Pad': {
      const x = context.resolve(node, 0);
      const { pads, value } = op.value;
      const amounts = [...pads.map(([before]) => before), ...pads.map(([, after]) => after)];
      const range = { min: Math.min(x.range.min, value), max: Math.max(x.range.max, value) };
      const constant = builder.constant('int64', [amounts.length], amounts);
      // A value beyond a carrier's reach forces the integer form.
      const source = fitsCarrier(range, 0) ? x : { ...x, range };
      return moved(context, source, spec, range, (name, { type, zero }) =>
        builder.op('Pad', [name, constant, scalar(builder, type, value - zero)], {
          mode: 'constant',
        }),
      );
    }
    case 'ArgMax': {
      const x = context.resolve(node, 0);
      const zero = x.carriers.keys().next().value ?? 0;
      const source = fitsCarrier(x.range, 0) ? carrierOf(builder, x, zero) : integersOf(builder, x);
      const { axis, keepDims } = op.value;
      const found = builder.op('ArgMax', [source], {
        axis,
        keepdims: keepDims ? 1 : 0,
        select_last_index: 0,
      });
      return {
        spec,
        range: { min: 0, max: (x.spec.shape[axis] ?? 1) - 1 },
        ints: cast(builder, found, 'int32'),
        carriers: new Map(),
        constant: undefined,
      };
    }
  }
};

/** Bytes of an ONNX model that computes `graph` bit for bit. Throws a `CompileError` on a graph that is not well-formed. */
export const buildExactProgram = (graph: Graph, options: ExactProgramOptions): Uint8Array => {
  if (options.provider !== 'cpu') {
    throw new CompileError(
      'unsupported-provider',
      `no exact program is proved on provider "${String(options.provider)}"; only "cpu" is`,
    );
  }
  const builder = createModelBuilder('veritrace-exact', EXACT_OPSET);
  const requests = graph.header.inputs.map((spec, index): Value => {
    const type = integerType(spec.dtype, `input ${index}`);
    builder.input(inputName(index), type, spec.shape);
    const range = dtypeRange(spec.dtype as Exclude<DType, 'F32'>);
    return { spec, range, ints: inputName(index), carriers: new Map(), constant: undefined };
  });
  const initialisers = graph.initialisers.map((constant): Value => {
    const { spec } = constant;
    const range = rangeOfElements(readElements(spec.dtype, constant.data));
    return { spec, range, ints: undefined, carriers: new Map(), constant };
  });
  const values: Value[] = [];
  const lookUp = (ref: Ref): Value | undefined => {
    switch (ref.tag) {
      case 'Request':
        return requests[ref.value];
      case 'Initialiser':
        return initialisers[ref.value];
      case 'Node':
        return values[ref.value];
    }
  };
  const context: Context = {
    graph,
    builder,
    resolve(node, input) {
      const ref = node.inputs[input];
      const value = ref && lookUp(ref);
      if (value === undefined) {
        throw new CompileError(
          'invalid-graph',
          `${node.op.tag} node ${values.length} has no input ${input}`,
          { node: String(values.length), op: node.op.tag },
        );
      }
      return value;
    },
  };
  const wanted = new Set(
    options.outputs === 'all' ? graph.nodes.map((_, index) => index) : graph.header.outputs,
  );
  graph.nodes.forEach((node, index) => {
    const value = lowered(context, node);
    values.push(value);
    if (!wanted.has(index)) return;
    integersOf(builder, value, nodeName(index));
    builder.output(
      nodeName(index),
      integerType(value.spec.dtype, `node ${index}`),
      value.spec.shape,
    );
  });
  return builder.build();
};
