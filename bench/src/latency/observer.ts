/** When each node had which block: heads as they arrive, with this process' clock, from all nodes at once. */
import { createNodeProvider, headerAnswer } from '@veritrace/sdk';

/** A block as a header names it: the state root tells blocks of one height apart, and needs no decoding. */
export type BlockKey = `${number}:${string}`;

export const keyOf = ({ number, stateRoot }: { number: number; stateRoot: string }): BlockKey =>
  `${number}:${stateRoot}`;

/** First sight of each block, in milliseconds of the wall clock. */
export interface Sightings {
  best: ReadonlyMap<BlockKey, number>;
  finalized: ReadonlyMap<BlockKey, number>;
}

export interface Observer {
  readonly node: string;
  readonly sightings: Sightings;
  stop(): Promise<void>;
}

/** Watches one node. Resolves once both subscriptions are answered, and rejects with what is wrong with the node. */
export const observe = async (node: string, endpoint: string): Promise<Observer> => {
  const provider = createNodeProvider(endpoint);
  await provider.connect();
  const seenIn = async (type: string, ask: string): Promise<Map<BlockKey, number>> => {
    const seen = new Map<BlockKey, number>();
    await provider.subscribe(type, ask, [], (error: Error | null, answer: unknown) => {
      const header = error === null ? headerAnswer(ask, answer) : undefined;
      if (header === undefined) return;
      const key = keyOf(header);
      if (!seen.has(key)) seen.set(key, Date.now());
    });
    return seen;
  };
  const best = await seenIn('chain_newHead', 'chain_subscribeNewHeads');
  const finalized = await seenIn('chain_finalizedHead', 'chain_subscribeFinalizedHeads');
  return {
    node,
    sightings: { best, finalized },
    stop: () => provider.disconnect(),
  };
};
