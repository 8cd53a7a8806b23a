/**
 * The chain's heads, and waiting that is driven by blocks alone: no timers, so that it works the same on a network
 * with a slot time and on a chain whose blocks are made by hand.
 */
import type { ApiPromise } from '@polkadot/api';
import { DeadlineError } from './errors.ts';
import { AnswerError, headerAnswer, hexAnswer } from './node/answers.ts';
import { hashOf } from './node/header-hash.ts';
import type { Finality, HeadRef } from './types.ts';

/** What a look at a head found: the awaited thing, or a description of what is there instead. */
export type Look<T> = { found: T } | { seen: string };

export interface WaitOptions<T> {
  /** What is awaited, in words that complete "waited for …". */
  what: string;
  /** Blocks to wait at most, counted from the head at the call. */
  blocks: number;
  /** Which heads to look at. `best` by default. */
  finality?: Finality;
  /** Ends the wait with the signal's reason. */
  signal?: AbortSignal;
  /** Called for the present head and every later one, never concurrently. Heads may be skipped when it is slow. */
  look(head: HeadRef): Promise<Look<T>> | Look<T>;
}

export interface Heads {
  /** The newest head known. */
  current(finality: Finality): HeadRef;
  /** Calls back for the present head at once and for every later one. Returns the way to stop. */
  subscribe(finality: Finality, listener: (head: HeadRef) => void): () => void;
  /** The present head and later ones; a slow consumer sees the newest, not each. */
  follow(finality: Finality, signal?: AbortSignal): AsyncIterable<HeadRef>;
  /** Waits, block by block. Throws a `DeadlineError` with the last state seen. */
  waitFor<T>(options: WaitOptions<T>): Promise<T>;
  /** Ends both subscriptions. */
  stop(): void;
}

/** A header as a node answers it, with its hash; throws an `AnswerError` when it is none. */
const headOf = ({ registry }: ApiPromise, asked: string, answer: unknown): HeadRef => {
  const header = headerAnswer(asked, answer);
  if (header === undefined) throw new AnswerError(asked, 'there is none');
  return {
    number: header.number,
    hash: hashOf(registry, header),
    parentHash: header.parentHash,
  };
};

/** A source of heads over plain callbacks, apart from any connection. */
export const createHeadBook = (
  initial: Record<Finality, HeadRef>,
): Heads & { push(finality: Finality, head: HeadRef): void } => {
  const heads = { ...initial };
  const listeners: Record<Finality, Set<(head: HeadRef) => void>> = {
    best: new Set(),
    finalized: new Set(),
  };

  const subscribe: Heads['subscribe'] = (finality, listener) => {
    listeners[finality].add(listener);
    listener(heads[finality]);
    return () => listeners[finality].delete(listener);
  };

  async function* follow(finality: Finality, signal?: AbortSignal): AsyncGenerator<HeadRef> {
    let newest: HeadRef | undefined;
    let wake: (() => void) | undefined;
    const unsubscribe = subscribe(finality, (head) => {
      newest = head;
      wake?.();
    });
    const onAbort = () => wake?.();
    signal?.addEventListener('abort', onAbort);
    try {
      while (signal?.aborted !== true) {
        if (newest === undefined) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
          wake = undefined;
          continue;
        }
        const head = newest;
        newest = undefined;
        yield head;
      }
    } finally {
      unsubscribe();
      signal?.removeEventListener('abort', onAbort);
    }
  }

  const waitFor: Heads['waitFor'] = async ({ what, blocks, finality = 'best', signal, look }) => {
    const last = heads[finality].number + blocks;
    let seen = 'nothing';
    for await (const head of follow(finality, signal)) {
      const result = await look(head);
      if ('found' in result) return result.found;
      seen = result.seen;
      if (head.number >= last) throw new DeadlineError({ awaited: what, blocks, lastSeen: seen });
    }
    throw signal?.reason instanceof Error
      ? signal.reason
      : new Error(`stopped waiting for ${what}`);
  };

  return {
    current: (finality) => heads[finality],
    subscribe,
    follow,
    waitFor,
    push: (finality, head) => {
      heads[finality] = head;
      for (const listener of [...listeners[finality]]) listener(head);
    },
    stop: () => {
      listeners.best.clear();
      listeners.finalized.clear();
    },
  };
};

/**
 * Subscribes to both kinds of heads of a connected chain. Throws an `AnswerError` when the first are none; what the node
 * tells later and is no head is passed over.
 */
export const createHeads = async (api: ApiPromise): Promise<Heads> => {
  const { chain } = api.rpc;
  const asked = 'chain_getHeader';
  const [best, finalizedHash] = await Promise.all([
    chain.getHeader.raw<unknown>(),
    chain.getFinalizedHead.raw<unknown>(),
  ]);
  const finalized = await chain.getHeader.raw<unknown>(
    hexAnswer('chain_getFinalizedHead', finalizedHash, 32),
  );
  const book = createHeadBook({
    best: headOf(api, asked, best),
    finalized: headOf(api, asked, finalized),
  });
  const listen = (finality: Finality) => (answer: unknown) => {
    try {
      book.push(finality, headOf(api, `the subscription to ${finality} heads`, answer));
    } catch (error) {
      if (!(error instanceof AnswerError)) throw error;
    }
  };
  const unsubscribe = await Promise.all([
    chain.subscribeNewHeads.raw(listen('best')),
    chain.subscribeFinalizedHeads.raw(listen('finalized')),
  ]);
  return {
    ...book,
    stop: () => {
      book.stop();
      for (const stop of unsubscribe) stop();
    },
  };
};
