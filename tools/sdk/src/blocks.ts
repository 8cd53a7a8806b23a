/** Blocks with their decoded events, read once however many daemons look at them. */
import type { ApiPromise } from '@polkadot/api';
import type { Vec } from '@polkadot/types';
import type { EventRecord } from '@polkadot/types/interfaces';
import { compactFromU8aLim, hexToU8a } from '@polkadot/util';
import { type ChainEvent, decodeEvent } from './events.ts';
import { callsOf, type NestedCall } from './nested-calls.ts';
import { createRuntimeTypes } from './runtime-types.ts';
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
  /** SCALE bytes of each, as they were sent. */
  extrinsics: readonly Hex[];
  events: readonly PlacedEvent[];
}

export interface Route {
  /** Blocks no longer in the chain, newest first; none unless there was a fork. */
  retracted: BlockRef[];
  /** Blocks that are new, oldest first. */
  added: HeadRef[];
}

export interface Blocks {
  /**
   * A block by hash, its events as the runtime that made them has them: those of an earlier version may lack fields.
   * Rejects when the node does not have it.
   */
  get(hash: Hex): Promise<BlockContent>;
  /** Every call of a block, those inside others included, as the runtime that took them has them. */
  calls(hash: Hex): Promise<NestedCall[]>;
  /** Its number and parent only. */
  header(hash: Hex): Promise<HeadRef>;
  /** Hash of the best chain's block of that number. */
  hashOf(number: number): Promise<Hex>;
  /** How to get from one block to another: back to their common ancestor, then forth. */
  route(from: BlockRef, to: HeadRef): Promise<Route>;
}

/** How to get from one block to another, by headers that need not come from one node. */
export const routeBetween = async (
  header: (hash: Hex) => Promise<HeadRef>,
  from: BlockRef,
  to: HeadRef,
): Promise<Route> => {
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
};

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

/** Storage of `System`: the events of a block, and the version of the runtime that executed it. */
const EVENTS: Hex = '0x26aa394eea5630e07c48ae0c9558cef780d41e5e16056765bc8461851072c9d7';
const LAST_UPGRADE: Hex = '0x26aa394eea5630e07c48ae0c9558cef7f9cce9c888469bb1a0dceaa129672ef8';

interface RawHeader {
  number: Hex;
  parentHash: Hex;
}

export const createBlocks = (api: ApiPromise): Blocks => {
  const refer = (hash: Hex, raw: RawHeader): HeadRef => ({
    number: Number(raw.number),
    hash,
    parentHash: raw.parentHash,
  });

  const header = keepNewest(KEPT * 4, async (hash): Promise<HeadRef> => {
    const raw = (await api.rpc.chain.getHeader.raw(hash)) as unknown as RawHeader | null;
    if (raw === null) throw new Error(`the node has no block ${hash}`);
    return refer(hash, raw);
  });

  const types = createRuntimeTypes(api, async (hash) => {
    const { number, parentHash } = await header(hash);
    return number === 0 ? hash : parentHash;
  });

  /** What executed a block, and what it left of events, in one question. */
  const executed = async (hash: Hex) => {
    const [answer] = (await api.rpc.state.queryStorageAt.raw(
      [EVENTS, LAST_UPGRADE],
      hash,
    )) as unknown as { changes: [Hex, Hex | null][] }[];
    const values = new Map(answer?.changes);
    const upgrade = values.get(LAST_UPGRADE);
    // A compact number, then the name of the specification.
    const version = upgrade && Number(compactFromU8aLim(hexToU8a(upgrade))[1]);
    return { version, events: values.get(EVENTS) };
  };

  const get = keepNewest(KEPT, async (hash): Promise<BlockContent & { version: number }> => {
    const [signed, { version, events: encoded }] = await Promise.all([
      api.rpc.chain.getBlock.raw(hash) as unknown as Promise<{
        block: { header: RawHeader; extrinsics: Hex[] };
      } | null>,
      executed(hash),
    ]);
    if (signed === null) throw new Error(`the node has no block ${hash}`);
    if (version === undefined || version === null) {
      throw new Error(`the node has no state of block ${hash}; does it keep that of old blocks?`);
    }
    const head = refer(hash, signed.block.header);
    const block: BlockRef = { number: head.number, hash };
    const { decodeEvents } = await types.of(version, hash);
    const records = decodeEvents(hexToU8a(encoded ?? '0x00')) as unknown as Vec<EventRecord>;
    const events = [...records].map(
      (record, index): PlacedEvent => ({
        block,
        index,
        extrinsicIndex: record.phase.isApplyExtrinsic
          ? record.phase.asApplyExtrinsic.toNumber()
          : undefined,
        event: decodeEvent(record),
      }),
    );
    return { ...head, extrinsics: signed.block.extrinsics, events, version };
  });

  return {
    get,
    calls: async (hash) => {
      const { version, extrinsics } = await get(hash);
      const { registry } = await types.of(version, hash);
      return extrinsics.flatMap((extrinsic, index) => callsOf(registry, extrinsic, index));
    },
    header,
    hashOf: async (number) => (await api.rpc.chain.getBlockHash(number)).toHex(),
    route: (from, to) => routeBetween(header, from, to),
  };
};
