/**
 * One picture of a chain out of several nodes: heads are those of one node, and of another one when that is lost or does
 * not keep up; what is final is what any node says is final.
 */
import type { BlockRef, Finality, HeadRef, Heads, Hex } from '@veritrace/sdk';
import { ChainStalled, type Hearsay } from '../drivers/driver.ts';

/** A node that is listened to. */
export interface Source {
  /** What it is called in messages: its address. */
  name: string;
  heads: Pick<Heads, 'current' | 'subscribe'>;
  isConnected(): boolean;
}

export interface View {
  /** Which of the sources is listened to, counted from zero. */
  active(): number;
  /** The sources, the active one first. */
  order(): number[];
  current(finality: Finality): HeadRef;
  /** When any node first told of a block. */
  heard(block: BlockRef): Hearsay;
  /**
   * Resolves as soon as `look` finds something, asked now and whenever a head is new. Rejects with a `ChainStalled` when
   * there is no new block for too long, and with the signal's reason.
   */
  until<T>(look: () => T | undefined, awaited: string, signal?: AbortSignal): Promise<T>;
  /** Calls back whenever a head is new. Returns the way to stop. */
  onChange(listener: () => void): () => void;
  /** Tells everyone who waits to look again. */
  poke(): void;
  stop(): void;
}

/** Blocks by which the active node may be behind another one before that one is listened to. */
const BEHIND = 3;

/** How many heads are remembered with the time they were heard of. */
const REMEMBERED = 4_096;

/** Heads with the times they were first heard of, oldest first. */
const createHearing = () => {
  const kept: { number: number; hash: Hex; at: number }[] = [];
  return {
    has: (hash: Hex) => kept.some((one) => one.hash === hash),
    add: ({ number, hash }: HeadRef, at: number) => {
      kept.push({ number, hash, at });
      if (kept.length > REMEMBERED) kept.shift();
    },
    /** When this block, or where it was no head itself the first one above it, was heard of. */
    of: ({ number, hash }: BlockRef) =>
      (kept.find((one) => one.hash === hash) ?? kept.find((one) => one.number >= number))?.at,
  };
};

export const createView = (
  sources: readonly [Source, ...Source[]],
  { stallMs, now = Date.now }: { stallMs: number; now?: () => number },
): View => {
  const listeners = new Set<() => void>();
  const hearing = { best: createHearing(), finalized: createHearing() };
  let active = 0;
  let finalized = sources[0].heads.current('finalized');
  let newest = now();
  let newestBlock = sources[0].heads.current('best');

  const source = (index: number): Source => sources[index] ?? sources[0];
  const bestOf = (index: number): HeadRef => source(index).heads.current('best');

  /** Listens to another node when the present one is lost or far behind. */
  const choose = (): void => {
    const others = sources
      .map((_source, index) => index)
      .filter((index) => index !== active && source(index).isConnected())
      .sort((a, b) => bestOf(b).number - bestOf(a).number);
    const [other] = others;
    if (other === undefined) return;
    const ahead = bestOf(other).number - bestOf(active).number;
    if (!source(active).isConnected() || ahead >= BEHIND) active = other;
  };

  const poke = (): void => {
    choose();
    for (const listener of [...listeners]) listener();
  };

  const stops = sources.flatMap(({ heads }) => [
    heads.subscribe('best', (head) => {
      if (!hearing.best.has(head.hash)) {
        hearing.best.add(head, now());
        newest = now();
        newestBlock = head;
      }
      poke();
    }),
    heads.subscribe('finalized', (head) => {
      if (!hearing.finalized.has(head.hash)) hearing.finalized.add(head, now());
      if (head.number > finalized.number) finalized = head;
      poke();
    }),
  ]);

  const stalled = (awaited: string): ChainStalled =>
    new ChainStalled(
      `no new block for ${Math.round((now() - newest) / 1000)} s while waiting for ${awaited}: the last is ` +
        `#${newestBlock.number} ${newestBlock.hash}, heard at ${new Date(newest).toISOString()}; finalized is ` +
        `#${finalized.number}. Nodes: ${sources
          .map(
            ({ name, isConnected }, index) =>
              `${name} ${isConnected() ? `at #${bestOf(index).number}` : 'not connected'}`,
          )
          .join(', ')}. See that enough validators run and reach each other.`,
    );

  const until: View['until'] = (look, awaited, signal) =>
    new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      const end = (finish: () => void) => {
        listeners.delete(again);
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        finish();
      };
      const onAbort = () => end(() => reject(signal?.reason));
      const watch = () => {
        const left = newest + stallMs - now();
        if (left <= 0) end(() => reject(stalled(awaited)));
        else timer = setTimeout(watch, left);
      };
      const again = () => {
        try {
          const found = look();
          if (found !== undefined) end(() => resolve(found));
        } catch (error) {
          end(() => reject(error));
        }
      };
      if (signal?.aborted === true) {
        reject(signal.reason);
        return;
      }
      listeners.add(again);
      signal?.addEventListener('abort', onAbort);
      again();
      if (listeners.has(again)) watch();
    });

  return {
    active: () => active,
    order: () => [
      active,
      ...sources.map((_source, index) => index).filter((index) => index !== active),
    ],
    current: (finality) => (finality === 'best' ? bestOf(active) : finalized),
    heard: (block) => ({
      best: hearing.best.of(block),
      finalized: hearing.finalized.of(block),
    }),
    until,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    poke,
    stop: () => {
      for (const stop of stops) stop();
    },
  };
};
