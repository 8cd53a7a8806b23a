/**
 * Tensors of a program under construction. A value is held in whichever forms were asked for: its integers, or float32
 * carriers of `q - zero`. Every form is exact; which one an operator takes is a matter of what its arithmetic can hold.
 */
import type { DType, Graph, GraphNode, Initialiser, TensorSpec } from '@veritrace/referee/graph';
import { CompileError } from '../errors.ts';
import { dtypeRange, readElements } from '../model/tensors.ts';
import { type BuilderType, type ModelBuilder, typeCode } from '../onnx/builder.ts';
import { EXACT_LIMIT, type Range, reach } from './bounds.ts';
import type { WeightForm } from './kernels.ts';
import type { ExactProvider } from './providers.ts';

const INTEGER_TYPE: Record<Exclude<DType, 'F32'>, BuilderType> = {
  U8: 'uint8',
  I8: 'int8',
  I32: 'int32',
};

/** The ONNX element type of a canonical integer type. Throws a `CompileError` for `F32`. */
export const integerType = (dtype: DType, where: string): BuilderType => {
  if (dtype === 'F32') {
    throw new CompileError('invalid-graph', `${where} is F32; only scales may be`);
  }
  return INTEGER_TYPE[dtype];
};

/** A tensor under construction, in whichever forms have been asked for so far. */
export interface Value {
  readonly spec: TensorSpec;
  /** Smallest and largest element, whatever the request. */
  readonly range: Range;
  /** Name of the integer form. */
  ints: string | undefined;
  /** Names of float32 forms holding `q - zero`, by zero. */
  readonly carriers: Map<number, string>;
  /** Zero point it was requantised with: what a table over it probably turns at. */
  readonly zeroPoint?: number | undefined;
  /** The constant behind it, when there is one. */
  readonly constant: Initialiser | undefined;
}

/** What the emission of a node may look at. */
export interface Context {
  readonly graph: Graph;
  readonly provider: ExactProvider;
  /** How the runtime's 8-bit kernels take weights; `undefined` where they are not to be used. */
  readonly weightForm: WeightForm | undefined;
  /** What sums of products are made in. */
  readonly sums: 'float32' | 'float64';
  readonly builder: ModelBuilder;
  /** The value behind a node's input. Throws a `CompileError` when it has none there. */
  resolve(node: GraphNode, input: number): Value;
}

/** A sum before requantisation: exact in float32, or in int32. */
export type Accumulator = { form: 'float'; name: string } | { form: 'int'; name: string };

export const scalar = (builder: ModelBuilder, type: BuilderType, value: number): string =>
  builder.constant(type, [], [value]);

export const cast = (builder: ModelBuilder, name: string, to: BuilderType): string =>
  builder.op('Cast', [name], { to: typeCode(to) });

/** A one-dimensional int64 constant: shapes, axes, starts. */
export const indices = (builder: ModelBuilder, values: readonly number[]): string =>
  builder.constant('int64', [values.length], values);

/** A value in its integer form. */
export const integerValue = (
  spec: TensorSpec,
  range: Range,
  name: string,
  zeroPoint?: number,
): Value => ({
  spec,
  range,
  zeroPoint,
  ints: name,
  carriers: new Map(),
  constant: undefined,
});

/** A value as a carrier of `q - zero`. */
export const carriedValue = (
  spec: TensorSpec,
  range: Range,
  zero: number,
  name: string,
): Value => ({
  spec,
  range,
  ints: undefined,
  carriers: new Map([[zero, name]]),
  constant: undefined,
});

/** Smallest and largest of a constant's elements. */
export const rangeOfElements = (elements: ArrayLike<number>): Range => {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let index = 0; index < elements.length; index++) {
    const element = elements[index] ?? 0;
    if (element < min) min = element;
    if (element > max) max = element;
  }
  return { min, max };
};

