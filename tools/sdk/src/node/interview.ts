/**
 * What a client is built from, asked of a node and looked at first: who runs the node may answer anything, and the usual
 * client takes it for true, or ends the process.
 */

import type { ProviderInterface } from '@polkadot/rpc-provider/types';
import { type GenericChainProperties, TypeRegistry } from '@polkadot/types';
import { compactFromU8aLim, hexToU8a, u8aToHex } from '@polkadot/util';
import { blake2AsHex, encodeAddress } from '@polkadot/util-crypto';
import {
  AnswerError,
  hexAnswer,
  objectAnswer,
  textAnswer,
  type VersionAnswer,
  versionAnswer,
} from './answers.ts';
import { decoded } from './decoded.ts';
import { createKeyLists } from './key-lists.ts';
import { demandWholeMetadata, readMetadata } from './metadata.ts';

type Hex = `0x${string}`;
type Ask = (method: string, params: unknown[]) => Promise<unknown>;

/** What a client needs to know of a chain before it can read anything. */
export interface Interview {
  genesisHash: Hex;
  version: VersionAnswer;
  metadata: Hex;
  /** Answers by method, as they were given, so that the client is built from what was looked at. */
  answers: ReadonlyMap<string, unknown>;
}

/** Versions of metadata that the client reads, best first. */
const READABLE = [16, 15, 14];
/** The runtime's interface that gives out metadata of a certain version, and the version since which it does. */
const METADATA_API = blake2AsHex('Metadata', 64);
const BY_VERSION = 2;
const AT_VERSION = 'Metadata_metadata_at_version';

/** What the client asks: methods that a node does not list, the usual client does not have. */
export const NEEDED_METHODS = [
  'chain_getBlock',
  'chain_getBlockHash',
  'chain_getFinalizedHead',
  'chain_getHeader',
  'chain_subscribeFinalizedHeads',
  'chain_subscribeNewHeads',
  'state_call',
  'state_getKeysPaged',
  'state_getMetadata',
  'state_getStorage',
  'state_queryStorageAt',
];

/** Methods that a node lists at most. */
const MOST_METHODS = 10_000;

/** The bytes of an optional byte string. */
const unwrapped = (asked: string, answer: unknown): Hex | undefined => {
  const encoded = hexToU8a(hexAnswer(asked, answer));
  if (encoded[0] !== 1) return undefined;
  const [size, length] = compactFromU8aLim(encoded.subarray(1));
  const inside = encoded.subarray(1 + size);
  if (inside.length !== length) throw new AnswerError(asked, 'it is cut off');
  return u8aToHex(inside);
};

/** The runtime's metadata, of the best version that it has and the client reads; demands that it can be read. */
const bestMetadata = async (ask: Ask, { apis }: VersionAnswer): Promise<Hex> => {
  const offers = apis.some(([id, version]) => id === METADATA_API && version >= BY_VERSION);
  const best = async (): Promise<Hex | undefined> => {
    const listed = hexToU8a(
      hexAnswer(
        'Metadata_metadata_versions',
        await ask('state_call', ['Metadata_metadata_versions', '0x']),
      ),
    );
    const view = new DataView(listed.buffer, listed.byteOffset, listed.byteLength);
    const versions = Array.from({ length: Math.floor((listed.length - 1) / 4) }, (_, index) =>
      view.getUint32(1 + 4 * index, true),
    );
    const version = READABLE.find((one) => versions.includes(one));
    if (version === undefined) return undefined;
    const wanted = u8aToHex(Uint8Array.of(version, 0, 0, 0));
    return unwrapped(AT_VERSION, await ask('state_call', [AT_VERSION, wanted]));
  };
  const metadata =
    (offers ? await best() : undefined) ??
    hexAnswer('state_getMetadata', await ask('state_getMetadata', []));
  readMetadata(metadata);
  return metadata;
};

