/**
 * When samples are looked at. A metric that is still undecided at a look is sampled on until the next, and every further
 * look is another chance to err; so the looks are planned before the first sample and share the error equally
 * (Bonferroni, which holds however dependent the looks are).
 */

export interface Plan {
  /** Numbers of rounds after which the samples are looked at, rising. */
  looks: readonly number[];
  /** Of each side of the interval at each look. */
  tail: number;
}

/** Rounds before the first look: fewer say too little of how processes differ. */
export const LEAST_ROUNDS = 10;

/**
 * Looks after 10, 20, 40 … rounds and after `most`.
 *
 * @param error of calling a head worse than allowed when it is just as allowed, and likewise of passing it; all looks
 *   together, for one metric.
 */
export const planLooks = (most: number, error: number): Plan => {
  if (!(most >= LEAST_ROUNDS)) throw new RangeError(`at least ${LEAST_ROUNDS} rounds, not ${most}`);
  const looks: number[] = [];
  for (let look = LEAST_ROUNDS; look < most; look *= 2) looks.push(look);
  looks.push(most);
  return { looks, tail: error / looks.length };
};
