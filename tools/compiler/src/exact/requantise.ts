/** From sums to a node's value. */
import type { GraphNode, Requant, TensorSpec } from '@veritrace/referee/graph';
import { CompileError } from '../errors.ts';
import { dtypeRange, readElements } from '../model/tensors.ts';
import type { Range } from './bounds.ts';
import {
  type Accumulator,
  type Context,
  carriedValue,
  cast,
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
 * narrower than the type goes before it, for it commutes with rounding.
 */
export const rounded = (
  { builder }: Context,
  real: string,
  { zero, min, max }: Requant,
  spec: TensorSpec,
): Value => {
  const range = { min, max };
  const bounds = [
    scalar(builder, 'float32', min - zero),
    scalar(builder, 'float32', max - zero),
  ] as const;
  if (spec.dtype !== 'U8' && spec.dtype !== 'I8') {
    const integer = builder.op('Round', [real]);
    return carriedValue(spec, range, zero, builder.op('Clip', [integer, ...bounds]));
  }
  const limit = dtypeRange(spec.dtype);
  const saturates = min === limit.min && max === limit.max;
  const within = saturates ? real : builder.op('Clip', [real, ...bounds]);
  const quantised = builder.op('QuantizeLinear', [
    within,
    scalar(builder, 'float32', 1),
    scalar(builder, integerType(spec.dtype, 'a tensor'), zero),
  ]);
  return integerValue(spec, range, quantised, zero);
};

/** The value `clamp(rint(sum * scale) + zero, min, max)`. */
export const requantised = (
  context: Context,
  sum: string,
  scale: Value,
  requant: Requant,
  spec: TensorSpec,
): Value => {
  const { builder } = context;
  const scales = scalesOf(scale);
  const trailing = Math.max(0, spec.shape.length - 2);
  const shape = scales.length === 1 ? [] : [scales.length, ...new Array<number>(trailing).fill(1)];
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
): Value => {
  const { builder } = context;
  if (requant !== undefined) {
    const scale = context.resolve(node, node.inputs.length - 1);
    const real = sum.form === 'float' ? sum.name : cast(builder, sum.name, 'float32');
    return requantised(context, real, scale, requant, node.output);
  }
  return sum.form === 'int'
    ? integerValue(node.output, clampRange(range), sum.name)
    : carriedValue(node.output, clampRange(range), 0, sum.name);
};
