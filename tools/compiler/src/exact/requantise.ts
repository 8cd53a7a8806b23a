/** From sums to a node's value. */
import type { GraphNode, Requant, TensorSpec } from '@veritrace/referee/graph';
import { CompileError } from '../errors.ts';
import { dtypeRange, readElements } from '../model/tensors.ts';
import type { Range } from './bounds.ts';
import { type Sums, stepFor } from './steps.ts';
import {
  type Accumulator,
  type Context,
  carriedValue,
  cast,
  channelShape,
  clampRange,
  integerType,
  integerValue,
  scalar,
  type Value,
} from './values.ts';

/** Elements of a scale. Throws a `CompileError` for anything but an `F32` initialiser. */
export const scalesOf = (scale: Value): ArrayLike<number> => {
  if (scale.constant === undefined || scale.spec.dtype !== 'F32') {
    throw new CompileError('invalid-graph', 'a scale is not an F32 initialiser');
  }
  return readElements('F32', scale.constant.data);
};

/**
 * `clamp(rint(real) + zero, min, max)` of float32 elements. To 8 bits that is one `QuantizeLinear` of scale 1, which
 * rounds half to even, adds the zero point and saturates in one pass, and whose result is the trace's; a clamp that is
 * narrower than the type goes before it, for it commutes with rounding. On CUDA any does: there the zero point is added in 32
 * bits, and what is near their end wraps around.
 */
export const rounded = (
  { builder, provider }: Context,
  real: string,
  { zero, min, max }: Requant,
  spec: TensorSpec,
): Value => {
  const range = { min, max };
  const clipped = (name: string) =>
    builder.op('Clip', [
      name,
      scalar(builder, 'float32', min - zero),
      scalar(builder, 'float32', max - zero),
    ]);
  if (spec.dtype !== 'U8' && spec.dtype !== 'I8') {
    return carriedValue(spec, range, zero, clipped(builder.op('Round', [real])));
  }
  const limit = dtypeRange(spec.dtype);
  const saturates = provider === 'cpu' && min === limit.min && max === limit.max;
  const within = saturates ? real : clipped(real);
  const quantised = builder.op('QuantizeLinear', [
    within,
    scalar(builder, 'float32', 1),
    scalar(builder, integerType(spec.dtype, 'a tensor'), zero),
  ]);
  return integerValue(spec, range, quantised, zero);
};

/** `clamp(rint(real / step) + zero, min, max)` to 8 bits, with one step or one for each channel. */
export const quantised = (
  context: Context,
  real: string,
  steps: readonly number[],
  requant: Requant,
  spec: TensorSpec,
): Value => {
  const { builder } = context;
  if (context.provider !== 'cpu') {
    const divisors = builder.overridable('float32', channelShape(spec, steps.length), steps);
    return rounded(context, builder.op('Div', [real, divisors]), requant, spec);
  }
  const isOne = steps.length === 1;
  const shape = isOne ? [] : [steps.length];
  const zeros = steps.map(() => requant.zero);
  const divided = builder.op(
    'QuantizeLinear',
    [
      real,
      builder.overridable('float32', shape, steps),
      builder.constant(integerType(spec.dtype, 'a tensor'), shape, zeros),
    ],
    isOne ? {} : { axis: 1 },
  );
  return clamped(context, divided, requant, spec);
};

/** 8-bit integers that saturated at the ends of their type, clamped to what may be less. */
export const clamped = (
  { builder }: Context,
  name: string,
  { zero, min, max }: Requant,
  spec: TensorSpec,
): Value => {
  const type = integerType(spec.dtype, 'a tensor');
  const limit = dtypeRange(spec.dtype as 'U8' | 'I8');
  const within =
    min <= limit.min && max >= limit.max
      ? name
      : builder.op('Clip', [name, scalar(builder, type, min), scalar(builder, type, max)]);
  return integerValue(spec, { min, max }, within, zero);
};

/** The value `clamp(rint(sum * scale) + zero, min, max)`; `sums` are the integers that are summed to, if they are integers. */
export const requantised = (
  context: Context,
  sum: string,
  scale: Value,
  requant: Requant,
  spec: TensorSpec,
  sums?: Sums,
): Value => {
  const { builder } = context;
  const scales = scalesOf(scale);
  const only = scales[0] ?? 1;
  if (sums !== undefined && spec.dtype !== 'I32' && scales.length === 1) {
    const step = stepFor(only, sums, requant.zero, dtypeRange(spec.dtype as 'U8' | 'I8'));
    if (step !== undefined) return quantised(context, sum, [step], requant, spec);
  }
  const shape = channelShape(spec, scales.length);
  const multiplier = builder.overridable('float32', shape, scales);
  return rounded(context, builder.op('Mul', [sum, multiplier]), requant, spec);
};

/** A sum as a node's value: requantised, or the accumulator itself, which lies within `range`. */
export const finished = (
  context: Context,
  node: GraphNode,
  sum: Accumulator,
  range: Range,
  requant: Requant | undefined,
  sums: Sums = clampRange(range),
): Value => {
  const { builder } = context;
  if (requant !== undefined) {
    const scale = context.resolve(node, node.inputs.length - 1);
    const real = sum.form === 'float' ? sum.name : cast(builder, sum.name, 'float32');
    return requantised(context, real, scale, requant, node.output, sums);
  }
  return sum.form === 'int'
    ? integerValue(node.output, clampRange(range), sum.name)
    : carriedValue(node.output, clampRange(range), 0, sum.name);
};
