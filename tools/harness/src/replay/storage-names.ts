/** What a storage key is called, and its value decoded, by a runtime's metadata. */
import { expandMetadata, Metadata, TypeRegistry } from '@polkadot/types';
import type { StorageEntry } from '@polkadot/types/primitive/types';
import { unwrapStorageType } from '@polkadot/types/util';
import { type Digits, fromHex, readCompact, runtimeOf, type State, toHex } from '@veritrace/replay';
import { demandExtrinsic, demandWhole, type Plain, storedType, toPlain } from '@veritrace/sdk';

/** A key of the storage, decoded as far as its runtime knows it. */
export interface NamedKey {
  /** `pallet.item`, or a well-known key; the key itself when nobody knows it. */
  item: string;
  /** The keys of a map, where their hashers keep them. */
  keys: Plain[];
}

export interface StorageNames {
  registry: TypeRegistry;
  name(key: Digits): NamedKey;
  /** A value, decoded; as hex when nobody knows what it is. */
  value(key: Digits, bytes: Uint8Array): Plain;
  /** The events in a state, decoded. */
  events(state: State): { phase: string; event: string; data: unknown }[];
}

const WELL_KNOWN: Readonly<Record<Digits, string>> = {
  '3a636f6465': ':code',
  '3a686561707061676573': ':heappages',
  '3a65787472696e7369635f696e646578': ':extrinsic_index',
};

const EVENTS = '26aa394eea5630e07c48ae0c9558cef780d41e5e16056765bc8461851072c9d7';

/** Values longer than that are shown by their size. */
const MOST_BYTES = 4_096;

/** The metadata of a state's runtime. */
export const metadataOf = (state: State): `0x${string}` => {
  const { result } = runtimeOf(state).call(state, 'Metadata_metadata', new Uint8Array());
  return toHex(result.subarray(readCompact(result).size));
};

/** What the runtime of a state calls things. */
export const createStorageNames = (state: State, prefix: number): StorageNames => {
  const registry = new TypeRegistry();
  const metadata = new Metadata(registry, metadataOf(state));
  registry.setMetadata(metadata);
  registry.setChainProperties(
    registry.createType('ChainProperties', { ss58Format: prefix }) as never,
  );
  const { query } = expandMetadata(registry, metadata);
  const entries = new Map<Digits, StorageEntry>();
  for (const pallet of Object.values(query)) {
    for (const entry of Object.values(pallet)) {
      const key = Buffer.from(entry.keyPrefix()).toString('hex');
      if (key.length === 64) entries.set(key, entry);
    }
  }
  const entryOf = (key: Digits) => entries.get(key.slice(0, 64));

  const decodeKeys = (key: Digits, entry: StorageEntry): Plain[] => {
    try {
      const decoded = registry.createType('StorageKey', `0x${key}`);
      decoded.setMeta(entry.meta, entry.section, entry.method);
      return decoded.args.map((each) => toPlain(each));
    } catch {
      return [`0x${key.slice(64)}`];
    }
  };

  const decode = (key: Digits, bytes: Uint8Array) => {
    const entry = entryOf(key);
    if (entry === undefined) return undefined;
    demandWhole('a value', registry, storedType(entry.meta.type), bytes);
    const type = unwrapStorageType(registry, entry.meta.type, false);
    return registry.createTypeUnsafe(type, [bytes]);
  };

  return {
    registry,
    name: (key) => {
      const entry = entryOf(key);
      if (entry === undefined) return { item: WELL_KNOWN[key] ?? `0x${key}`, keys: [] };
      return {
        item: `${entry.section}.${entry.method}`,
        keys: key.length === 64 ? [] : decodeKeys(key, entry),
      };
    },
    value: (key, bytes) => {
      if (bytes.length > MOST_BYTES) return `${bytes.length} bytes`;
      try {
        const decoded = decode(key, bytes);
        return decoded === undefined ? toHex(bytes) : toPlain(decoded as never);
      } catch {
        return toHex(bytes);
      }
    },
    events: (after) => {
      const decoded = decode(EVENTS, after.get(EVENTS) ?? Uint8Array.of(0)) as unknown as
        | Iterable<{
            phase: { isApplyExtrinsic: boolean; asApplyExtrinsic: unknown; type: string };
            event: { section: string; method: string; data: { toHuman(): unknown } };
          }>
        | undefined;
      return [...(decoded ?? [])].map(({ phase, event }) => ({
        phase: phase.isApplyExtrinsic ? `extrinsic ${phase.asApplyExtrinsic}` : phase.type,
        event: `${event.section}.${event.method}`,
        data: event.data.toHuman(),
      }));
    },
  };
};

/** An extrinsic, decoded. */
export interface ShownExtrinsic {
  call: string;
  signer: string | undefined;
  arguments: unknown;
}

/** Decodes an extrinsic; as hex when it is of another runtime. */
export const showExtrinsic = (registry: TypeRegistry, bytes: `0x${string}`): ShownExtrinsic => {
  try {
    const encoded = fromHex(bytes);
    demandExtrinsic(registry, encoded);
    const { method, isSigned, signer } = registry.createType('Extrinsic', encoded);
    return {
      call: `${method.section}.${method.method}`,
      signer: isSigned ? signer.toString() : undefined,
      arguments: (method.toHuman() as { args?: unknown }).args,
    };
  } catch {
    return { call: 'unknown', signer: undefined, arguments: bytes };
  }
};
