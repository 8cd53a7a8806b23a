/** Operators that compute each element of their output from the elements at its place. */
import type { GraphNode, Requant, TensorSpec } from '@veritrace/referee/graph';
import { dtypeRange } from '../model/tensors.ts';
import { EXACT_LIMIT, type Range, reach } from './bounds.ts';
import { type Formula, formulaOf, type Gate, type Shape } from './formula.ts';
import { finished, quantised, requantised, rounded } from './requantise.ts';
import {
  type Context,
  carrierOf,
  cast,
  channelShape,
  clampedWide,
  clampRange,
  differenceOf,
  fitsCarrier,
  integersOf,
  integerValue,
  is8Bit,
  leaves32,
  rangeOfDifference,
  roundedCarrier,
  scalar,
  scaledCarrier,
  type Value,
} from './values.ts';

type Attributes<Tag extends GraphNode['op']['tag']> = Extract<
  GraphNode['op'],
  { tag: Tag }
>['value'];

const scaledRange = ({ min, max }: Range, factor: number): Range =>
  factor < 0 ? { min: max * factor, max: min * factor } : { min: min * factor, max: max * factor };

const sumOfRanges = (a: Range, b: Range): Range => ({ min: a.min + b.min, max: a.max + b.max });

const wholeNumbers = ({ min, max }: Range): number[] =>
  Array.from({ length: max - min + 1 }, (_, index) => min + index);

/** Sums of two tensors with integer weights, broadcast. */
export const added = (
  context: Context,
  node: GraphNode,
  { aZero, aMul, bZero, bMul, requant }: Attributes<'WeightedSum'>,
): Value => {
  const { builder } = context;
  const [a, b] = [context.resolve(node, 0), context.resolve(node, 1)];
  const terms = [
    { value: a, zero: aZero, factor: aMul },
    { value: b, zero: bZero, factor: bMul },
  ].map((term) => ({
    ...term,
    range: scaledRange(rangeOfDifference(term.value.range, term.zero), term.factor),
  }));
  const [left, right] = terms as [(typeof terms)[number], (typeof terms)[number]];
  const range = sumOfRanges(left.range, right.range);
  const inFloat =
    terms.every(
      (term) => fitsCarrier(term.value.range, term.zero) && reach(term.range, 0) <= EXACT_LIMIT,
      // A sum that is requantised is rounded to a single anyway, and two exact terms are rounded once.
    ) &&
    (requant !== undefined || reach(range, 0) <= EXACT_LIMIT);
  const isSum = bMul > 0 && terms.every(({ value }) => is8Bit(value) && value.ints !== undefined);
  if (inFloat && isSum && requant !== undefined) {
    const name = builder.op(
      'Add',
      terms.map(({ value, zero, factor }) => scaledCarrier(context, value, zero, [factor])),
    );
    const [first = [], second = []] = terms.map(({ value, zero, factor }) =>
      wholeNumbers(value.range).map((q) => (q - zero) * factor),
    );
    return finished(context, node, { form: 'float', name }, range, requant, {
      first,
      second,
    });
  }
  if (inFloat) {
    const weighted = ({ value, zero }: (typeof terms)[number], factor: number) => {
      const carrier = carrierOf(builder, value, zero);
      return factor === 1
        ? carrier
        : builder.op('Mul', [carrier, scalar(builder, 'float32', factor)]);
    };
    const name = builder.op(bMul < 0 ? 'Sub' : 'Add', [
      weighted(left, aMul),
      weighted(right, Math.abs(bMul)),
    ]);
    return finished(context, node, { form: 'float', name }, range, requant);
  }
  const [wideLeft, wideRight] = terms.map(({ value, zero, factor }) =>
    builder.op('Mul', [differenceOf(builder, value, zero), scalar(builder, 'float64', factor)]),
  );
  const sum = builder.op('Add', [wideLeft ?? '', wideRight ?? '']);
  const name = cast(builder, clampedWide(builder, sum, range), 'int32');
  return finished(context, node, { form: 'int', name }, range, requant);
};

