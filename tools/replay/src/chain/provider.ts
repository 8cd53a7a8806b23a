/** A replayed chain as a node would show it, for clients that know how to talk to nodes. */
import { EventEmitter } from 'node:events';
import type {
  ProviderInterface,
  ProviderInterfaceCallback,
  ProviderInterfaceEmitCb,
  ProviderInterfaceEmitted,
} from '@polkadot/rpc-provider/types';
import { fromHex, type Hex, readCompact, toHex } from '../bytes.ts';
import { runtimeOf } from '../runtime/runtime.ts';
import type { State } from '../trie/state.ts';
import { hashOfHeader, type RecordedBlock } from './block.ts';
import { versionOf } from './version.ts';

/** A block with the state after it. */
export interface ShownBlock extends RecordedBlock {
  after: State;
}

export interface ShownChain {
  readonly provider: ProviderInterface;
  /** Makes a block the newest; it is final at once. */
  show(block: ShownBlock): void;
}

/** States of so many blocks are kept: older ones cannot be asked about. */
const KEPT = 64;

/** The block's state is not kept, or there is no such block. */
export class NotShown extends Error {
  override readonly name = 'NotShown';
}

const headerOf = ({ number, header }: RecordedBlock) => ({
  parentHash: header.parentHash,
  number: `0x${number.toString(16)}`,
  stateRoot: header.stateRoot,
  extrinsicsRoot: header.extrinsicsRoot,
  digest: { logs: header.digest },
});

const value = (state: State, key: string): Hex | null => {
  const bytes = state.get(key.slice(2));
  return bytes === undefined ? null : toHex(bytes);
};

const CODE = '3a636f6465';

/** What clients may subscribe to. */
const SUBSCRIPTIONS: readonly string[] = [
  'chain_subscribeNewHeads',
  'chain_unsubscribeNewHeads',
  'chain_subscribeFinalizedHeads',
  'chain_unsubscribeFinalizedHeads',
  'state_subscribeRuntimeVersion',
  'state_unsubscribeRuntimeVersion',
];

/**
 * Shows a chain from its first block on. `name` and `properties` are what a node says of it.
 */
