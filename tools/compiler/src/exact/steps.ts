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

/** Results of the product, at whole numbers between which neither it nor a quotient can change unseen. */
interface Probes {
  sums: number[];
  results: number[];
}

/**
 * The whole numbers around each place where `rint(sum * scale)` steps, and both ends. `undefined` if the product changes
 * between two that are not neighbours.
 */
const probesOf = (scale: number, { min, max }: Range, low: number, high: number) => {
  const product = (sum: number) => Math.min(Math.max(roundEven(f(f(sum) * scale)), low), high);
  const probes: Probes = { sums: [], results: [] };
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
 * Steps by which to divide instead of multiplying by `scales`: for each, `rint(single(sum) / step) + zero`, clamped to the
 * type, is `rint(single(sum) * scale) + zero`, clamped, for every whole number of the range. `undefined` if there is no
 * such step for one of them. Scales are positive singles.
 */
export const stepsFor = (
  scales: ArrayLike<number>,
  sums: Range,
  zero: number,
  type: Range,
): number[] | undefined => {
  const [low, high] = [type.min - zero, type.max - zero];
  const known = new Map<number, number>();
  const steps: number[] = [];
  for (let index = 0; index < scales.length; index++) {
    const scale = scales[index] as number;
    const found = known.get(scale) ?? stepFor(scale, sums, low, high);
    if (found === undefined) return undefined;
    known.set(scale, found);
    steps.push(found);
  }
  return steps;
};

const stepFor = (scale: number, sums: Range, low: number, high: number): number | undefined => {
  const reciprocal = f(1 / scale);
  // Far from the smallest normal number, below which divisions may be flushed to zero, and from infinity.
  if (!(reciprocal > 2 ** -100 && reciprocal < 2 ** 100)) return undefined;
  const probes = probesOf(scale, sums, low, high);
  if (probes === undefined) return undefined;
  const places = TRIES.find((places) => isSame(probes, singleAfter(reciprocal, places), low, high));
  return places === undefined ? undefined : singleAfter(reciprocal, places);
};
