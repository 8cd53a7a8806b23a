/**
 * Storage at a block's hash, decoded with the present runtime's metadata. Values travel undecoded, so that a read is
 * one round trip: the usual client asks for the header and the runtime version of every block first.
 */
import type { ApiPromise } from '@polkadot/api';
import type { StorageEntry } from '@polkadot/types/primitive/types';
import type { Codec } from '@polkadot/types/types';
import { unwrapStorageType } from '@polkadot/types/util';
import { hexToU8a } from '@polkadot/util';
import { type Plain, toPlain } from './plain.ts';
import type { Hex } from './types.ts';

/** Keys asked for at a time. */
const PAGE = 512;

const entryOf = (api: ApiPromise, pallet: string, item: string) => {
  const entry = api.query[pallet]?.[item];
  if (entry === undefined) {
    throw new TypeError(`the chain’s runtime stores no ${pallet}.${item}; is it an older one?`);
  }
  return entry as typeof entry & { creator: StorageEntry };
};

const decodeValue = (api: ApiPromise, entry: { creator: StorageEntry }, value: Hex): Codec => {
  const type = unwrapStorageType(api.registry, entry.creator.meta.type, false);
  // As bytes: a number given as hexadecimal text would be read as one, the other way round.
  return api.registry.createTypeUnsafe(type, [hexToU8a(value)]);
};

/** A value of a storage item, decoded; its default, or `undefined` when it has none and is not there. */
export const readCodec = async (
  api: ApiPromise,
  at: Hex,
  pallet: string,
  item: string,
  ...keys: unknown[]
): Promise<Codec | undefined> => {
  const entry = entryOf(api, pallet, item);
  const value = (await api.rpc.state.getStorage.raw(entry.key(...keys), at)) as unknown as
    | Hex
    | null
    | undefined;
  if (value !== null && value !== undefined) return decodeValue(api, entry, value);
  const { meta } = entry.creator;
  return meta.modifier.isOptional ? undefined : decodeValue(api, entry, meta.fallback.toHex());
};

/** The same as plain JavaScript. */
export const readStorage = async (
  api: ApiPromise,
  at: Hex,
  pallet: string,
  item: string,
  ...keys: unknown[]
): Promise<Plain> => {
  const codec = await readCodec(api, at, pallet, item, ...keys);
  return codec === undefined ? undefined : toPlain(codec);
};

export interface StorageRow {
  /** All keys of the map, those given included. */
  keys: Plain[];
  value: Plain;
}

type Entry = ReturnType<typeof entryOf>;

/** The keys in storage of a map, or of those under its first keys. */
const storageKeys = async (
  api: ApiPromise,
  at: Hex,
  entry: Entry,
  firstKeys: unknown[],
): Promise<Hex[]> => {
  const prefix = entry.keyPrefix(...firstKeys);
  const found: Hex[] = [];
  for (;;) {
    const last = found.at(-1);
    const keys = (await api.rpc.state.getKeysPaged.raw(
      prefix,
      PAGE,
      ...((last === undefined ? [prefix, at] : [last, at]) as [string, Hex]),
    )) as unknown as Hex[];
    found.push(...keys);
    if (keys.length < PAGE) return found;
  }
};

const decodeKeys = (api: ApiPromise, { creator }: Entry, key: Hex): Plain[] => {
  const decoded = api.registry.createType('StorageKey', key);
  decoded.setMeta(creator.meta, creator.section, creator.method);
  return decoded.args.map((each) => toPlain(each));
};

/** All keys of every entry of a map, or of those under its first keys: for maps whose values say nothing. */
export const readKeys = async (
  api: ApiPromise,
  at: Hex,
  pallet: string,
  item: string,
  ...firstKeys: unknown[]
): Promise<Plain[][]> => {
  const entry = entryOf(api, pallet, item);
  const keys = await storageKeys(api, at, entry, firstKeys);
  return keys.map((key) => decodeKeys(api, entry, key));
};

/** Every value of a map, or of those under its first keys. Only maps whose hashers keep the key can be listed. */
export const readEntries = async (
  api: ApiPromise,
  at: Hex,
  pallet: string,
  item: string,
  ...firstKeys: unknown[]
): Promise<StorageRow[]> => {
  const entry = entryOf(api, pallet, item);
  const rows: StorageRow[] = [];
  for (const key of await storageKeys(api, at, entry, firstKeys)) {
    const value = (await api.rpc.state.getStorage.raw(key, at)) as unknown as Hex | null;
    if (value === null) continue;
    rows.push({
      keys: decodeKeys(api, entry, key),
      value: toPlain(decodeValue(api, entry, value)),
    });
  }
  return rows;
};
