/**
 * The game played out, draw by draw and lock by lock, with none of the formulas: whether they are right is seen by comparing.
 */
import type { Situation } from './attacks.ts';
import { type Economy, tokensOf } from './read.ts';

export interface Tally {
  rounds: number;
  mean: number;
  /** Of the mean. */
  deviation: number;
}

/** A worker's strategy: what it answers without computing is false. */
export type Strategy = 'honest' | 'lie' | 'lie-sealed';

/**
 * Plays so many requests, each answered by one worker of that strategy, and audited by the rules. Another party looks at all
 * of them if there is a `watcher`. What the worker's party has after each, on average.
 */
export const playRequests = (
  { parameters: { workers, inference, disputes, payouts }, fees }: Economy,
  { price, tickets, validators }: Situation,
  {
    strategy,
    compute,
    rounds,
    watcher,
    random,
  }: {
    strategy: Strategy;
    /** What an inference costs whoever computes it. */
    compute: number;
    rounds: number;
    watcher: boolean;
    random: () => number;
  },
): Tally => {
  const amounts: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const lock = Math.max(tokensOf(workers.minLock), workers.lockMultiple * price);
    let has = 0;
    const lies = strategy !== 'honest';
    if (!lies) has -= compute;
    if (strategy === 'lie-sealed') has -= fees.seal;
    let isDrawn = random() < inference.auditShare / 1e6;
    // A block whose randomness would bring an audit is left out, and the next one has another.
    if (isDrawn && lies && random() < validators) isDrawn = false;
    const isHonestAuditor = isDrawn && random() >= tickets;
    if (lies && (watcher || isHonestAuditor)) {
      const payable = lock / 2;
      const bounty = Math.min(tokensOf(inference.bounty), payable);
      has -= lock;
      // Whoever convicts was not the first to seal it.
      if (strategy === 'lie-sealed') has += bounty;
    } else {
      const fee = (payouts.protocolFee / 1e6) * price;
      has += price - fee;
      if (strategy === 'lie-sealed') has -= tokensOf(disputes.sealBond);
    }
    amounts.push(has);
  }
  const mean = amounts.reduce((sum, amount) => sum + amount, 0) / rounds;
  const variance = amounts.reduce((sum, amount) => sum + (amount - mean) ** 2, 0) / (rounds - 1);
  return { rounds, mean, deviation: Math.sqrt(variance / rounds) };
};
