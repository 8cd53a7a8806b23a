/**
 * Tables as arithmetic. A lookup costs as much as fifty passes of a vector unit, and the tables of the commonest
 * activations are those of a line with a clamp (HardSigmoid), of two half-lines (LeakyRelu, Abs) or of a gate
 * (HardSwish). A formula of a few IEEE operations is looked for from the table alone, and taken only if its result,
 * computed here operation by operation in singles, is the table's on all 256 points.
 */
import type { Initialiser, Requant } from '@veritrace/referee/graph';
import { dtypeRange, readElements } from '../model/tensors.ts';
import type { ModelBuilder } from '../onnx/builder.ts';
import { scalar } from './values.ts';

/** With `d = q - zero`, in singles. */
export type Shape =
  /** `d * slope + offset`. */
  | { kind: 'line'; slope: number; offset: number }
  /** The larger, or the smaller, of `d * first` and `d * second`. */
  | { kind: 'hinge'; pick: 'Max' | 'Min'; first: number; second: number }
  /** `(d * clip(d + offset, 0, height)) * factor`. */
  | { kind: 'gate'; offset: number; height: number; factor: number };

export interface Formula {
  /** Zero point of the input. */
  readonly zero: number;
  readonly shape: Shape;
  /** From the shape's real to the table's entries. */
  readonly requant: Requant;
}

const f = Math.fround;

/** The shape's value at `d`, rounded as the operators round. */
const realOf = (shape: Shape, d: number): number => {
  switch (shape.kind) {
    case 'line':
      return f(f(d * shape.slope) + shape.offset);
    case 'hinge':
      return Math[shape.pick === 'Max' ? 'max' : 'min'](f(d * shape.first), f(d * shape.second));
    case 'gate': {
      const gate = Math.min(Math.max(f(d + shape.offset), 0), shape.height);
      return f(f(d * gate) * shape.factor);
    }
  }
};

const roundEven = (value: number): number => {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
};

/** A point of the table: `d` and its entry less the zero point; at the clamp, one side is open. */
interface Point {
  d: number;
  low: number;
  high: number;
  entry: number;
}

const pointsOf = (
  entries: ArrayLike<number>,
  lowest: number,
  zero: number,
  { zero: outputZero, min, max }: Requant,
): Point[] =>
  Array.from(entries, (entry, place) => ({
    d: place + lowest - zero,
    low: entry === min ? Number.NEGATIVE_INFINITY : entry - outputZero - 0.5,
    high: entry === max ? Number.POSITIVE_INFINITY : entry - outputZero + 0.5,
    entry,
  }));

const isEqual = (shape: Shape, points: readonly Point[], { zero, min, max }: Requant): boolean =>
  points.every(
    ({ d, entry }) => Math.min(Math.max(roundEven(realOf(shape, d)) + zero, min), max) === entry,
  );

/** Factors `c` for which `low <= c * basis(d) <= high` at every point; `undefined` where there are none. */
const factorFor = (points: readonly Point[], basis: (d: number) => number): number | undefined => {
  let [least, most] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const { d, low, high } of points) {
    const value = basis(d);
    if (value === 0) {
      if (low > 0 || high < 0) return undefined;
      continue;
    }
    const [from, to] = value > 0 ? [low / value, high / value] : [high / value, low / value];
    if (from > least) least = from;
    if (to < most) most = to;
    if (least > most) return undefined;
  }
  if (least === Number.NEGATIVE_INFINITY) return most === Number.POSITIVE_INFINITY ? 0 : most;
  return f(most === Number.POSITIVE_INFINITY ? least : (least + most) / 2);
};

/** Slopes tried between the flattest and the steepest line through the ends. */
const SLOPES = 256;

const lineThrough = (points: readonly Point[]): Shape[] => {
  const inner = points.filter(({ low, high }) => Number.isFinite(low) && Number.isFinite(high));
  const [first, last] = [inner[0], inner.at(-1)];
  if (first === undefined || last === undefined || first === last) return [];
  const run = last.d - first.d;
  const [flattest, steepest] = [(last.low - first.high) / run, (last.high - first.low) / run];
  for (let step = 0; step <= SLOPES; step++) {
    const slope = f(flattest + ((steepest - flattest) * step) / SLOPES);
    let [least, most] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (const { d, low, high } of points) {
      least = Math.max(least, low - slope * d);
      most = Math.min(most, high - slope * d);
      if (least > most) break;
    }
    if (least <= most) return [{ kind: 'line', slope, offset: f((least + most) / 2) }];
  }
  return [];
};

