/** Blocks with their decoded events, read once however many daemons look at them. */
import type { ApiPromise } from '@polkadot/api';
import type { Vec } from '@polkadot/types';
import type { EventRecord } from '@polkadot/types/interfaces';
import { hexToU8a } from '@polkadot/util';
import { type ChainEvent, decodeEvent } from './events.ts';
import { callsOf, type NestedCall } from './nested-calls.ts';
import {
  AnswerError,
  blockAnswer,
  changesAnswer,
  type HeaderAnswer,
  headerAnswer,
  hexAnswer,
  NotKept,
} from './node/answers.ts';
import { decoded } from './node/decoded.ts';
import { hashOf } from './node/header-hash.ts';
import { upgradedTo } from './node/upgraded-to.ts';
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
  /** Its number and parent only. Rejects when the node does not have it, or answers with another. */
  header(hash: Hex): Promise<HeadRef>;
  /** The block before. */
  parent(block: HeadRef): Promise<HeadRef>;
  /** Hash of the best chain's block of that number. */
  hashOf(number: number): Promise<Hex>;
  /** How to get from one block to another: back to their common ancestor, then forth. */
  route(from: BlockRef, to: HeadRef): Promise<Route>;
}

/** The block before another one. Rejects when its number says that it is not: a walk along such blocks need not end. */
const parentOf = async (
  header: (hash: Hex) => Promise<HeadRef>,
  { number, parentHash }: HeadRef,
): Promise<HeadRef> => {
  const parent = await header(parentHash);
  if (parent.number === number - 1) return parent;
  throw new AnswerError(
    `block ${parentHash}`,
    `it is the parent of block ${number}, and says that it is block ${parent.number}`,
  );
};

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
      fresh = await parentOf(header, fresh);
    }
    if (oldNumber >= freshNumber) {
      retracted.push({ number: old.number, hash: old.hash });
      old = await parentOf(header, await header(old.hash));
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

export const createBlocks = (api: ApiPromise): Blocks => {
  /** Demands that it is the block that was asked for. A chain in this process may have a name of its own for its genesis. */
  const refer = (hash: Hex, header: HeaderAnswer): HeadRef => {
    const { number, parentHash } = header;
    const is = number === 0 ? hash : hashOf(api.registry, header);
    if (is !== hash) throw new AnswerError(`block ${hash}`, `it is block ${is}`);
    return { number, hash, parentHash };
  };

  const header = keepNewest(KEPT * 4, async (hash): Promise<HeadRef> => {
    const asked = `chain_getHeader of ${hash}`;
    const raw = headerAnswer(asked, await api.rpc.chain.getHeader.raw<unknown>(hash));
    if (raw === undefined) throw new NotKept(`the node has no block ${hash}`);
    return refer(hash, raw);
  });

  const types = createRuntimeTypes(api, async (hash) => {
    const { number, parentHash } = await header(hash);
    return number === 0 ? hash : parentHash;
  });

  /** What executed a block, and what it left of events, in one question. */
  const executed = async (hash: Hex) => {
    const asked = `the events of block ${hash}`;
    const values = changesAnswer(
      asked,
      await api.rpc.state.queryStorageAt.raw<unknown>([EVENTS, LAST_UPGRADE], hash),
    );
    const upgrade = values.get(LAST_UPGRADE);
    if (upgrade === undefined) {
      throw new NotKept(`the node has no state of block ${hash}; does it keep that of old blocks?`);
    }
    return { version: upgradedTo(asked, upgrade), events: values.get(EVENTS) };
  };

  const get = keepNewest(KEPT, async (hash): Promise<BlockContent & { version: number }> => {
    const [answer, { version, events: encoded }] = await Promise.all([
      api.rpc.chain.getBlock.raw<unknown>(hash),
      executed(hash),
    ]);
    const signed = blockAnswer(`chain_getBlock of ${hash}`, answer);
    if (signed === undefined) throw new NotKept(`the node has no block ${hash}`);
    const head = refer(hash, signed.header);
    const block: BlockRef = { number: head.number, hash };
    const { decodeEvents } = await types.of(version, hash);
    const events = decoded(`the events of block ${hash}`, () => {
      const records = decodeEvents(hexToU8a(encoded ?? '0x00')) as unknown as Vec<EventRecord>;
      return [...records].map(
        (record, index): PlacedEvent => ({
          block,
          index,
          extrinsicIndex: record.phase.isApplyExtrinsic
            ? record.phase.asApplyExtrinsic.toNumber()
            : undefined,
          event: decodeEvent(record),
        }),
      );
    });
    return { ...head, extrinsics: signed.extrinsics, events, version };
  });

  return {
    get,
    calls: async (hash) => {
      const { version, extrinsics } = await get(hash);
      const { registry } = await types.of(version, hash);
      return decoded(`the extrinsics of block ${hash}`, () =>
        extrinsics.flatMap((extrinsic, index) => callsOf(registry, extrinsic, index)),
      );
    },
    header,
    parent: (block) => parentOf(header, block),
    hashOf: async (number) => {
      const hash = await api.rpc.chain.getBlockHash.raw<unknown>(number);
      if (hash === null) throw new NotKept(`the node has no block ${number}`);
      return hexAnswer(`chain_getBlockHash of ${number}`, hash, 32);
    },
    route: (from, to) => routeBetween(header, from, to),
  };
};
