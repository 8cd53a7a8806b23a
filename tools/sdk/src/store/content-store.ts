/** A store over several places: whatever comes out of it is what its address names. */
import type { Referee } from '@veritrace/referee';
import { type ContentAddress, isContent, mostBytes, nameOf } from './address.ts';
import { reasonOf, type StoreBackend, StoreError } from './backend.ts';

export interface ContentStore {
  /**
   * What an address names, from the first place that has it, checked against its hash. `undefined` when no place has it;
   * places that cannot be asked, or have something else there, are told to `onTrouble` and passed over.
   */
  get(address: ContentAddress, signal?: AbortSignal): Promise<Uint8Array | undefined>;
  /** Keeps content in every place that can be written. Throws a `StoreError` when it is not what the address names, or no place takes it. */
  put(address: ContentAddress, content: Uint8Array): Promise<void>;
}

export interface ContentStoreOptions {
  /** Places, in the order in which they are asked. */
  backends: readonly StoreBackend[];
  /** A place of one's own, asked before all others, that keeps what was got from them. */
  keep?: StoreBackend;
  referee: Pick<Referee, 'tensorRoot'>;
  /** Bytes kept in memory of what was got lately. 16 MiB by default; none with zero. */
  cacheBytes?: number;
  /** Told why a place was passed over. */
  onTrouble?: (error: StoreError) => void;
}

const CACHE_BYTES = 16 * 2 ** 20;

export const createContentStore = ({
  backends: others,
  keep,
  referee,
  cacheBytes = CACHE_BYTES,
  onTrouble = () => undefined,
}: ContentStoreOptions): ContentStore => {
  const backends = keep === undefined ? others : [keep, ...others];
  /** The least lately used first. */
  const cache = new Map<string, Uint8Array>();
  let cached = 0;

  /** A tensor of another shape has another root: the name says it all. */
  const remember = (address: ContentAddress, content: Uint8Array): void => {
    const name = nameOf(address);
    const old = cache.get(name);
    if (old !== undefined) {
      cache.delete(name);
      cached -= old.length;
    }
    if (content.length > cacheBytes) return;
    cache.set(name, content);
    cached += content.length;
    for (const [oldest, { length }] of cache) {
      if (cached <= cacheBytes) break;
      cache.delete(oldest);
      cached -= length;
    }
  };

  const ask = async (
    backend: StoreBackend,
    address: ContentAddress,
    signal: AbortSignal | undefined,
  ): Promise<Uint8Array | undefined> => {
    try {
      const content = await backend.read(address, mostBytes(address), signal);
      if (content === undefined || isContent(referee, address, content)) return content;
      throw new StoreError(
        `${backend.name} has something else as ${nameOf(address)}: ${content.length} bytes of another hash`,
      );
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      onTrouble(error);
      return undefined;
    }
  };

  const keepFrom = async (
    backend: StoreBackend,
    address: ContentAddress,
    content: Uint8Array,
  ): Promise<void> => {
    if (backend === keep) return;
    try {
      await keep?.write?.(address, content);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      onTrouble(error);
    }
  };

  return {
    get: async (address, signal) => {
      const known = cache.get(nameOf(address));
      // The address may be of another size than the one it was got by.
      if (known !== undefined && known.length <= mostBytes(address)) {
        remember(address, known);
        return known;
      }
      for (const backend of backends) {
        signal?.throwIfAborted();
        const content = await ask(backend, address, signal);
        if (content === undefined) continue;
        await keepFrom(backend, address, content);
        remember(address, content);
        return content;
      }
      return undefined;
    },
    put: async (address, content) => {
      if (!isContent(referee, address, content)) {
        throw new StoreError(`${content.length} bytes are not ${nameOf(address)}`);
      }
      const failures: StoreError[] = [];
      let isKept = false;
      for (const backend of backends) {
        if (backend.write === undefined) continue;
        try {
          await backend.write(address, content);
          isKept = true;
        } catch (error) {
          if (!(error instanceof StoreError)) throw error;
          failures.push(error);
        }
      }
      if (!isKept) {
        const why = failures.map(reasonOf).join('; ') || 'none of its places can be written';
        throw new StoreError(`${nameOf(address)} is kept nowhere: ${why}`);
      }
      failures.forEach(onTrouble);
      remember(address, new Uint8Array(content));
    },
  };
};
