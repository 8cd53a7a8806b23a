/**
 * How many samples a percentile takes. This is MLPerf's early stopping criterion (inference rules, appendix "Early
 * Stopping Criterion", with tolerance d = 0 and confidence c = 0.99): of n observations with t above a bound, the share p
 * lies below it, at that confidence, if
 *
 *     I(p; n - t, t + 1) = Σ_{k=0..t} C(n, k) (1 - p)^k p^(n - k) ≤ 1 - c,
 *
 * that is, if a system that just fails would show so few above it with a chance of at most 1 - c. With t = 1 a percentile
 * can be told: from 64 observations p90, from 662 p99.
 */

const CONFIDENCE = 0.99;

/** Chance that at most `over` of `count` observations lie above a bound, where the share `p` lies below it. */
const chanceOfAtMost = (over: number, count: number, p: number): number => {
  let logTerm = count * Math.log(p);
  let chance = Math.exp(logTerm);
  for (let k = 1; k <= over; k += 1) {
    logTerm += Math.log((count - k + 1) / k) + Math.log((1 - p) / p);
    chance += Math.exp(logTerm);
  }
  return chance;
};

/** The smallest whole number from `least` for which `holds`, which holds for all above it. */
const smallest = (least: number, holds: (value: number) => boolean): number => {
  let step = 1;
  while (!holds(least + step)) step *= 2;
  let [below, above] = [least - 1, least + step];
  while (above - below > 1) {
    const middle = Math.floor((below + above) / 2);
    if (holds(middle)) above = middle;
    else below = middle;
  }
  return above;
};

/** Observations needed to say that the share `p` lies below a bound when `over` of them lie above it. */
export const countNeeded = (p: number, over: number): number =>
  smallest(over + 1, (count) => chanceOfAtMost(over, count, p) <= 1 - CONFIDENCE);

/** Samples from which a percentile can be told: 64 for p90, 662 for p99. */
export const samplesFor = (p: number): number => countNeeded(p, 1);

/** The most of `count` observations that may lie above a bound; `undefined` when even none is too many. */
export const mostOver = (p: number, count: number): number | undefined => {
  if (chanceOfAtMost(0, count, p) > 1 - CONFIDENCE) return undefined;
  return smallest(1, (over) => chanceOfAtMost(over, count, p) > 1 - CONFIDENCE) - 1;
};
