/** The raw genesis of a chain, made by the runtime itself: no node and no chain-spec builder needed. */
import {
  compactFromU8aLim,
  compactToU8a,
  hexToU8a,
  stringToU8a,
  u8aConcat,
  u8aToHex,
  u8aToString,
} from '@polkadot/util';
import { xxhashAsHex } from '@polkadot/util-crypto';
import { loadChopsticks } from './chopsticks.ts';
import {
  formatJson,
  isJsonObject,
  type Json,
  type JsonObject,
  mergeJson,
  parseJson,
} from './json.ts';

type Hex = `0x${string}`;

/** What a genesis is made from. */
export interface GenesisOptions {
  /** The runtime, compressed or not. */
  runtime: Uint8Array;
  /** A preset of the runtime. */
  preset: string;
  /** Merged over the preset. */
  patch?: JsonObject;
  /** Balances in smallest units by address; replace those the preset gives to the same addresses. */
  balances?: ReadonlyMap<string, bigint>;
  /** Milliseconds since 1970 at block zero. */
  timestamp: number;
}

/** A genesis with the configuration it came from. */
export interface RawGenesis {
  /** Storage, sorted by key, the runtime under `:code`. */
  top: Record<Hex, Hex>;
  config: JsonObject;
}

/** The runtime refused the configuration, or has no such preset. */
export class GenesisRefused extends Error {
  override readonly name = 'GenesisRefused';
}

/** Where the runtime is stored. */
export const CODE: Hex = '0x3a636f6465';

const nothing = () => Promise.resolve(undefined as never);
const emptyStorage = {
  getStorage: nothing,
  getNextKey: nothing,
  offchainGetStorage: nothing,
  offchainTimestamp: nothing,
  offchainRandomSeed: nothing,
  offchainSubmitTransaction: nothing,
};

const call = async (runtime: Hex, method: string, argument: Uint8Array) => {
  const { runTask } = await loadChopsticks();
  const response = await runTask(
    {
      wasm: runtime,
      calls: [[method, [u8aToHex(argument)]]],
      mockSignatureHost: false,
      allowUnresolvedImports: false,
      runtimeLogLevel: 0,
    },
    emptyStorage,
  );
  if ('Error' in response) throw new GenesisRefused(`${method}: ${response.Error}`);
  return response.Call;
};

const bytes = (content: Uint8Array): Uint8Array => u8aConcat(compactToU8a(content.length), content);

const text = (encoded: Uint8Array): string => {
  const [offset, length] = compactFromU8aLim(encoded);
  return u8aToString(encoded.subarray(offset, offset + length));
};

const readPreset = async (runtime: Hex, preset: string | undefined): Promise<JsonObject> => {
  const id =
    preset === undefined
      ? new Uint8Array([0])
      : u8aConcat(new Uint8Array([1]), bytes(stringToU8a(preset)));
  const { result } = await call(runtime, 'GenesisBuilder_get_preset', id);
  const answer = hexToU8a(result);
  if (answer[0] !== 1) throw new GenesisRefused(`the runtime has no preset "${preset}"`);
  const config: Json = parseJson(text(answer.subarray(1)));
  if (!isJsonObject(config)) throw new GenesisRefused(`the preset "${preset}" is not a map`);
  return config;
};

const withBalances = (config: JsonObject, balances: ReadonlyMap<string, bigint>): JsonObject => {
  const { balances: pallet } = config;
  const present = isJsonObject(pallet) && Array.isArray(pallet.balances) ? pallet.balances : [];
  const kept = present.filter(
    (entry) => !(Array.isArray(entry) && typeof entry[0] === 'string' && balances.has(entry[0])),
  );
  const added: Json[] = [...balances].map(([address, amount]) => [address, amount]);
  return {
    ...config,
    balances: { ...(isJsonObject(pallet) ? pallet : {}), balances: [...kept, ...added] },
  };
};

/** Storage of a pallet's plain value. */
export const storageKey = (pallet: string, item: string): Hex =>
  `0x${xxhashAsHex(pallet, 128).slice(2)}${xxhashAsHex(item, 128).slice(2)}`;

/** A preset of a runtime over its defaults. Throws a `GenesisRefused` when there is none. */
export const presetConfig = async (runtime: Uint8Array, preset: string): Promise<JsonObject> => {
  const code: Hex = u8aToHex(runtime);
  const merged = mergeJson(await readPreset(code, undefined), await readPreset(code, preset));
  if (!isJsonObject(merged)) throw new GenesisRefused(`the preset "${preset}" is not a map`);
  return merged;
};

/** Makes the genesis. Throws a `GenesisRefused` when the runtime does not take the configuration. */
export const buildRawGenesis = async ({
  runtime,
  preset,
  patch = {},
  balances = new Map(),
  timestamp,
}: GenesisOptions): Promise<RawGenesis> => {
  const code: Hex = u8aToHex(runtime);
  const merged = mergeJson(await presetConfig(runtime, preset), patch);
  if (!isJsonObject(merged)) throw new GenesisRefused('the configuration is not a map');
  const config = withBalances(merged, balances);
  const { result, storageDiff } = await call(
    code,
    'GenesisBuilder_build_state',
    bytes(stringToU8a(formatJson(config))),
  );
  const outcome = hexToU8a(result);
  if (outcome[0] !== 0)
    throw new GenesisRefused(`the runtime refused the genesis: ${text(outcome.subarray(1))}`);
  const now = new Uint8Array(new BigUint64Array([BigInt(timestamp)]).buffer);
  const storage = new Map<Hex, Hex>();
  for (const [key, value] of storageDiff) if (value !== null) storage.set(key, value);
  storage.set(CODE, code);
  storage.set(storageKey('Timestamp', 'Now'), u8aToHex(now));
  const top = Object.fromEntries([...storage].sort(([a], [b]) => (a < b ? -1 : 1)));
  return { top, config };
};
