/**
 * Tables as arithmetic. A lookup costs as much as fifty passes of a vector unit, and the tables of the commonest
 * activations are those of a line with a clamp (HardSigmoid), of two half-lines (LeakyRelu, Abs) or of a gate
 * (HardSwish). A formula of a few IEEE operations is looked for from the table alone, and taken only if its result,
 * computed here operation by operation in singles, is the table's on all 256 points.
 */
import type { Initialiser, Requant } from '@veritrace/referee/graph';
import { dtypeRange, readElements } from '../model/tensors.ts';
import type { Range } from './bounds.ts';

/**
 * A gate between two affine maps: `(sign * e * clip(e + 1/2, 0, 1) + rest) / step` with `e = turn * (d * slope) + centre`.
 * HardSwish is one whose `turn` and `sign` are 1, `centre` and `rest` 0.
 */
export interface Gate {
  turn: 1 | -1;
  slope: number;
  centre: number;
  sign: 1 | -1;
  rest: number;
  step: number;
}

/** With `d = q - zero`, in singles. */
export type Shape =
  /** `d * slope + offset`. */
  | { kind: 'line'; slope: number; offset: number }
  /** The larger, or the smaller, of `d * first` and `d * second`. */
  | { kind: 'hinge'; pick: 'Max' | 'Min'; first: number; second: number }
  | ({ kind: 'gate' } & Gate);

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
      const slanted = f(d * shape.slope);
      const e = f(shape.turn === 1 ? slanted + shape.centre : shape.centre - slanted);
      const product = f(e * Math.min(Math.max(f(e + 0.5), 0), 1));
      const real = f(shape.sign === 1 ? product + shape.rest : shape.rest - product);
      return f(real / shape.step);
    }
  }
};

