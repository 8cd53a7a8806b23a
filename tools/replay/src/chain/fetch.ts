/** Everything of a running chain that is needed to execute it again, asked of one of its nodes. */
import { fromHex, type Hex, toHex } from '../bytes.ts';
import { ready } from '../hash.ts';
import { stateOf } from '../trie/state.ts';
import { type BlockKind, hashOfHeader, type RecordedBlock } from './block.ts';

/** A chain from some block on. */
export interface Ledger {
  kind: BlockKind;
  /** What a node says of the chain. */
  name: string;
  properties: Readonly<Record<string, unknown>>;
  /** Where it begins: the genesis, or a later block. */
  base: RecordedBlock;
  /** All of the storage after that block, the runtime included, by key in order. */
  storage: Readonly<Record<Hex, Hex>>;
  /** The blocks after it, oldest first. */
  blocks: readonly RecordedBlock[];
}

/** Asks a node by RPC. */
export type Ask = <T>(method: string, params: unknown[]) => Promise<T>;

export interface FetchOptions {
  /** The block to begin with; the genesis by default. */
  from?: number;
  /** The last block; the newest that is final by default. */
  to?: number | undefined;
  /** `false` leaves the storage out, for who has it. */
  storage?: boolean;
  onProgress?: (block: number, of: number) => void;
  signal?: AbortSignal | undefined;
}

/** A node cannot give what was asked for. The message says what to do. */
export class CannotFetch extends Error {
  override readonly name = 'CannotFetch';
}

interface RawHeader {
  parentHash: Hex;
  number: Hex;
  stateRoot: Hex;
  extrinsicsRoot: Hex;
  digest: { logs: Hex[] };
}

const PAGE = 512;

/** Values asked for at a time; the runtime is one of them, and some of half a megabyte fit an answer. */
const VALUES = 64;

const recorded = ({ number, digest, ...header }: RawHeader, extrinsics: Hex[]): RecordedBlock => {
  const height = Number(number);
  const { parentHash, stateRoot, extrinsicsRoot } = header;
  const kept = { parentHash, stateRoot, extrinsicsRoot, digest: digest.logs };
  return { number: height, hash: hashOfHeader(height, kept), header: kept, extrinsics };
};

/** A block by its number. Throws a `CannotFetch` when the node has none. */
const fetchBlock = async (ask: Ask, number: number): Promise<RecordedBlock> => {
  const hash = await ask<Hex | null>('chain_getBlockHash', [number]);
  if (hash === null) throw new CannotFetch(`the node has no block ${number}`);
  const signed = await ask<{ block: { header: RawHeader; extrinsics: Hex[] } } | null>(
    'chain_getBlock',
    [hash],
  );
  if (signed === null) {
    throw new CannotFetch(
      `the node has no body of block ${number} any more: ask one that runs with --blocks-pruning=archive, or begin later (--from)`,
    );
  }
  const block = recorded(signed.block.header, signed.block.extrinsics);
  if (block.hash !== hash) {
    throw new CannotFetch(`the node says that block ${number} is ${hash}, and it is ${block.hash}`);
  }
  return block;
};

/** All of the storage after a block, which must have the root that its header says. */
const fetchStorage = async (
  ask: Ask,
  { number, hash, header }: RecordedBlock,
  signal: AbortSignal | undefined,
): Promise<Record<Hex, Hex>> => {
  const storage: Record<Hex, Hex> = {};
  const pruned = (cause: unknown) =>
    new CannotFetch(
      `the node has not all of the state after block ${number}: ask one that runs with --state-pruning=archive, or begin with a newer block (--from)`,
      { cause },
    );
  let last: Hex = '0x';
  for (let more = true; more; ) {
    signal?.throwIfAborted();
    const page: Hex[] = await ask<Hex[]>('state_getKeysPaged', ['0x', PAGE, last, hash]).catch(
      (error: unknown) => {
        throw pruned(error);
      },
    );
    for (let at = 0; at < page.length; at += VALUES) {
      const keys = page.slice(at, at + VALUES);
      const [answer] = await ask<{ changes: [Hex, Hex | null][] }[]>('state_queryStorageAt', [
        keys,
        hash,
      ]).catch((error: unknown) => {
        throw pruned(error);
      });
      for (const [key, value] of answer?.changes ?? []) if (value !== null) storage[key] = value;
    }
    last = page.at(-1) ?? last;
    more = page.length === PAGE;
  }
  await ready();
  const root = toHex(
    stateOf(
      Object.entries(storage).map(([key, value]) => [key.slice(2), fromHex(value)] as const),
    ).root(),
  );
  if (root !== header.stateRoot) throw pruned(new Error(`its root is ${root}`));
  return storage;
};

/**
 * Asks a node for a chain. What it answers is checked as far as hashes go; whether the blocks are right the replay tells.
 * Throws a `CannotFetch`.
 */
export const fetchLedger = async (
  ask: Ask,
  { from = 0, to, storage: isWanted = true, onProgress, signal }: FetchOptions = {},
): Promise<Ledger> => {
  await ready();
  const final = await ask<Hex>('chain_getFinalizedHead', []);
  const newest = Number((await ask<RawHeader>('chain_getHeader', [final])).number);
  const end = to ?? newest;
  if (from > end) throw new CannotFetch(`the chain's newest final block is ${newest}`);
  const base = await fetchBlock(ask, from);
  const storage = isWanted ? await fetchStorage(ask, base, signal) : {};
  const blocks: RecordedBlock[] = [];
  for (let number = from + 1; number <= end; number += 1) {
    signal?.throwIfAborted();
    const block = await fetchBlock(ask, number);
    const parent = blocks.at(-1) ?? base;
    if (block.header.parentHash !== parent.hash) {
      throw new CannotFetch(
        `the chain changed while it was read: block ${number} has another parent now; try again`,
      );
    }
    blocks.push(block);
    onProgress?.(number, end);
  }
  return {
    kind: 'imported',
    name: await ask<string>('system_chain', []),
    properties: await ask<Record<string, unknown>>('system_properties', []),
    base,
    storage,
    blocks,
  };
};