/** Asks a node all that a client is built from. Throws an `AnswerError` at the first thing that is not as it should be. */
export const interview = async (ask: Ask): Promise<Interview> => {
  const answers = new Map<string, unknown>();
  const [genesis, version, chain, properties, methods] = await Promise.all(
    (
      [
        ['chain_getBlockHash', [0]],
        ['state_getRuntimeVersion', []],
        ['system_chain', []],
        ['system_properties', []],
        ['rpc_methods', []],
      ] as [string, unknown[]][]
    ).map(async ([method, params]) => {
      const answer = await ask(method, params);
      answers.set(method, answer);
      return answer;
    }),
  );
  const genesisHash = hexAnswer('chain_getBlockHash', genesis, 32);
  const runtime = versionAnswer('state_getRuntimeVersion', version);
  textAnswer('system_chain', chain);
  const listed: unknown = objectAnswer('rpc_methods', methods).methods;
  if (
    !Array.isArray(listed) ||
    listed.length > MOST_METHODS ||
    !listed.every((one) => typeof one === 'string')
  ) {
    throw new AnswerError('rpc_methods', 'it is no list of methods');
  }
  const missing = NEEDED_METHODS.filter((method) => !listed.includes(method));
  if (missing.length > 0) {
    throw new AnswerError('rpc_methods', `it lacks ${missing.join(', ')}`);
  }
  demandTypes(version, objectAnswer('system_properties', properties));
  return {
    genesisHash,
    version: runtime,
    metadata: await bestMetadata(ask, runtime),
    answers,
  };
};

/** What the client makes of a version and of properties, made once before, so that it is known to work. */
const demandTypes = (version: unknown, properties: Record<string, unknown>): void => {
  const registry = new TypeRegistry();
  decoded('state_getRuntimeVersion', () => registry.createType('RuntimeVersion', version));
  decoded('system_properties', () => {
    registry.setChainProperties(
      registry.createType('ChainProperties', properties) as GenericChainProperties,
    );
    encodeAddress(new Uint8Array(32), registry.chainSS58 ?? 42);
  });
};

/** Metadata that the client asks for by itself, that of the runtimes of earlier blocks: looked at before it gets it. */
const demandSound = (method: string, params: readonly unknown[], answer: unknown): void => {
  const isAtVersion = method === 'state_call' && params[0] === AT_VERSION;
  if (method !== 'state_getMetadata' && !isAtVersion) return;
  const metadata = isAtVersion ? unwrapped(AT_VERSION, answer) : hexAnswer(method, answer);
  if (metadata !== undefined) demandWholeMetadata(metadata);
};

/**
 * The provider as a client gets it. What was looked at in the interview is answered from there until `built`; and of another
 * runtime the client hears when its metadata is there and can be read, since it does not survive one that cannot.
 */
export const steadied = (
  provider: ProviderInterface,
  { version, answers }: Interview,
): { provider: ProviderInterface; built(): void } => {
  const kept = new Map(answers);
  const look = createKeyLists();
  let known = version.specVersion;
  /** Of the runtime that the client is about to hear of. */
  const prepared: Hex[] = [];

  const prepare = async (answer: unknown): Promise<void> => {
    const told = versionAnswer('state_subscribeRuntimeVersion', answer);
    decoded('state_subscribeRuntimeVersion', () =>
      new TypeRegistry().createType('RuntimeVersion', answer),
    );
    if (told.specVersion === known) return;
    const asked = 'state_getMetadata';
    const metadata = hexAnswer(asked, await provider.send<unknown>(asked, []));
    readMetadata(metadata);
    prepared.splice(0, prepared.length, metadata);
    known = told.specVersion;
  };

  const subscribe: ProviderInterface['subscribe'] = (type, method, params, callback) => {
    if (method !== 'state_subscribeRuntimeVersion') {
      return provider.subscribe(type, method, params, callback);
    }
    const told = provider.subscribe(type, method, params, (error, answer: unknown) => {
      if (error !== null) callback(error, undefined);
      else
        prepare(answer).then(
          () => callback(null, answer),
          (reason: Error) => callback(reason, undefined),
        );
    });
    // Nobody listens to a refusal, which would end the process. Where upgrades are not told, the next connection sees them.
    return told.catch(() => new Promise<never>(() => undefined));
  };

  const send: ProviderInterface['send'] = async (method, params, ...rest) => {
    const isOfNow = params.length === 0 || (method === 'chain_getBlockHash' && params[0] === 0);
    if (isOfNow && kept.has(method)) return kept.get(method) as never;
    const metadata = method === 'state_getMetadata' && isOfNow ? prepared.pop() : undefined;
    if (metadata !== undefined) return metadata as never;
    const answer = await provider.send<unknown>(method, params, ...rest);
    if (method === 'state_getKeysPaged') return look(params, answer) as never;
    demandSound(method, params, answer);
    return answer as never;
  };

  return {
    built: () => kept.clear(),
    provider: {
      hasSubscriptions: provider.hasSubscriptions,
      isClonable: false,
      get isConnected() {
        return provider.isConnected;
      },
      clone: () => provider.clone(),
      connect: () => provider.connect(),
      disconnect: () => provider.disconnect(),
      on: (type, listener) => provider.on(type, listener),
      send,
      subscribe,
      unsubscribe: (type, method, id) => provider.unsubscribe(type, method, id),
    },
  };
};
