/** The chain's storage by its own metadata: keys and values are decoded as the runtime declares them. */
import { QueryableStorage } from '@dedot/api';
import { $Metadata, PortableRegistry } from '@dedot/codecs';
import type { NodeConnection } from './rpc.ts';

/** Keys asked for at once. */
const PAGE = 500;

export interface StorageReader {
  /** Every entry of a map at a block; nothing where the runtime has no such map. */
  entries(pallet: string, item: string, at: string): Promise<{ key: unknown; value: unknown }[]>;
  value(pallet: string, item: string, at: string): Promise<unknown>;
}

/** Reads the metadata once, that of the block `at` or of the newest: after an upgrade of the runtime a new reader is due. */
export const createStorageReader = async (
  { ask }: Pick<NodeConnection, 'ask'>,
  at?: string,
): Promise<StorageReader> => {
  const metadata = $Metadata.tryDecode(
    await (at === undefined
      ? ask<string>('state_getMetadata')
      : ask<string>('state_getMetadata', at)),
  );
  const registry = new PortableRegistry(metadata.latest);
  const open = (pallet: string, item: string): QueryableStorage | undefined => {
    try {
      return new QueryableStorage(registry, pallet, item);
    } catch {
      return undefined;
    }
  };
  return {
    entries: async (pallet, item, at) => {
      const storage = open(pallet, item);
      if (storage === undefined) return [];
      const keys: string[] = [];
      for (;;) {
        const page = await ask<string[]>(
          'state_getKeysPaged',
          storage.prefixKey,
          PAGE,
          keys.at(-1) ?? null,
          at,
        );
        keys.push(...page);
        if (page.length < PAGE) break;
      }
      if (keys.length === 0) return [];
      const [answer] = await ask<{ changes: [string, string | null][] }[]>(
        'state_queryStorageAt',
        keys,
        at,
      );
      return (answer?.changes ?? []).flatMap(([key, value]) =>
        value === null
          ? []
          : [
              {
                key: storage.decodeKey(key as `0x${string}`),
                value: storage.decodeValue(value as `0x${string}`),
              },
            ],
      );
    },
    value: async (pallet, item, at) => {
      const storage = open(pallet, item);
      if (storage === undefined) return undefined;
      const raw = await ask<string | null>('state_getStorage', storage.encodeKey(), at);
      return storage.decodeValue(raw as `0x${string}` | null);
    },
  };
};