/** The nearest whole number, the even one of two that are as near. */
export const roundEven = (value: number): number => {
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

/** Ratio between two gates tried one after the other: coarsely first, then finely. */
const GATE_STEPS = [1.0004, 1.00005];
/** The largest gate: an input's scale is hardly below 3 / 2048. */
const LARGEST_GATE = 2048;

/** Where a gate's offset can be, were the table one: its lowest point is half the offset left of zero. */
const offsetsOf = (points: readonly Point[]): Range => {
  const least = points.reduce((low, { entry }) => Math.min(low, entry), Number.POSITIVE_INFINITY);
  const lowest = points.filter(({ d, entry }) => d < 0 && entry === least);
  const [first, last] = [lowest[0], lowest.at(-1)];
  if (first === undefined || last === undefined || first === points[0]) {
    return { min: 1, max: LARGEST_GATE };
  }
  return { min: Math.max(1, -2 * (last.d + 1)), max: -2 * (first.d - 1) };
};

function* gatesThrough(points: readonly Point[]): Generator<Shape> {
  const { min, max } = offsetsOf(points);
  for (const step of GATE_STEPS) {
    for (let offset = min; offset <= max; offset *= step) {
      const slope = f(1 / (2 * offset));
      const basis = (d: number) => d * slope * Math.min(Math.max(d * slope + 0.5, 0), 1);
      const factor = factorFor(points, basis);
      if (factor !== undefined && factor > 0) {
        yield { kind: 'gate', turn: 1, slope, centre: 0, sign: 1, rest: 0, step: f(1 / factor) };
      }
    }
  }
}

/** What a basis leaves over: how far the best `factor * basis + rest` is from fitting; it fits at zero or below. */
interface Fit {
  excess: number;
  factor: number;
  rest: number;
}

/** Points by column: the search goes over them some million times. */
interface Columns {
  d: Float64Array;
  low: Float64Array;
  high: Float64Array;
}

const columnsOf = (points: readonly Point[]): Columns => ({
  d: Float64Array.from(points, ({ d }) => d),
  low: Float64Array.from(points, ({ low }) => low),
  high: Float64Array.from(points, ({ high }) => high),
});

/** The excess at a factor, and which way it goes from there: the excess is convex and made of straight pieces. */
interface Tangent {
  factor: number;
  excess: number;
  slope: number;
  rest: number;
}

/** Pieces of the excess that are looked at, at most; a dozen are mostly enough. */
const PIECES = 64;

/** The best factor and rest for given values of a basis: where the excess stops falling, by tangents from both sides. */
const affineFit = ({ low, high }: Columns, basis: Float64Array): Fit => {
  const at = (factor: number): Tangent => {
    let [least, most] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    let [lower, upper] = [0, 0];
    for (let index = 0; index < basis.length; index++) {
      const each = basis[index] as number;
      const value = factor * each;
      const from = (low[index] as number) - value;
      const to = (high[index] as number) - value;
      if (from > least) {
        least = from;
        lower = each;
      }
      if (to < most) {
        most = to;
        upper = each;
      }
    }
    return { factor, excess: least - most, slope: upper - lower, rest: (least + most) / 2 };
  };
  const span = basis.reduce((worst, value) => Math.max(worst, Math.abs(value)), 1);
  let [left, right] = [at(-1024 / span), at(1024 / span)];
  if (left.slope >= 0) return left;
  if (right.slope <= 0) return right;
  let best = left.excess < right.excess ? left : right;
  for (let piece = 0; piece < PIECES; piece++) {
    const run = right.factor - left.factor;
    const factor =
      left.factor + (right.excess - left.excess - right.slope * run) / (left.slope - right.slope);
    // The tangents meet at an end when it is the lowest place.
    if (!(factor > left.factor && factor < right.factor)) break;
    const middle = at(factor);
    if (middle.excess < best.excess) best = middle;
    const foreseen = left.excess + left.slope * (factor - left.factor);
    if (middle.slope === 0 || middle.excess - foreseen < 1e-9) break;
    if (middle.slope < 0) left = middle;
    else right = middle;
  }
  return best;
};

/** Centres and half heights of gates from which the search for a shifted one sets out. */
const START_CENTRES = Array.from({ length: 41 }, (_, step) => (step - 20) * 12);
const START_HALVES = [6, 10, 16, 25, 40, 60, 90, 130, 200, 300, 450];
/** Starts that are followed, and the steps of each. */
const FOLLOWED = 4;
const DESCENT_STEPS = 160;
/** Every so many points are looked at to choose the starts. */
const SPARSE = 8;

/** Gates whose input and output went through an affine map: a pattern search over centre and height. */
function* shiftedGatesThrough(points: readonly Point[]): Generator<Shape> {
  const all = columnsOf(points);
  const sparse = columnsOf(points.filter((_, index) => index % SPARSE === 0));
  const tryGate = (among: Columns, turn: 1 | -1, centre: number, half: number) => {
    const basis = among.d.map((d) => {
      const u = turn * d + centre;
      return u * Math.min(Math.max(u + half, 0), 2 * half);
    });
    return { ...affineFit(among, basis), turn, centre, half };
  };
  const starts = ([1, -1] as const).flatMap((turn) =>
    START_CENTRES.flatMap((centre) =>
      START_HALVES.map((half) => tryGate(sparse, turn, centre, half)),
    ),
  );
  starts.sort((a, b) => a.excess - b.excess);
  for (const start of starts.slice(0, FOLLOWED)) {
    let best = tryGate(all, start.turn, start.centre, start.half);
    let [step, growth] = [8, 0.3];
    for (let tries = 0; tries < DESCENT_STEPS && best.excess > -0.05; tries++) {
      const next = [
        [step, 1],
        [-step, 1],
        [0, 1 + growth],
        [0, 1 / (1 + growth)],
        [step, 1 + growth],
        [-step, 1 / (1 + growth)],
        [step, 1 / (1 + growth)],
        [-step, 1 + growth],
      ]
        .map(([move = 0, grow = 1]) =>
          tryGate(all, best.turn, best.centre + move, best.half * grow),
        )
        .reduce((least, one) => (one.excess < least.excess ? one : least));
      if (next.excess < best.excess) {
        best = next;
        continue;
      }
      step /= 2;
      growth /= 2;
      if (step < 1e-4) break;
    }
    if (best.excess > 0) continue;
    // With e = u / (2 * half), u * clip(u + half, 0, 2 * half) is (2 * half)^2 times e * clip(e + 1/2, 0, 1).
    const height = 2 * best.half;
    const scale = Math.abs(best.factor) * height * height;
    if (scale === 0) continue;
    yield {
      kind: 'gate',
      turn: best.turn,
      slope: f(1 / height),
      centre: f(best.centre / height),
      sign: best.factor < 0 ? -1 : 1,
      rest: f(best.rest / scale),
      step: f(1 / scale),
    };
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
    // The type's own clamp costs nothing, and is mostly enough.
    const saturating = { zero: outputZero, ...limit };
    for (const shape of shapes) {
      if (isEqual(shape, points, saturating)) return { zero, shape, requant: saturating };
      if (isEqual(shape, points, requant)) return { zero, shape, requant };
    }
    return undefined;
  };
  const origin = entries[zero - lowest];
  const pointsAt = (outputZero: number) =>
    pointsOf(entries, lowest, zero, { zero: outputZero, min, max });
  const line = fitted(lineThrough(pointsAt(0)), 0);
  if (line !== undefined) return line;
  const turning =
    origin === undefined
      ? undefined
      : (fitted(hingeThrough(pointsAt(origin)), origin) ??
        fitted(gatesThrough(pointsAt(origin)), origin));
  return turning ?? fitted(shiftedGatesThrough(pointsAt(0)), 0);
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