/** A value that is an initialiser. */
export const constantValue = (constant: Initialiser): Value => ({
  spec: constant.spec,
  range: rangeOfElements(readElements(constant.spec.dtype, constant.data)),
  ints: undefined,
  carriers: new Map(),
  constant,
});

/** Whether `q` and `q - zero` are both floats for every element. */
export const fitsCarrier = (range: Range, zero: number): boolean =>
  reach(range, zero) <= EXACT_LIMIT && reach(range, 0) <= EXACT_LIMIT;

/** The part of a range that 32 bits hold. */
export const clampRange = ({ min, max }: Range): Range => {
  const limit = dtypeRange('I32');
  const clamp = (value: number) => Math.min(Math.max(value, limit.min), limit.max);
  return { min: clamp(min), max: clamp(max) };
};

/** Whether some value of the range leaves 32 bits. */
export const leaves32 = ({ min, max }: Range): boolean => {
  const limit = dtypeRange('I32');
  return min < limit.min || max > limit.max;
};

export const is8Bit = ({ spec }: Value): boolean => spec.dtype === 'U8' || spec.dtype === 'I8';

/** Shape under which numbers, one or one for each channel, broadcast against a tensor. */
export const channelShape = ({ shape }: TensorSpec, count: number): number[] =>
  count === 1 ? [] : [count, ...shape.slice(2).map(() => 1)];

/** The integer form, made from a carrier if need be; under the name `output` if one is given. */
export const integersOf = (builder: ModelBuilder, value: Value, output?: string): string => {
  if (value.ints !== undefined && output === undefined) return value.ints;
  const to = integerType(value.spec.dtype, 'a tensor');
  if (value.constant !== undefined) {
    value.ints ??= builder.constant(to, value.spec.shape, { bytes: value.constant.data });
  }
  if (value.ints !== undefined) {
    if (output !== undefined && !builder.rename(value.ints, output)) {
      builder.op('Identity', [value.ints], {}, output);
    }
    return value.ints;
  }
  const carrier = carrierOf(builder, value, 0);
  const ints = builder.op('Cast', [carrier], { to: typeCode(to) }, output);
  value.ints = ints;
  return ints;
};

const constantCarrier = (builder: ModelBuilder, { spec, constant }: Value, zero: number) =>
  constant &&
  builder.constant(
    'float32',
    spec.shape,
    Float32Array.from(readElements(spec.dtype, constant.data), (element) => element - zero),
  );

/**
 * A float32 form holding `q - zero`; the value must fit. Eight-bit integers become one by a `DequantizeLinear` of scale
 * 1, which is one pass.
 */
export const carrierOf = (builder: ModelBuilder, value: Value, zero: number): string => {
  const known = value.carriers.get(zero);
  if (known !== undefined) return known;
  const { ints } = value;
  const [nearest] = value.carriers;
  let name = constantCarrier(builder, value, zero);
  if (name === undefined && ints !== undefined && is8Bit(value) && zero !== 0) {
    const { min, max } = dtypeRange(value.spec.dtype as 'U8' | 'I8');
    if (zero >= min && zero <= max) {
      name = builder.op('DequantizeLinear', [
        ints,
        scalar(builder, 'float32', 1),
        scalar(builder, integerType(value.spec.dtype, 'a tensor'), zero),
      ]);
      value.carriers.set(zero, name);
      return name;
    }
  }
  if (name === undefined && nearest !== undefined) {
    const [have, carrier] = nearest;
    name = builder.op('Add', [carrier, scalar(builder, 'float32', have - zero)]);
  }
  if (name === undefined) {
    if (ints === undefined) throw new CompileError('invalid-graph', 'a tensor has no form');
    const raw = cast(builder, ints, 'float32');
    value.carriers.set(0, raw);
    if (zero === 0) return raw;
    name = builder.op('Sub', [raw, scalar(builder, 'float32', zero)]);
  }
  value.carriers.set(zero, name);
  return name;
};