const productOfRanges = (a: Range, b: Range): Range => {
  const corners = [a.min * b.min, a.min * b.max, a.max * b.min, a.max * b.max];
  return { min: Math.min(...corners), max: Math.max(...corners) };
};

/** Products of two tensors, broadcast. */
export const times = (
  context: Context,
  node: GraphNode,
  { aZero, bZero, requant }: Attributes<'Product'>,
): Value => {
  const { builder } = context;
  const [a, b] = [context.resolve(node, 0), context.resolve(node, 1)];
  const range = productOfRanges(
    rangeOfDifference(a.range, aZero),
    rangeOfDifference(b.range, bZero),
  );
  const fits = fitsCarrier(a.range, aZero) && fitsCarrier(b.range, bZero);
  // One product of two exact operands is rounded once, as the requantisation would round it.
  if (fits && (requant === undefined ? reach(range, 0) <= EXACT_LIMIT : !leaves32(range))) {
    const name = builder.op('Mul', [carrierOf(builder, a, aZero), carrierOf(builder, b, bZero)]);
    return finished(context, node, { form: 'float', name }, range, requant);
  }
  const product = builder.op('Mul', [
    differenceOf(builder, a, aZero),
    differenceOf(builder, b, bZero),
  ]);
  const name = cast(builder, clampedWide(builder, product, range), 'int32');
  return finished(context, node, { form: 'int', name }, range, requant);
};

/** Elements raised to `least`, where the range leaves any below. */
const atLeast = (context: Context, name: string, range: Range, least: number): string =>
  range.min >= least
    ? name
    : context.builder.op('Clip', [name, scalar(context.builder, 'float32', least)]);

/** Quotients of two tensors, broadcast. Rounding to a single is monotone, so the divisor's clamp may come after it. */
export const quotient = (
  context: Context,
  node: GraphNode,
  { aZero, bZero, requant }: Attributes<'Quotient'>,
): Value => {
  const { builder } = context;
  const [a, b] = [context.resolve(node, 0), context.resolve(node, 1)];
  const divisors = rangeOfDifference(b.range, bZero);
  const divided = builder.op('Div', [
    roundedCarrier(builder, a, aZero),
    atLeast(context, roundedCarrier(builder, b, bZero), divisors, 1),
  ]);
  return requantised(context, divided, context.resolve(node, 2), requant, node.output);
};

/** Square roots. */
export const squareRoot = (
  context: Context,
  node: GraphNode,
  { xZero, requant }: Attributes<'SquareRoot'>,
): Value => {
  const { builder } = context;
  const x = context.resolve(node, 0);
  const radicands = rangeOfDifference(x.range, xZero);
  const radicand = atLeast(context, roundedCarrier(builder, x, xZero), radicands, 0);
  const root = builder.op('Sqrt', [radicand]);
  return requantised(context, root, context.resolve(node, 1), requant, node.output);
};

/** A requantisation of its own. */
export const scaled = (
  context: Context,
  node: GraphNode,
  { xZero, requant }: Attributes<'Requantise'>,
): Value => {
  const value = context.resolve(node, 0);
  const x = roundedCarrier(context.builder, value, xZero);
  const sums = clampRange(rangeOfDifference(value.range, xZero));
  return requantised(context, x, context.resolve(node, 1), requant, node.output, sums);
};

/** A gate, and what its result is requantised to. */
type GateOver = Gate & { requant: Requant };

/** Emits gates over one tensor: one for all of it, or one for each channel. */
const gated = (
  context: Context,
  x: Value,
  gates: readonly [GateOver, ...GateOver[]],
  zero: number,
  spec: TensorSpec,
): Value => {
  const { builder } = context;
  const [{ turn, sign }] = gates;
  const numbers = (pick: (gate: Gate) => number) => {
    const values = gates.map(pick);
    return builder.overridable('float32', channelShape(spec, values.length), values);
  };
  const has = (pick: (gate: Gate) => number) => gates.some((gate) => pick(gate) !== 0);
  const slopes = gates.map(({ slope }) => slope);
  const slanted = scaledCarrier(context, x, zero, slopes);
  const centre = (gate: Gate) => gate.centre;
  const rest = (gate: Gate) => gate.rest;
  const moved = (name: string, by: (gate: Gate) => number, direction: 1 | -1): string => {
    if (direction === -1) return builder.op('Sub', [numbers(by), name]);
    return has(by) ? builder.op('Add', [name, numbers(by)]) : name;
  };
  const e = moved(slanted, centre, turn);
  // With a factor of one it does not matter whether the sum is rounded apart.
  const gate = builder.op('HardSigmoid', [e], { alpha: { float: 1 }, beta: { float: 0.5 } });
  const real = moved(builder.op('Mul', [e, gate]), rest, sign);
  return quantised(
    context,
    real,
    gates.map(({ step }) => step),
    gates[0].requant,
    spec,
  );
};

