/**
 * Bytes of what goes on chain, counted while the checkout plays its demonstration: calls with the arguments they have
 * there, events, values in storage, and what is left in storage in the end. Beside them the smallest encoding of every
 * call, event and value there is, which grows with every field that is added.
 */
import { join } from 'node:path';
import type { ApiPromise } from '@polkadot/api';
import { GenericCall, Option, Vec } from '@polkadot/types';
import type { SiLookupTypeId } from '@polkadot/types/interfaces';
import type { Codec } from '@polkadot/types/types';
import { unwrapStorageType } from '@polkadot/types/util';
import { stringCamelCase, stringToU8a } from '@polkadot/util';
import { xxhashAsHex } from '@polkadot/util-crypto';
import {
  createEmbeddedDriver,
  type Driver,
  endEmbedded,
  loadScenario,
  play,
} from '@veritrace/harness';
import type { Collected, Collector } from './collector.ts';

const OURS = ['models', 'workers', 'inference', 'disputes', 'payouts'];

type Hex = `0x${string}`;

/** Largest value by name. */
export const createTally = () => {
  const largest = new Map<string, number>();
  return {
    largest,
    see: (name: string, bytes: number) =>
      void largest.set(name, Math.max(bytes, largest.get(name) ?? 0)),
  };
};

export type Tally = ReturnType<typeof createTally>;

const callsIn = (value: Codec): GenericCall[] => {
  if (value instanceof GenericCall) return [value, ...value.args.flatMap(callsIn)];
  if (value instanceof Option) return value.isSome ? callsIn(value.unwrap()) : [];
  if (value instanceof Vec) return [...value].flatMap((item) => callsIn(item as Codec));
  return [];
};

/** Encodings of values that have nothing in them: no elements, the first of alternatives, zeros. */
export const smallest = (api: ApiPromise, { see }: Tally): void => {
  const { registry } = api;
  const size = (type: string): number => registry.createTypeUnsafe(type, []).encodedLength;
  const nameOf = (id: SiLookupTypeId): string => registry.createLookupType(id);
  for (const pallet of registry.metadata.pallets) {
    const owner = stringCamelCase(pallet.name.toString());
    if (!OURS.includes(owner)) continue;
    for (const [kind, part] of [
      ['call', pallet.calls],
      ['event', pallet.events],
    ] as const) {
      if (part.isNone) continue;
      const { variants } = registry.lookup.getSiType(part.unwrap().type).def.asVariant;
      for (const { name, fields } of variants) {
        // Two bytes name the pallet and which of its calls or events it is.
        const bytes = [...fields].reduce((sum, { type }) => sum + size(nameOf(type)), 2);
        see(`${kind}/${owner}.${name}/smallest`, bytes);
      }
    }
    for (const { name, type } of pallet.storage.unwrapOrDefault().items) {
      see(
        `storage/${owner}.${stringCamelCase(name.toString())}/smallest`,
        size(unwrapStorageType(registry, type)),
      );
    }
  }
};

/** Names of storage items by the first 32 bytes of their keys. */
const itemsByPrefix = (api: ApiPromise): Map<string, string> =>
  new Map(
    api.registry.metadata.pallets.flatMap((pallet) => {
      const owner = stringCamelCase(pallet.name.toString());
      if (!OURS.includes(owner)) return [];
      const { prefix, items } = pallet.storage.unwrapOrDefault();
      return [...items].map(({ name }): [string, string] => {
        const hashes = [prefix, name].map((part) => xxhashAsHex(part.toString(), 128));
        return [
          `${hashes[0]}${hashes[1]?.slice(2)}`,
          `${owner}.${stringCamelCase(name.toString())}`,
        ];
      });
    }),
  );

const PAGE = 500;

const storageAt = async (api: ApiPromise, pallet: string, at: Hex): Promise<[Hex, number][]> => {
  const prefix = xxhashAsHex(stringToU8a(pallet), 128);
  const found: [Hex, number][] = [];
  for (let last = prefix; ; ) {
    const keys = await api.rpc.state.getKeysPaged(prefix, PAGE, last, at);
    for (const key of keys) {
      const value = await api.rpc.state.getStorage.raw(key, at);
      if (typeof value === 'string') found.push([key.toHex(), value.length / 2 - 1]);
    }
    const next = keys.at(-1)?.toHex();
    if (next === undefined || keys.length < PAGE) return found;
    last = next;
  }
};

/** Everything that was encoded in the blocks of a chain, from the first to its head. */
export const spent = async (api: ApiPromise, tally: Tally): Promise<void> => {
  const items = itemsByPrefix(api);
  const head = (await api.rpc.chain.getHeader()).number.toNumber();
  for (let number = 1; number <= head; number += 1) {
    const hash = await api.rpc.chain.getBlockHash(number);
    const { block } = await api.rpc.chain.getBlock(hash);
    for (const { method } of block.extrinsics) {
      for (const call of callsIn(method as unknown as Codec)) {
        const owner = call.section;
        if (OURS.includes(owner)) tally.see(`call/${owner}.${call.meta.name}`, call.encodedLength);
      }
    }
    const events = (await (await api.at(hash)).query.system?.events?.()) as unknown as Vec<
      Codec & { event: Codec & { section: string; method: string } }
    >;
    for (const { event } of events) {
      if (OURS.includes(event.section)) {
        tally.see(`event/${event.section}.${event.method}`, event.encodedLength);
      }
    }
    for (const pallet of api.registry.metadata.pallets) {
      const owner = stringCamelCase(pallet.name.toString());
      if (!OURS.includes(owner) || pallet.storage.isNone) continue;
      const stored = await storageAt(api, pallet.storage.unwrap().prefix.toString(), hash.toHex());
      for (const [key, bytes] of stored) {
        const item = items.get(key.slice(0, 66));
        if (item !== undefined) tally.see(`storage/${item}`, bytes);
      }
      if (number < head) continue;
      const left = stored.reduce((sum, [key, bytes]) => sum + key.length / 2 - 1 + bytes, 0);
      tally.see(`left/${owner}`, left);
    }
  }
};

export const encodings: Collector = async (root) => {
  const tally = createTally();
  const embedded = createEmbeddedDriver();
  // The chain is gone when the run is over: it is looked at just before.
  const driver: Driver = {
    ...embedded,
    start: async (options) => {
      const network = await embedded.start(options);
      let looked = false;
      return {
        ...network,
        stop: async () => {
          if (!looked) {
            looked = true;
            smallest(network.client.api, tally);
            await spent(network.client.api, tally);
          }
          await network.stop();
        },
      };
    },
  };
  const omitted: Collected['omitted'] = [];
  try {
    const scenario = await loadScenario(join(root, 'scenarios/demo.yaml'));
    const { passed, failure } = await play(scenario, { driver, seed: 1, record: undefined });
    if (!passed) {
      const reason = failure?.reason ?? 'an expectation or an invariant did not hold';
      omitted.push({ name: '', reason: `scenarios/demo.yaml did not pass: ${reason}` });
    }
  } finally {
    await endEmbedded();
  }
  const values = [...tally.largest].map(([name, value]) => ({ name, unit: 'bytes', value }));
  return { values: omitted.length > 0 ? [] : values, omitted };
};
