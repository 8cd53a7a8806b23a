/**
 * The newest blocks of the chain that a node thinks best, with their events: a window of bounded size that moves with the
 * head. What is missing after a lost connection is read anew, and what a fork took back is dropped.
 */
import { JsonRpcError } from '@dedot/providers';
import type { NodeConnection } from '../network/rpc.ts';
import { createStorageReader, type StorageReader } from '../network/storage.ts';
import type { Block, RecordEvent } from '../record/record.ts';
import { plainEvents } from './plain-event.ts';

/** Blocks that are kept, a quarter of an hour of the network's. */
export const MOST_BLOCKS = 300;
/** Events that are kept in them: where blocks are full there are fewer blocks. */
export const MOST_EVENTS = 30_000;
/** Blocks read at once. */
const BATCH = 12;
/** Runtimes whose metadata is kept: the present one, and the one before an upgrade. */
const MOST_RUNTIMES = 2;

export interface LiveBlock extends Block {
  parentHash: string;
  events: readonly RecordEvent[];
}

/** Blocks in order and without a gap; none before the first were read. */
export type BlockWindow = readonly LiveBlock[];

export interface BlockFollower {
  /** There is a new head, or a new connection. Resolves when the window is up to date; rejects when it cannot be read. */
  catchUp(): Promise<void>;
  close(): void;
}

type Ask = Pick<NodeConnection, 'ask'>;

interface RawBlock {
  block: { header: { number: string; parentHash: string }; extrinsics: string[] };
}

/** The newest of the blocks, within both limits; always the last one. */
export const trimmed = (
  blocks: BlockWindow,
  mostBlocks = MOST_BLOCKS,
  mostEvents = MOST_EVENTS,
): BlockWindow => {
  let events = 0;
  let from = blocks.length;
  while (from > 0 && blocks.length - from < mostBlocks) {
    events += blocks[from - 1]?.events.length ?? 0;
    if (events > mostEvents && from < blocks.length) break;
    from -= 1;
  }
  return from === 0 ? blocks : blocks.slice(from);
};

/** Whether each is the child of the one before. */
const isLinked = (blocks: BlockWindow): boolean =>
  blocks.every(({ parentHash }, at) => at === 0 || parentHash === blocks[at - 1]?.hash);

const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => from + at);

/** Reads blocks with the metadata of the runtime that made each. */
const createBlockReader = ({ ask }: Ask) => {
  const readers = new Map<string, Promise<StorageReader>>();
  const readerAt = async (hash: string): Promise<StorageReader> => {
    const { specName, specVersion } = await ask<{ specName: string; specVersion: number }>(
      'state_getRuntimeVersion',
      hash,
    );
    const key = `${specName} ${specVersion}`;
    const known = readers.get(key);
    if (known !== undefined) return known;
    const made = createStorageReader({ ask }, hash);
    readers.set(key, made);
    made.catch(() => readers.delete(key));
    for (const oldest of readers.keys()) {
      if (readers.size <= MOST_RUNTIMES) break;
      readers.delete(oldest);
    }
    return made;
  };
  return async (hash: string): Promise<LiveBlock> => {
    const {
      block: { header, extrinsics },
    } = await ask<RawBlock>('chain_getBlock', hash);
    const number = Number(header.number);
    // The state after a block may already have the next runtime; its events are those of the one that made it.
    const reader = await readerAt(number === 0 ? hash : header.parentHash);
    return {
      number,
      hash,
      parentHash: header.parentHash,
      sizes: extrinsics.map((hex) => hex.length / 2 - 1),
      events: plainEvents(number, (await reader.value('system', 'events', hash)) ?? []),
    };
  };
};

/**
 * Follows the node's best chain. `onChange` gets every new window. Blocks before the first head are read backwards, as far
 * as the node still has their state.
 */
export const followBlocks = (
  { ask }: Ask,
  onChange: (blocks: BlockWindow) => void,
  mostBlocks = MOST_BLOCKS,
  mostEvents = MOST_EVENTS,
): BlockFollower => {
  const readBlock = createBlockReader({ ask });
  let blocks: BlockWindow = [];
  let isClosed = false;
  let isStale = false;
  /** Nothing before the first block can be had: it is the chain's first, or the node has dropped its state. */
  let isWhole = false;
  let running: Promise<void> | undefined;

  const publish = (next: BlockWindow) => {
    if (isClosed) return;
    blocks = next;
    onChange(blocks);
  };

  /** Blocks of these hashes in their order, a few at a time. */
  const readAll = async (hashes: readonly string[]): Promise<LiveBlock[]> => {
    const all: LiveBlock[] = [];
    for (let at = 0; at < hashes.length; at += BATCH) {
      all.push(...(await Promise.all(hashes.slice(at, at + BATCH).map(readBlock))));
    }
    return all;
  };

  const hashesOf = async (numbers: readonly number[]): Promise<string[]> => {
    const hashes = await ask<(string | null)[]>('chain_getBlockHash', numbers);
    return hashes.flatMap((hash) => hash ?? []);
  };

  /** Goes forth to the head, from the newest block that is still in its chain. */
  const forth = async (): Promise<void> => {
    const { number: head } = await ask<{ number: string }>('chain_getHeader').then((header) => ({
      number: Number(header.number),
    }));
    const first = Math.max(0, head - mostBlocks + 1);
    const known = blocks.filter(({ number }) => number >= first && number <= head);
    const from = known[0]?.number ?? Math.max(first, head - BATCH + 1);
    const hashes = await hashesOf(range(from, head));
    const same = known.findIndex(({ hash }, at) => hash !== hashes[at]);
    const kept = same < 0 ? known : known.slice(0, same);
    const fresh = await readAll(hashes.slice(kept.length));
    const next = [...kept, ...fresh];
    // Another head was chosen between the questions: the next one is on its way.
    if (!isLinked(next)) return;
    if (kept.length === 0) isWhole = false;
    if (fresh.length > 0 || kept.length < blocks.length) {
      publish(trimmed(next, mostBlocks, mostEvents));
    }
  };

  /** Goes back some blocks. */
  const back = async (): Promise<void> => {
    const [oldest] = blocks;
    const room = mostBlocks - blocks.length;
    if (oldest === undefined || isWhole || room <= 0) return;
    const from = Math.max(0, oldest.number - Math.min(BATCH, room));
    const numbers = range(from, oldest.number - 1);
    if (numbers.length === 0) {
      isWhole = true;
      return;
    }
    const read = await readAll(await hashesOf(numbers)).catch((error: unknown) => {
      // A node that answers that it does not have them; a lost connection is another matter.
      if (error instanceof JsonRpcError) return undefined;
      throw error;
    });
    if (read === undefined || read.length < numbers.length) {
      isWhole = true;
      return;
    }
    const next = [...read, ...blocks];
    if (!isLinked(next)) return;
    const kept = trimmed(next, mostBlocks, mostEvents);
    if (kept.length < next.length) isWhole = true;
    publish(kept);
  };

  const hasRoom = (): boolean => !isWhole && blocks.length > 0 && blocks.length < mostBlocks;

  const run = async (): Promise<void> => {
    while (!isClosed && (isStale || hasRoom())) {
      if (isStale) {
        isStale = false;
        await forth();
      } else {
        const before = blocks.length;
        await back();
        if (blocks.length === before && !isStale) return;
      }
    }
  };

  return {
    catchUp: () => {
      isStale = true;
      running ??= run().finally(() => {
        running = undefined;
      });
      return running;
    },
    close: () => {
      isClosed = true;
    },
  };
};
