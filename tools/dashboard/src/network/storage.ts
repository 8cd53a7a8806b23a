/** The chain's storage by its own metadata: keys and values are decoded as the runtime declares them. */
import { QueryableStorage } from '@dedot/api';
import { $Metadata, PortableRegistry } from '@dedot/codecs';
import { hexToU8a } from '@dedot/utils';
import {
  AnswerError,
  changesAnswer,
  hexAnswer,
  hexOrNothing,
  keysAnswer,
} from '@veritrace/sdk/answers';
import { demandMetadata } from '@veritrace/sdk/scale';
import type { NodeConnection } from './rpc.ts';
import { createDemandWhole } from './whole-value.ts';

/** Keys asked for at once. */
const PAGE = 500;
/** Most entries of a map that the page reads: a node may go on without end. */
const MOST_KEYS = 100_000;

export interface StorageReader {
  /** Every entry of a map at a block; nothing where the runtime has no such map. */
  entries(pallet: string, item: string, at: string): Promise<{ key: unknown; value: unknown }[]>;
  value(pallet: string, item: string, at: string): Promise<unknown>;
}

/** Metadata of whatever node it is: the decoder goes on past the end of it, for as long as there is memory. */
const decodeMetadata = (encoded: `0x${string}`) => {
  const bytes = hexToU8a(encoded);
  try {
    demandMetadata(bytes);
    return $Metadata.tryDecode(bytes);
  } catch (cause) {
    throw new AnswerError('state_getMetadata', 'it does not decode', { cause });
  }
};

/** Reads the metadata once, that of the block `at` or of the newest: after an upgrade of the runtime a new reader is due. */
export const createStorageReader = async (
  { ask }: Pick<NodeConnection, 'ask'>,
  at?: string,
): Promise<StorageReader> => {
  const encoded = hexAnswer(
    'state_getMetadata',
    await (at === undefined
      ? ask<unknown>('state_getMetadata')
      : ask<unknown>('state_getMetadata', at)),
  );
  const registry = new PortableRegistry(decodeMetadata(encoded).latest);
  const demandWhole = createDemandWhole(registry);
  const decode = (asked: string, storage: QueryableStorage, value: `0x${string}`): unknown => {
    demandWhole(asked, storage.storageEntry.storageType.value.valueTypeId, value);
    return storage.decodeValue(value);
  };
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
      const prefix = storage.prefixKey;
      const asked = `state_getKeysPaged of ${pallet}.${item}`;
      const keys: `0x${string}`[] = [];
      for (;;) {
        const after = keys.at(-1);
        const answer = await ask<unknown>('state_getKeysPaged', prefix, PAGE, after ?? null, at);
        const page = keysAnswer(asked, answer, { prefix, page: PAGE, after });
        keys.push(...page);
        if (page.length < PAGE) break;
        if (keys.length > MOST_KEYS) throw new AnswerError(asked, 'it has too many entries');
      }
      if (keys.length === 0) return [];
      const askedValues = `state_queryStorageAt of ${pallet}.${item}`;
      const values = changesAnswer(
        askedValues,
        await ask<unknown>('state_queryStorageAt', keys, at),
      );
      return keys.flatMap((key) => {
        const value = values.get(key);
        return value === undefined
          ? []
          : [{ key: storage.decodeKey(key), value: decode(askedValues, storage, value) }];
      });
    },
    value: async (pallet, item, at) => {
      const storage = open(pallet, item);
      if (storage === undefined) return undefined;
      const raw = await ask<unknown>('state_getStorage', storage.encodeKey(), at);
      const asked = `the storage of ${pallet}.${item}`;
      const value = hexOrNothing(asked, raw);
      return value === undefined ? storage.decodeValue(null) : decode(asked, storage, value);
    },
  };
};