const hingeThrough = (points: readonly Point[]): Shape[] => {
  const right = factorFor(
    points.filter(({ d }) => d >= 0),
    (d) => d,
  );
  const left = factorFor(
    points.filter(({ d }) => d <= 0),
    (d) => d,
  );
  if (right === undefined || left === undefined) return [];
  return [{ kind: 'hinge', pick: right >= left ? 'Max' : 'Min', first: right, second: left }];
};

/** Ratio between two gates tried one after the other, and the largest: an input's scale is hardly below 3 / 2048. */
const GATE_STEP = 1.0004;
const LARGEST_GATE = 2048;

function* gatesThrough(points: readonly Point[]): Generator<Shape> {
  for (let offset = 1; offset <= LARGEST_GATE; offset *= GATE_STEP) {
    const rounded = f(offset);
    const height = f(2 * rounded);
    const basis = (d: number) => d * Math.min(Math.max(d + rounded, 0), height);
    const factor = factorFor(points, basis);
    if (factor !== undefined && factor > 0) yield { kind: 'gate', offset: rounded, height, factor };
  }
}

/** Formulas found before, by table and zero point. */
const found = new WeakMap<Initialiser, Map<number, Formula | undefined>>();

const search = (table: Initialiser, lowest: number, zero: number): Formula | undefined => {
  if (table.spec.dtype !== 'U8' && table.spec.dtype !== 'I8') return undefined;
  const entries = readElements(table.spec.dtype, table.data);
  const limit = dtypeRange(table.spec.dtype);
  let [min, max] = [limit.max, limit.min];
  for (const entry of entries) {
    min = Math.min(min, entry);
    max = Math.max(max, entry);
  }
  const fitted = (shapes: Iterable<Shape>, outputZero: number): Formula | undefined => {
    const requant = { zero: outputZero, min, max };
    const points = pointsOf(entries, lowest, zero, requant);
    for (const shape of shapes) {
      if (isEqual(shape, points, requant)) return { zero, shape, requant };
    }
    return undefined;
  };
  const origin = entries[zero - lowest];
  const pointsAt = (outputZero: number) =>
    pointsOf(entries, lowest, zero, { zero: outputZero, min, max });
  const line = fitted(lineThrough(pointsAt(0)), 0);
  if (line !== undefined || origin === undefined) return line;
  return (
    fitted(hingeThrough(pointsAt(origin)), origin) ?? fitted(gatesThrough(pointsAt(origin)), origin)
  );
};

/**
 * A formula that gives `table` (256 entries of 8 bits, the first for the integer `lowest`) on all points, if one of the
 * shapes does. Hinges and gates turn at `zero`, the zero point under which the input was made.
 */
export const formulaOf = (
  table: Initialiser,
  lowest: number,
  zero: number,
): Formula | undefined => {
  const known = found.get(table) ?? new Map<number, Formula | undefined>();
  found.set(table, known);
  if (!known.has(zero)) known.set(zero, search(table, lowest, zero));
  return known.get(zero);
};

/** The table's entries by a formula, for tests and for whoever wants to see. */
export const tabulate = ({ zero, shape, requant }: Formula, lowest: number): number[] =>
  Array.from({ length: 256 }, (_, place) => {
    const rounded = roundEven(realOf(shape, place + lowest - zero)) + requant.zero;
    return Math.min(Math.max(rounded, requant.min), requant.max);
  });

/** Emits the shape over a carrier of `q - zero`. Its numbers may be overridden, so no optimiser merges them. */
export const emitFormula = (builder: ModelBuilder, carrier: string, { shape }: Formula): string => {
  const number = (value: number) => builder.overridable('float32', [], [value]);
  const times = (name: string, factor: number) => builder.op('Mul', [name, number(factor)]);
  switch (shape.kind) {
    case 'line':
      return builder.op('Add', [times(carrier, shape.slope), number(shape.offset)]);
    case 'hinge':
      return builder.op(shape.pick, [times(carrier, shape.first), times(carrier, shape.second)]);
    case 'gate': {
      const raised = builder.op('Add', [carrier, number(shape.offset)]);
      const gate = builder.op('Clip', [
        raised,
        scalar(builder, 'float32', 0),
        scalar(builder, 'float32', shape.height),
      ]);
      return times(builder.op('Mul', [carrier, gate]), shape.factor);
    }
  }
};
