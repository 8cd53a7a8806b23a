/** Waiting for something to come to pass, with a deadline, and with words for when it does not. */
import { setTimeout as pause } from 'node:timers/promises';
import { NetworkTimeout } from '../types.ts';

/** What a look found: that it came to pass, with what came of it, or how far things are. */
export type Look<T> = { done: T } | { seen: string };

export interface UntilOptions {
  /** What is awaited, for the message: `bob to answer`. */
  what: string;
  deadlineMs: number;
  signal?: AbortSignal | undefined;
  /** Milliseconds between looks. */
  everyMs?: number;
  /** Told whenever something else is seen than before. */
  onSeen?: ((seen: string) => void) | undefined;
}

/**
 * Looks until it came to pass. Throws a `NetworkTimeout` that says what was awaited and what was seen last, or what
 * `look` throws, or the signal's reason.
 */
export const until = async <T>(
  look: () => Promise<Look<T>> | Look<T>,
  { what, deadlineMs, signal, everyMs = 200, onSeen }: UntilOptions,
): Promise<T> => {
  const ends = performance.now() + deadlineMs;
  let last = 'nothing';
  for (;;) {
    signal?.throwIfAborted();
    const found = await look();
    if ('done' in found) return found.done;
    if (found.seen !== last) onSeen?.(found.seen);
    last = found.seen;
    if (performance.now() >= ends) {
      throw new NetworkTimeout(
        `waited ${Math.round(deadlineMs / 1000)} s for ${what}; last seen: ${last}`,
      );
    }
    try {
      await pause(everyMs, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  }
};