/** The formula of a table over `x`, if it has one. */
const formulaOver = (x: Value, table: Value): Formula | undefined => {
  const { min: lowest } = dtypeRange(x.spec.dtype === 'I8' ? 'I8' : 'U8');
  return table.constant && formulaOf(table.constant, lowest, x.zeroPoint ?? lowest);
};

const emitFormula = (
  context: Context,
  x: Value,
  { zero, shape, requant }: Formula,
  spec: TensorSpec,
): Value => {
  const { builder } = context;
  const scaled = (slope: number) => scaledCarrier(context, x, zero, [slope]);
  switch (shape.kind) {
    case 'line': {
      const offset = builder.overridable('float32', [], [shape.offset]);
      return rounded(context, builder.op('Add', [scaled(shape.slope), offset]), requant, spec);
    }
    case 'hinge': {
      const lines = [shape.first, shape.second].map((slope) =>
        builder.op('Mul', [
          carrierOf(builder, x, zero),
          builder.overridable('float32', [], [slope]),
        ]),
      );
      return rounded(context, builder.op(shape.pick, lines), requant, spec);
    }
    case 'gate':
      return gated(context, x, [{ ...shape, requant }], zero, spec);
  }
};

/** Entries of a table, by the formula that was found equal on all of them, or else looked up one by one. */
export const looked = (context: Context, node: GraphNode): Value => {
  const { builder } = context;
  const [x, table] = [context.resolve(node, 0), context.resolve(node, 1)];
  const { min: lowest } = dtypeRange(x.spec.dtype === 'I8' ? 'I8' : 'U8');
  const formula = formulaOver(x, table);
  if (formula) return emitFormula(context, x, formula, node.output);
  const place = cast(builder, integersOf(builder, x), 'int32');
  const index = lowest === 0 ? place : builder.op('Sub', [place, scalar(builder, 'int32', lowest)]);
  const found = builder.op('Gather', [integersOf(builder, table), index], { axis: 0 });
  return integerValue(node.output, table.range, found);
};

const isGate = (shape: Shape): shape is Extract<Shape, { kind: 'gate' }> => shape.kind === 'gate';

/**
 * A table for each channel of `x`, in one go; `undefined` if that is not to be had: all must be gates that turn the same
 * way.
 */
export const lookedByChannel = (
  context: Context,
  x: Value,
  tables: readonly Value[],
  spec: TensorSpec,
): Value | undefined => {
  const formulas = new Map(
    [...new Set(tables)].map((table) => [table, formulaOver(x, table)] as const),
  );
  const gates: GateOver[] = [];
  const [zero] = [...formulas.values()].map((formula) => formula?.zero);
  for (const table of tables) {
    const formula = formulas.get(table);
    if (formula === undefined || !isGate(formula.shape)) return undefined;
    const gate = { ...formula.shape, requant: formula.requant };
    const one = gates[0] ?? gate;
    const isAlike =
      gate.turn === one.turn &&
      gate.sign === one.sign &&
      gate.requant.zero === one.requant.zero &&
      gate.requant.min === one.requant.min &&
      gate.requant.max === one.requant.max &&
      formula.zero === zero;
    if (!isAlike) return undefined;
    gates.push(gate);
  }
  const [first, ...rest] = gates;
  return zero === undefined || first === undefined
    ? undefined
    : gated(context, x, [first, ...rest], zero, spec);
};
