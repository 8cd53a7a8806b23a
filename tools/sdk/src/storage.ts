/**
 * Storage at a block's hash, decoded with the present runtime's metadata. Values travel undecoded, so that a read is
 * one round trip: the usual client asks for the header and the runtime version of every block first.
 */
import type { ApiPromise } from '@polkadot/api';
import type { ApiDecoration } from '@polkadot/api/types';
import type { StorageEntry } from '@polkadot/types/primitive/types';
import type { Codec } from '@polkadot/types/types';
import { unwrapStorageType } from '@polkadot/types/util';
import { hexToU8a } from '@polkadot/util';
import { AnswerError, changesAnswer, hexOrNothing, keysAnswer, MOST_KEYS } from './node/answers.ts';
import { decoded } from './node/decoded.ts';
import { demandWhole, storedType } from './node/encoded-length.ts';
import { type Plain, toPlain } from './plain.ts';
import type { Hex } from './types.ts';

/** Keys asked for at a time. */
const PAGE = 512;
/** Values asked for at a time: of the largest that a pallet stores, so many are within what an answer may have. */
const VALUES = 64;

/**
 * Elements in the lists of a stored value: each takes the usual client some 25 µs, and what pallets bound has far fewer. The
 * events of a block are read elsewhere.
 */
const MOST_ELEMENTS = 32_768;

/** Whom storage is asked of, and by whose types it is read: a client, or one with the types of the runtime at a block. */
export type StorageSource = Pick<ApiPromise, 'rpc'> &
  Pick<ApiDecoration<'promise'>, 'query' | 'registry'>;

const entryOf = (api: StorageSource, pallet: string, item: string) => {
  const entry = api.query[pallet]?.[item];
  if (entry === undefined) {
    throw new TypeError(`the chain’s runtime stores no ${pallet}.${item}; is it an older one?`);
  }
  return entry as typeof entry & { creator: StorageEntry };
};

/** What is asked for, in words. */
const nameOf = ({ creator }: { creator: StorageEntry }): string =>
  `the storage of ${creator.section}.${creator.method}`;

const decodeValue = (api: StorageSource, entry: { creator: StorageEntry }, value: Hex): Codec => {
  const asked = nameOf(entry);
  return decoded(asked, () => {
    const type = unwrapStorageType(api.registry, entry.creator.meta.type, false);
    // As bytes: a number given as hexadecimal text would be read as one, the other way round.
    const encoded = hexToU8a(value);
    // What is missing at the end would be read as zeros.
    demandWhole(asked, api.registry, storedType(entry.creator.meta.type), encoded, {
      elements: MOST_ELEMENTS,
    });
    const codec = api.registry.createTypeUnsafe(type, [encoded]) as Codec;
    // Of a set in which something is twice, one is left out.
    if (codec.encodedLength !== encoded.length) {
      throw new AnswerError(asked, `it has ${encoded.length} bytes, and not as many as it should`);
    }
    return codec;
  });
};

const readValue = async (
  api: StorageSource,
  at: Hex,
  entry: { creator: StorageEntry },
  key: string,
): Promise<Hex | undefined> =>
  hexOrNothing(nameOf(entry), await api.rpc.state.getStorage.raw<unknown>(key, at));

/** The values under some keys. Throws an `AnswerError` where one of them is not answered. */
const readValues = async (
  api: StorageSource,
  at: Hex,
  entry: { creator: StorageEntry },
  keys: readonly Hex[],
): Promise<Map<Hex, Hex | undefined>> => {
  const asked = nameOf(entry);
  const values = changesAnswer(
    asked,
    await api.rpc.state.queryStorageAt.raw<unknown>([...keys], at),
  );
  const isMissing = keys.some((key) => !values.has(key));
  if (isMissing) throw new AnswerError(asked, 'it lacks a key that was asked for');
  return values;
};

/** A value of a storage item, decoded; its default, or `undefined` when it has none and is not there. */
export const readCodec = async (
  api: StorageSource,
  at: Hex,
  pallet: string,
  item: string,
  ...keys: unknown[]
): Promise<Codec | undefined> => {
  const entry = entryOf(api, pallet, item);
  const value = await readValue(api, at, entry, entry.key(...keys));
  if (value !== undefined) return decodeValue(api, entry, value);
  const { meta } = entry.creator;
  return meta.modifier.isOptional ? undefined : decodeValue(api, entry, meta.fallback.toHex());
};

/** The same as plain JavaScript. */
export const readStorage = async (
  api: StorageSource,
  at: Hex,
  pallet: string,
  item: string,
  ...keys: unknown[]
): Promise<Plain> => {
  const codec = await readCodec(api, at, pallet, item, ...keys);
  return codec === undefined
    ? undefined
    : decoded(`the storage of ${pallet}.${item}`, () => toPlain(codec));
};

export interface StorageRow {
  /** All keys of the map, those given included. */
  keys: Plain[];
  value: Plain;
}

type Entry = ReturnType<typeof entryOf>;

/** The keys in storage of a map, or of those under its first keys. */
const storageKeys = async (
  api: StorageSource,
  at: Hex,
  entry: Entry,
  firstKeys: unknown[],
): Promise<Hex[]> => {
  const prefix = entry.keyPrefix(...firstKeys) as Hex;
  const asked = nameOf(entry);
  const found: Hex[] = [];
  for (;;) {
    const after = found.at(-1);
    const answer = await api.rpc.state.getKeysPaged.raw<unknown>(prefix, PAGE, after ?? prefix, at);
    const keys = keysAnswer(asked, answer, { prefix, page: PAGE, after });
    found.push(...keys);
    if (keys.length < PAGE) return found;
    if (found.length > MOST_KEYS) throw new AnswerError(asked, 'it has too many entries');
  }
};

const decodeKeys = (api: StorageSource, entry: Entry, key: Hex): Plain[] => {
  const asked = nameOf(entry);
  return decoded(asked, () => {
    const { meta, section, method } = entry.creator;
    const read = api.registry.createType('StorageKey', key);
    read.setMeta(meta, section, method);
    const keys = [...read.args];
    // Of a key that is cut off, or that ends later, something else would be read.
    if (entry.key(...keys) !== key) throw new AnswerError(asked, 'one of its keys is none');
    return keys.map((each) => toPlain(each));
  });
};

/** All keys of every entry of a map, or of those under its first keys: for maps whose values say nothing. */
export const readKeys = async (
  api: StorageSource,
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
  api: StorageSource,
  at: Hex,
  pallet: string,
  item: string,
  ...firstKeys: unknown[]
): Promise<StorageRow[]> => {
  const entry = entryOf(api, pallet, item);
  const keys = await storageKeys(api, at, entry, firstKeys);
  const rows: StorageRow[] = [];
  for (let first = 0; first < keys.length; first += VALUES) {
    const some = keys.slice(first, first + VALUES);
    const values = await readValues(api, at, entry, some);
    for (const key of some) {
      const value = values.get(key);
      if (value === undefined) continue;
      const codec = decodeValue(api, entry, value);
      rows.push({
        keys: decodeKeys(api, entry, key),
        value: decoded(nameOf(entry), () => toPlain(codec)),
      });
    }
  }
  return rows;
};
