/** A place that has content, or not. What it gives is not trusted: the store checks it. */
import type { ContentName } from './address.ts';

export interface StoreBackend {
  /** What it is called in messages: a folder, an address. No secrets. */
  readonly name: string;
  /**
   * The bytes under a name, as they are there; `undefined` when there are none. Never gives more than `maxBytes`. Throws
   * a `StoreError` when it cannot say, or would have to give more.
   */
  read(name: ContentName, maxBytes: number, signal?: AbortSignal): Promise<Uint8Array | undefined>;
  /** Keeps bytes under a name; absent where nothing can be written. Throws a `StoreError`. */
  write?(name: ContentName, content: Uint8Array): Promise<void>;
}

/** A place cannot be used: it is not reached, refuses, or has something other than content there. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}

/** The first words of an error, for a message of one's own. */
export const reasonOf = (cause: unknown): string =>
  cause instanceof Error && cause.message !== '' ? cause.message : String(cause);
