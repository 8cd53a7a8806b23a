/** What a runtime says of itself. */
import { readCompact, toHex } from '../bytes.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { State } from '../trie/state.ts';

/** As nodes tell it. */
export interface RuntimeVersion {
  specName: string;
  implName: string;
  authoringVersion: number;
  specVersion: number;
  implVersion: number;
  apis: [string, number][];
  transactionVersion: number;
  /** Of the whole system: states are hashed in version 1 from one on, extrinsics from two on. */
  stateVersion: number;
}

const known = new WeakMap<Runtime, RuntimeVersion>();

/** Asks a runtime for its version, once. */
export const versionOf = (runtime: Runtime, state: State): RuntimeVersion => {
  const version = known.get(runtime) ?? ask(runtime, state);
  known.set(runtime, version);
  return version;
};

const ask = (runtime: Runtime, state: State): RuntimeVersion => {
  const { result } = runtime.call(state, 'Core_version', new Uint8Array());
  const look = new DataView(result.buffer, result.byteOffset, result.byteLength);
  let at = 0;
  const length = () => {
    const { size, value } = readCompact(result.subarray(at));
    at += size;
    return value;
  };
  const text = () => {
    const end = length() + at;
    const read = new TextDecoder().decode(result.subarray(at, end));
    at = end;
    return read;
  };
  const number = () => {
    at += 4;
    return look.getUint32(at - 4, true);
  };
  const specName = text();
  const implName = text();
  const [authoringVersion, specVersion, implVersion] = [number(), number(), number()];
  const apis = Array.from({ length: length() }, (): [string, number] => {
    at += 8;
    return [toHex(result.subarray(at - 8, at)), number()];
  });
  const transactionVersion = number();
  return {
    specName,
    implName,
    authoringVersion,
    specVersion,
    implVersion,
    apis,
    transactionVersion,
    stateVersion: result[at] ?? 0,
  };
};
