/** Blocks with their decoded events, read once however many daemons look at them. */
import type { ApiPromise } from '@polkadot/api';
import type { GenericExtrinsic } from '@polkadot/types';
import type { EventRecord } from '@polkadot/types/interfaces';
import { type ChainEvent, decodeEvent } from './events.ts';
import type { BlockRef, HeadRef, Hex } from './types.ts';

/** An event with the place it has in its block. */
export interface PlacedEvent {
  block: BlockRef;
  /** Position among the block's events. */
  index: number;
  /** Position of the extrinsic that caused it; `undefined` for events of hooks. */
  extrinsicIndex: number | undefined;
  event: ChainEvent;
}

export interface BlockContent extends HeadRef {
  extrinsics: readonly GenericExtrinsic[];
  events: readonly PlacedEvent[];
}

export interface Route {
  /** Blocks no longer in the chain, newest first; none unless there was a fork. */
  retracted: BlockRef[];
  /** Blocks that are new, oldest first. */
  added: HeadRef[];
}

export interface Blocks {
  /** A block by hash. Rejects when the node does not have it. */
  get(hash: Hex): Promise<BlockContent>;
  /** Its number and parent only. */
  header(hash: Hex): Promise<HeadRef>;
  /** Hash of the best chain's block of that number. */
  hashOf(number: number): Promise<Hex>;
  /** How to get from one block to another: back to their common ancestor, then forth. */
  route(from: BlockRef, to: HeadRef): Promise<Route>;
}

/** Most blocks kept in memory. */
const KEPT = 256;

const keepNewest = <T>(limit: number, load: (hash: Hex) => Promise<T>) => {
  const kept = new Map<Hex, Promise<T>>();
  return (hash: Hex): Promise<T> => {
    const known = kept.get(hash);
    if (known !== undefined) return known;
    const loading = load(hash);
    kept.set(hash, loading);
    loading.catch(() => kept.delete(hash));
    for (const oldest of kept.keys()) {
      if (kept.size <= limit) break;
      kept.delete(oldest);
    }
    return loading;
  };
};

export const createBlocks = (api: ApiPromise): Blocks => {
  const header = keepNewest(KEPT * 4, async (hash): Promise<HeadRef> => {
    const found = await api.rpc.chain.getHeader(hash);
    return { number: found.number.toNumber(), hash, parentHash: found.parentHash.toHex() };
  });

  const get = keepNewest(KEPT, async (hash): Promise<BlockContent> => {
    const [signed, at] = await Promise.all([api.rpc.chain.getBlock(hash), api.at(hash)]);
    const records = await at.query.system?.events?.();
    const head: HeadRef = {
      number: signed.block.header.number.toNumber(),
      hash,
      parentHash: signed.block.header.parentHash.toHex(),
    };
    const block: BlockRef = { number: head.number, hash };
    const events = ((records ?? []) as unknown as EventRecord[]).map(
      (record, index): PlacedEvent => ({
        block,
        index,
        extrinsicIndex: record.phase.isApplyExtrinsic
          ? record.phase.asApplyExtrinsic.toNumber()
          : undefined,
        event: decodeEvent(record),
      }),
    );
    return { ...head, extrinsics: [...signed.block.extrinsics], events };
  });

  return {
    get,
    header,
    hashOf: async (number) => (await api.rpc.chain.getBlockHash(number)).toHex(),
    route: async (from, to) => {
      const retracted: BlockRef[] = [];
      const added: HeadRef[] = [];
      let [old, fresh]: [BlockRef, HeadRef] = [from, to];
      while (old.hash !== fresh.hash) {
        const [oldNumber, freshNumber] = [old.number, fresh.number];
        if (freshNumber >= oldNumber) {
          added.push(fresh);
          fresh = await header(fresh.parentHash);
        }
        if (oldNumber >= freshNumber) {
          retracted.push({ number: old.number, hash: old.hash });
          old = await header((await header(old.hash)).parentHash);
        }
      }
      return { retracted, added: added.reverse() };
    },
  };
};