export const createShownChain = (
  first: ShownBlock,
  { name, properties }: { name: string; properties: Readonly<Record<string, unknown>> },
): ShownChain => {
  const emitter = new EventEmitter();
  const blocks = new Map<Hex, RecordedBlock>();
  const states = new Map<Hex, State>();
  const byNumber = new Map<number, Hex>();
  const metadata = new WeakMap<Uint8Array, Hex>();
  const heads = new Map<string, { type: string; callback: ProviderInterfaceCallback }>();
  let newest = first;
  let subscriptions = 0;

  const remember = (block: ShownBlock) => {
    newest = block;
    // The same header has two hashes where the chain's maker gave its genesis one of its own.
    for (const hash of new Set([hashOfHeader(block.number, block.header), block.hash])) {
      blocks.set(hash, block);
      states.set(hash, block.after);
      byNumber.set(block.number, hash);
    }
    for (const oldest of states.keys()) {
      if (states.size <= KEPT) break;
      states.delete(oldest);
    }
  };
  remember(first);

  const blockAt = (hash?: Hex | null): RecordedBlock | undefined =>
    hash === undefined || hash === null ? newest : blocks.get(hash);

  const stateAt = (hash?: Hex | null): State => {
    const state = hash === undefined || hash === null ? newest.after : states.get(hash);
    if (state === undefined) throw new NotShown(`the state of block ${hash} is not kept`);
    return state;
  };

  const metadataOf = (state: State): Hex => {
    const code = state.get(CODE) ?? new Uint8Array();
    const known = metadata.get(code);
    if (known !== undefined) return known;
    const { result } = runtimeOf(state).call(state, 'Metadata_metadata', new Uint8Array());
    const shown = toHex(result.subarray(readCompact(result).size));
    metadata.set(code, shown);
    return shown;
  };

  const keysPaged = (state: State, prefix: string, count: number, from?: string | null) => {
    const start = prefix.slice(2);
    const keys: Hex[] = [];
    let key: string | undefined =
      from !== undefined && from !== null && from.slice(2) > start
        ? state.after(from.slice(2))
        : state.get(start) === undefined
          ? state.after(start)
          : start;
    for (; keys.length < count && key?.startsWith(start); key = state.after(key)) {
      keys.push(`0x${key}`);
    }
    return keys;
  };

  const answers: Record<string, (...params: never[]) => unknown> = {
    rpc_methods: () => ({ methods: [...Object.keys(answers), ...SUBSCRIPTIONS] }),
    system_chain: () => name,
    system_name: () => 'replay',
    system_version: () => '0',
    system_chainType: () => 'Development',
    system_properties: () => properties,
    system_health: () => ({ peers: 0, isSyncing: false, shouldHavePeers: false }),
    chain_getBlockHash: (number?: number | null) =>
      number === undefined || number === null
        ? newest.hash
        : (byNumber.get(Number(number)) ?? null),
    chain_getFinalizedHead: () => newest.hash,
    chain_getHeader: (hash?: Hex) => {
      const block = blockAt(hash);
      return block === undefined ? null : headerOf(block);
    },
    chain_getBlock: (hash?: Hex) => {
      const block = blockAt(hash);
      return block === undefined
        ? null
        : {
            block: { header: headerOf(block), extrinsics: block.extrinsics },
            justifications: null,
          };
    },
    state_getMetadata: (hash?: Hex) => metadataOf(stateAt(hash)),
    state_getRuntimeVersion: (hash?: Hex) => {
      const state = stateAt(hash);
      return versionOf(runtimeOf(state), state);
    },
    state_getStorage: (key: string, hash?: Hex) => value(stateAt(hash), key),
    state_getStorageSize: (key: string, hash?: Hex) =>
      stateAt(hash).get(key.slice(2))?.length ?? null,
    state_queryStorageAt: (keys: string[], hash?: Hex) => [
      {
        block: hash ?? newest.hash,
        changes: keys.map((key) => [key, value(stateAt(hash), key)]),
      },
    ],
    state_getKeysPaged: (prefix: string, count: number, from?: string | null, hash?: Hex) =>
      keysPaged(stateAt(hash), prefix, count, from),
    state_call: (method: string, argument: string, hash?: Hex) => {
      const state = stateAt(hash);
      return toHex(runtimeOf(state).call(state, method, fromHex(argument)).result);
    },
  };
  // Nodes have them under both names.
  for (const name of ['Storage', 'RuntimeVersion', 'KeysPaged']) {
    const answer = answers[`state_get${name}`];
    if (answer !== undefined) answers[`state_get${name}At`] = answer;
  }

  const send = async <T>(method: string, params: unknown[]): Promise<T> => {
    const answer = answers[method] as ((...params: unknown[]) => unknown) | undefined;
    if (answer === undefined) throw new Error(`a replayed chain does not answer ${method}`);
    return answer(...params) as T;
  };

  const tell = (type: string, told: unknown) => {
    for (const { type: wanted, callback } of heads.values())
      if (wanted === type) callback(null, told);
  };

  const provider: ProviderInterface = {
    hasSubscriptions: true,
    isClonable: false,
    isConnected: true,
    clone: () => provider,
    connect: async () => undefined,
    disconnect: async () => {
      heads.clear();
    },
    on: (type: ProviderInterfaceEmitted, listener: ProviderInterfaceEmitCb) => {
      emitter.on(type, listener);
      if (type === 'connected') queueMicrotask(() => listener());
      return () => emitter.off(type, listener);
    },
    send,
    subscribe: async (type, method, _params, callback) => {
      subscriptions += 1;
      const id = String(subscriptions);
      heads.set(id, { type, callback });
      queueMicrotask(() => {
        if (method === 'state_subscribeRuntimeVersion') {
          callback(null, versionOf(runtimeOf(newest.after), newest.after) as never);
        } else if (type !== 'state_storage') {
          callback(null, headerOf(newest) as never);
        }
      });
      return id;
    },
    unsubscribe: async (_type, _method, id) => heads.delete(String(id)),
  };

  return {
    provider,
    show: (block) => {
      const code = newest.after.get(CODE);
      remember(block);
      for (const type of ['chain_newHead', 'chain_finalizedHead']) tell(type, headerOf(block));
      if (block.after.get(CODE) !== code) {
        tell('state_runtimeVersion', versionOf(runtimeOf(block.after), block.after));
      }
    },
  };
};