/**
 * `(q - zero) * factor`, rounded once, with one factor or one for each channel: of 8-bit integers in the pass that makes
 * them carriers.
 */
export const scaledCarrier = (
  { builder }: Context,
  value: Value,
  zero: number,
  factors: readonly number[],
): string => {
  const isOne = factors.length === 1;
  if (isOne && factors[0] === 1) return carrierOf(builder, value, zero);
  const { ints, spec } = value;
  if (ints !== undefined && is8Bit(value)) {
    const { min, max } = dtypeRange(spec.dtype as 'U8' | 'I8');
    if (zero >= min && zero <= max) {
      const type = integerType(spec.dtype, 'a tensor');
      const shape = isOne ? [] : [factors.length];
      const zeros = factors.map(() => zero);
      return builder.op(
        'DequantizeLinear',
        [
          ints,
          builder.overridable('float32', shape, factors),
          builder.constant(type, shape, zeros),
        ],
        isOne ? {} : { axis: 1 },
      );
    }
  }
  const numbers = builder.overridable('float32', channelShape(spec, factors.length), factors);
  return builder.op('Mul', [carrierOf(builder, value, zero), numbers]);
};

/**
 * Clamps whole numbers in doubles to 32 bits where their range asks for it. Wide arithmetic is in doubles and not in
 * int64, whose `Clip`, `Min` and `Max` ONNX Runtime gets wrong (2^31 + 5 stays what it is): a double holds every integer
 * up to 2^53, and what is beyond, rounded or not, is clamped.
 */
export const clampedWide = (builder: ModelBuilder, name: string, range: Range): string => {
  if (!leaves32(range)) return name;
  const limit = dtypeRange('I32');
  return builder.op('Clip', [
    name,
    scalar(builder, 'float64', limit.min),
    scalar(builder, 'float64', limit.max),
  ]);
};

/** The range moved by `-zero`. */
export const rangeOfDifference = ({ min, max }: Range, zero: number): Range => ({
  min: min - zero,
  max: max - zero,
});

/** `q - zero` in doubles. */
export const differenceOf = (builder: ModelBuilder, value: Value, zero: number): string => {
  const wide = cast(builder, integersOf(builder, value), 'float64');
  return zero === 0 ? wide : builder.op('Sub', [wide, scalar(builder, 'float64', zero)]);
};

/**
 * The float32 nearest to `q - zero` clamped to 32 bits, also where that is beyond exactness (one rounding, as the kernel
 * does it).
 */
export const roundedCarrier = (builder: ModelBuilder, value: Value, zero: number): string => {
  if (fitsCarrier(value.range, zero)) return carrierOf(builder, value, zero);
  if (zero === 0) return cast(builder, integersOf(builder, value), 'float32');
  const difference = differenceOf(builder, value, zero);
  const range = rangeOfDifference(value.range, zero);
  return cast(builder, clampedWide(builder, difference, range), 'float32');
};

/** Applies an operator that only moves elements, in whichever form the value has; integers first, they are smaller. */
export const moved = (
  { builder }: Context,
  value: Value,
  spec: TensorSpec,
  range: Range,
  emit: (name: string, form: { type: BuilderType; zero: number }) => string,
  prefer: 'ints' | 'carriers' = 'ints',
): Value => {
  const fits = fitsCarrier(value.range, 0) && fitsCarrier(range, 0);
  const carrier = value.carriers.keys().next().value;
  if (!fits || (prefer === 'ints' && (value.ints !== undefined || carrier === undefined))) {
    const type = integerType(value.spec.dtype, 'a tensor');
    const name = emit(integersOf(builder, value), { type, zero: 0 });
    return integerValue(spec, range, name, value.zeroPoint);
  }
  const zero = carrier ?? 0;
  const name = emit(carrierOf(builder, value, zero), { type: 'float32', zero });
  return { ...carriedValue(spec, range, zero, name), zeroPoint: value.zeroPoint };
};
