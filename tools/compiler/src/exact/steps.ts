/**
 * Requantisation without a pass of its own for the scale. The kernel multiplies a sum by its scale; `QuantizeLinear`
 * divides by a step, which rounds elsewhere. But sums are whole numbers, few of which lie where the two could differ: a
 * step near `1 / scale` is looked for under which none does, of all that can be reached.
 */
import type { Range } from './bounds.ts';
import { roundEven } from './formula.ts';

const f = Math.fround;
const bits = new Int32Array(1);
const single = new Float32Array(bits.buffer);

/** The positive single so many places after a positive single. */
const singleAfter = (value: number, places: number): number => {
  single[0] = value;
  bits[0] = (bits[0] as number) + places;
  return single[0] as number;
};

/** Singles around the reciprocal that are tried, the nearest first. */
const TRIES = Array.from({ length: 33 }, (_, index) =>
  index % 2 === 0 ? index / 2 : -(index + 1) / 2,
);

/** The whole numbers that a sum can be: all of a range, or one of these and one of those. */
export type Sums = Range | { first: readonly number[]; second: readonly number[] };

/** Results of the product, at whole numbers between which neither it nor a quotient can change unseen. */
interface Probes {
  sums: readonly number[];
  results: readonly number[];
}

const multiplied = (sum: number, scale: number, low: number, high: number): number =>
  Math.min(Math.max(roundEven(f(f(sum) * scale)), low), high);

const allOf = (scale: number, sums: readonly number[], low: number, high: number): Probes => ({
  sums,
  results: sums.map((sum) => multiplied(sum, scale, low, high)),
});

const pairsOf = ({ first, second }: Extract<Sums, { first: unknown }>): number[] => {
  const sums = new Float64Array(first.length * second.length);
  let at = 0;
  for (const one of first) for (const other of second) sums[at++] = one + other;
  return [...new Set(sums)];
};

/**
 * The whole numbers around each place where `rint(sum * scale)` steps, and both ends. `undefined` if the product changes
 * between two that are not neighbours.
 */
const probesOf = (
  scale: number,
  { min, max }: Range,
  low: number,
  high: number,
): Probes | undefined => {
  const product = (sum: number) => multiplied(sum, scale, low, high);
  const probes = { sums: [] as number[], results: [] as number[] };
  let [last, result] = [min - 1, product(min)];
  const probe = (sum: number): boolean => {
    if (sum <= last || sum > max) return true;
    const next = product(sum);
    if (next !== result && sum > last + 1) return false;
    probes.sums.push(sum);
    probes.results.push(next);
    [last, result] = [sum, next];
    return true;
  };
  if (!probe(min)) return undefined;
  const first = Math.max(low, Math.floor(min * scale - 1));
  const final = Math.min(high - 1, Math.ceil(max * scale + 1));
  for (let step = first; step <= final; step++) {
    const place = Math.floor((step + 0.5) / scale);
    // Beyond what is summed to, and perhaps beyond what can be counted.
    if (place + 2 < min || place - 1 > max) continue;
    for (let sum = place - 1; sum <= place + 2; sum++) {
      if (sum >= min && !probe(sum)) return undefined;
    }
  }
  return probe(max) ? probes : undefined;
};

/** Whether dividing by the step gives at every probe what the product gives; between them both stand still. */
const isSame = ({ sums, results }: Probes, step: number, low: number, high: number): boolean =>
  sums.every(
    (sum, index) =>
      Math.min(Math.max(roundEven(f(f(sum) / step)), low), high) === (results[index] as number),
  );

/**
 * A step by which to divide instead of multiplying by `scale`: `rint(single(sum) / step) + zero`, clamped to the type, is
 * `rint(single(sum) * scale) + zero`, clamped, for all of the sums. `undefined` if none was found. The scale is a positive
 * single.
 */
export const stepFor = (
  scale: number,
  sums: Sums,
  zero: number,
  type: Range,
): number | undefined => {
  const [low, high] = [type.min - zero, type.max - zero];
  const reciprocal = f(1 / scale);
  // Far from the smallest normal number, below which divisions may be flushed to zero, and from infinity.
  if (!(reciprocal > 2 ** -100 && reciprocal < 2 ** 100)) return undefined;
  const probes =
    'first' in sums ? allOf(scale, pairsOf(sums), low, high) : probesOf(scale, sums, low, high);
  if (probes === undefined) return undefined;
  const places = TRIES.find((places) => isSame(probes, singleAfter(reciprocal, places), low, high));
  return places === undefined ? undefined : singleAfter(reciprocal, places);
};
