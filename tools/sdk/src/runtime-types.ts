/**
 * The types of a chain's runtimes: those of the present one are at hand; those of earlier ones are fetched when a block is
 * read that an earlier one executed, as someone has to who proves, after an upgrade, that a claim from before is a lie.
 */
import type { ApiPromise } from '@polkadot/api';
import type { Codec, Registry } from '@polkadot/types/types';
import { unwrapStorageType } from '@polkadot/types/util';
import { hexAnswer } from './node/answers.ts';
import { demandWhole, storedType } from './node/encoded-length.ts';
import { readMetadata } from './node/metadata.ts';
import type { Hex } from './types.ts';

/** How blocks are read that one version of the runtime executed. */
export interface RuntimeTypes {
  readonly registry: Registry;
  /** What is under `System.Events`. Throws when it is not the bytes of such, or not all of them. */
  decodeEvents(encoded: Uint8Array): Codec;
}

export interface TypesByVersion {
  /** Those of the version that executed the block. */
  of(version: number, block: Hex): Promise<RuntimeTypes>;
}

/** Earlier runtimes whose types are kept: a node may say that each block was executed by another one. */
const MOST_VERSIONS = 8;

const typesOf = (registry: Registry, events: Parameters<typeof unwrapStorageType>[1]) => {
  const type = unwrapStorageType(registry, events, false);
  return {
    registry,
    decodeEvents: (encoded: Uint8Array) => {
      demandWhole('the events of a block', registry, storedType(events), encoded);
      return registry.createTypeUnsafe(type, [encoded]) as Codec;
    },
  };
};

/** `parentOf` gives a block's parent, in whose state is the code that executed the block; of the genesis itself. */
export const createRuntimeTypes = (
  api: ApiPromise,
  parentOf: (block: Hex) => Promise<Hex>,
): TypesByVersion => {
  const earlier = new Map<number, Promise<RuntimeTypes>>();

  const fetch = async (block: Hex): Promise<RuntimeTypes> => {
    const encoded = await api.rpc.state.getMetadata.raw<unknown>(await parentOf(block));
    const { registry, query } = readMetadata(hexAnswer('state_getMetadata', encoded));
    const events = query.system?.events;
    if (events === undefined) throw new TypeError('a runtime of this chain stores no events');
    return typesOf(registry, events.meta.type);
  };

  return {
    of: (version, block) => {
      const present = api.query.system?.events;
      if (version === api.runtimeVersion.specVersion.toNumber() && present !== undefined) {
        return Promise.resolve(typesOf(api.registry, present.creator.meta.type));
      }
      const known = earlier.get(version);
      if (known !== undefined) return known;
      const fetched = fetch(block);
      earlier.set(version, fetched);
      fetched.catch(() => earlier.delete(version));
      for (const oldest of earlier.keys()) {
        if (earlier.size <= MOST_VERSIONS) break;
        earlier.delete(oldest);
      }
      return fetched;
    },
  };
};
