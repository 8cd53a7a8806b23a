/** The search for the highest rate that holds a bound: bracketed by doubling and halving, then bisected. */

export interface RateSearch {
  /** The rate to try next; `undefined` when the search is over. */
  next(): number | undefined;
  /** What came of it. */
  told(rate: number, holds: boolean): void;
  /** The highest rate that held; `undefined` while none has, and when none does. */
  best(): number | undefined;
}

export interface RateSearchOptions {
  /** Where it begins. */
  start: number;
  /** Below this nothing is tried: if it does not hold either, none does. */
  least: number;
  /** It ends when the rate that holds and the one that does not are this near, as a share. */
  precision: number;
  /** Most rates tried. */
  tries: number;
}

export const createRateSearch = ({
  start,
  least,
  precision,
  tries,
}: RateSearchOptions): RateSearch => {
  if (!(start > 0) || !(precision > 0)) {
    throw new RangeError('a search begins above zero, and ends at a precision above zero');
  }
  let holding: number | undefined;
  let failing: number | undefined;
  let tried = 0;
  return {
    next: () => {
      if (tried >= tries) return undefined;
      if (holding === undefined && failing === undefined) return start;
      if (failing === undefined) return (holding ?? 0) * 2;
      if (holding === undefined) {
        return failing <= least ? undefined : Math.max(least, failing / 2);
      }
      if (failing / holding <= 1 + precision) return undefined;
      return Math.sqrt(holding * failing);
    },
    told: (rate, holds) => {
      tried += 1;
      if (holds) holding = Math.max(holding ?? 0, rate);
      else failing = Math.min(failing ?? Number.POSITIVE_INFINITY, rate);
    },
    best: () => holding,
  };
};
