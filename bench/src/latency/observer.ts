/** When each node had which block: heads as they arrive, with this process' clock, from all nodes at once. */
import { WsProvider } from '@polkadot/rpc-provider';

/** A block as a header names it: the state root tells blocks of one height apart, and needs no decoding. */
export type BlockKey = `${number}:${string}`;

interface RawHeader {
  number: string;
  stateRoot: string;
}

export const keyOf = ({ number, stateRoot }: RawHeader): BlockKey =>
  `${Number(number)}:${stateRoot}`;

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

/** Watches one node. Resolves once both subscriptions are answered. */
export const observe = async (node: string, endpoint: string): Promise<Observer> => {
  const provider = new WsProvider(endpoint, 1_000);
  await provider.isReady;
  const best = new Map<BlockKey, number>();
  const finalized = new Map<BlockKey, number>();
  const noteIn = (seen: Map<BlockKey, number>) => (error: Error | null, header: RawHeader) => {
    if (error !== null) return;
    const key = keyOf(header);
    if (!seen.has(key)) seen.set(key, Date.now());
  };
  await provider.subscribe('chain_newHead', 'chain_subscribeNewHeads', [], noteIn(best));
  await provider.subscribe(
    'chain_finalizedHead',
    'chain_subscribeFinalizedHeads',
    [],
    noteIn(finalized),
  );
  return {
    node,
    sightings: { best, finalized },
    stop: () => provider.disconnect(),
  };
};
