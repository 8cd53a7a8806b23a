/** How long the referee, in wasm, takes to check proofs. */
import type { Referee } from '@veritrace/referee';
import { shuffled } from '../random.ts';
import { rounded, sample } from '../sampling.ts';
import type { Proof } from './proofs.ts';

export interface TimedProof {
  proof: Proof;
  /** Milliseconds, in the order in which they were taken. */
  samples: number[];
}

export interface TimingOptions {
  /** Each round checks every proof, in an order that is drawn. */
  rounds: number;
  /** Checks of a proof in a round, where they take no longer than this in all. */
  perRound: number;
  milliseconds: number;
  random: () => number;
  signal?: AbortSignal;
}

const WARM_UP = 5;

/** Times the checks of all proofs. */
export const timeChecks = async (
  referee: Pick<Referee, 'check'>,
  proofs: readonly Proof[],
  { rounds, perRound, milliseconds, random, signal }: TimingOptions,
): Promise<TimedProof[]> => {
  const timed = proofs.map((proof): TimedProof => ({ proof, samples: [] }));
  for (let round = 0; round < rounds; round += 1) {
    for (const { proof, samples } of shuffled(timed, random)) {
      signal?.throwIfAborted();
      const check = () => referee.check(proof.facts, proof.bytes);
      // The first of a round is not kept: what came before has taken the caches.
      const [first = 1] = await sample(check, 1, round === 0 ? WARM_UP : 0);
      const runs = Math.max(1, Math.min(perRound, Math.floor(milliseconds / first)));
      samples.push(...(await sample(check, runs, 0)).map(rounded));
    }
  }
  return timed;
};
