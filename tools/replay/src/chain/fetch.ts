/** Everything of a running chain that is needed to execute it again, asked of one of its nodes. */
import {
  blockAnswer,
  changesAnswer,
  type HeaderAnswer,
  headerAnswer,
  hexAnswer,
  keysAnswer,
  MOST_KEYS,
  objectAnswer,
  textAnswer,
} from '@veritrace/sdk/answers';
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

/** Asks a node by RPC. What it answers may be anything. */
export type Ask = (method: string, params: unknown[]) => Promise<unknown>;

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

const PAGE = 512;

/** Values asked for at a time; the runtime is one of them, and some of half a megabyte fit an answer. */
const VALUES = 64;

const recorded = (
  { number, digest, ...roots }: HeaderAnswer,
  extrinsics: readonly Hex[],
): RecordedBlock => {
  const header = { ...roots, digest: digest.logs };
  return { number, hash: hashOfHeader(number, header), header, extrinsics };
};

/** A block by its number. Throws a `CannotFetch` when the node has none. */
const fetchBlock = async (ask: Ask, number: number): Promise<RecordedBlock> => {
  const named = await ask('chain_getBlockHash', [number]);
  if (named === null) throw new CannotFetch(`the node has no block ${number}`);
  const hash = hexAnswer(`chain_getBlockHash of ${number}`, named, 32);
  const signed = blockAnswer(`chain_getBlock of ${number}`, await ask('chain_getBlock', [hash]));
  if (signed === undefined) {
    throw new CannotFetch(
      `the node has no body of block ${number} any more: ask one that runs with --blocks-pruning=archive, or begin later (--from)`,
    );
  }
  const block = recorded(signed.header, signed.extrinsics);
  if (block.hash !== hash) {
    throw new CannotFetch(`the node says that block ${number} is ${hash}, and it is ${block.hash}`);
  }
  if (block.number !== number) {
    throw new CannotFetch(
      `the node says that ${hash} is block ${number}, and it is ${block.number}`,
    );
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
  const of = (method: string) => `${method} at block ${number}`;
  const askState = (method: string, params: unknown[]): Promise<unknown> =>
    ask(method, params).catch((error: unknown) => {
      throw pruned(error);
    });
  let last: Hex | undefined;
  let count = 0;
  for (let more = true; more; ) {
    signal?.throwIfAborted();
    const page = keysAnswer(
      of('state_getKeysPaged'),
      await askState('state_getKeysPaged', ['0x', PAGE, last ?? '0x', hash]),
      { prefix: '0x', page: PAGE, after: last },
    );
    for (let at = 0; at < page.length; at += VALUES) {
      const keys = page.slice(at, at + VALUES);
      const values = changesAnswer(
        of('state_queryStorageAt'),
        await askState('state_queryStorageAt', [keys, hash]),
      );
      for (const key of keys) {
        const value = values.get(key);
        if (value !== undefined) storage[key] = value;
      }
    }
    count += page.length;
    if (count > MOST_KEYS) {
      throw new CannotFetch(`the node has more than ${MOST_KEYS} keys after block ${number}`);
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
 * Throws a `CannotFetch`, or an `AnswerError` at what is no answer.
 */
export const fetchLedger = async (
  ask: Ask,
  { from = 0, to, storage: isWanted = true, onProgress, signal }: FetchOptions = {},
): Promise<Ledger> => {
  await ready();
  const final = hexAnswer('chain_getFinalizedHead', await ask('chain_getFinalizedHead', []), 32);
  const head = headerAnswer('chain_getHeader', await ask('chain_getHeader', [final]));
  if (head === undefined)
    throw new CannotFetch(`the node has no header of its final block ${final}`);
  const newest = head.number;
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
    name: textAnswer('system_chain', await ask('system_chain', [])),
    properties: objectAnswer('system_properties', await ask('system_properties', [])),
    base,
    storage,
    blocks,
  };
};
