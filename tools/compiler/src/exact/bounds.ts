/**
 * How large sums can get. A float32 sum of integers is exact in any order while the sum of its terms' magnitudes, and
 * so every partial sum, stays within 2^24; reductions that could exceed it are cut into parts that cannot.
 */

/** Magnitude up to which every integer is a float32, with one to spare. */
export const EXACT_LIMIT = 2 ** 24 - 1;

/** Smallest and largest value a tensor takes. */
export interface Range {
  min: number;
  max: number;
}

/** Largest `|x - zero|` of a value within `range`. */
export const reach = (range: Range, zero: number): number =>
  Math.max(Math.abs(range.max - zero), Math.abs(range.min - zero));

/** Weights with their zero point subtracted, `outputs` rows of `taps` each. */
export interface Taps {
  outputs: number;
  taps: number;
  /** Row-major `[outputs, taps]`. */
  weights: Int16Array;
}

/** Sum of the magnitudes of all terms, for each output channel: `sum|w| * reach`. */
export const channelBounds = ({ outputs, taps, weights }: Taps, xReach: number): number[] =>
  Array.from({ length: outputs }, (_, output) => {
    let sum = 0;
    for (let tap = 0; tap < taps; tap++) sum += Math.abs(weights[output * taps + tap] ?? 0);
    return sum * xReach;
  });

/** Taps `from` to `to - 1` of every output channel. */
export interface Part {
  from: number;
  to: number;
}

/**
 * Cuts the taps into as few consecutive parts as greedily possible, such that in each part every channel's bound is
 * at most `limit`. Cuts fall on multiples of `step` wherever `step` taps together fit, so that they can be sliced.
 */
export const splitTaps = (
  { outputs, taps, weights }: Taps,
  xReach: number,
  step: number,
  limit: number = EXACT_LIMIT,
): Part[] => {
  const parts: Part[] = [];
  let sums = new Float64Array(outputs);
  let from = 0;

  /** Adds the group to `sums` and tells whether all channels still fit. */
  const grow = (target: Float64Array, start: number, end: number): boolean => {
    let fits = true;
    for (let output = 0; output < outputs; output++) {
      let sum = target[output] ?? 0;
      for (let tap = start; tap < end; tap++) {
        sum += Math.abs(weights[output * taps + tap] ?? 0) * xReach;
      }
      target[output] = sum;
      if (sum > limit) fits = false;
    }
    return fits;
  };

  const close = (at: number) => {
    if (at > from) parts.push({ from, to: at });
    from = at;
    sums = new Float64Array(outputs);
  };

  for (let start = 0; start < taps; start += step) {
    const end = Math.min(start + step, taps);
    const grown = sums.slice();
    if (grow(grown, start, end)) {
      sums = grown;
      continue;
    }
    close(start);
    if (grow(sums, start, end)) continue;
    // One group alone is too much: cut inside it, then start afresh behind it.
    sums = new Float64Array(outputs);
    for (let tap = start; tap < end; tap++) {
      const next = sums.slice();
      if (grow(next, tap, tap + 1)) {
        sums = next;
      } else {
        close(tap);
        grow(sums, tap, tap + 1);
      }
    }
    close(end);
  }
  close(taps);
  return parts;
};
