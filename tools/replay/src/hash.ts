/** The hashes of a chain. They run in wasm, which must be ready: see `ready`. */
import { createHash } from 'node:crypto';
import { init } from '@bokuweb/zstd-wasm';
import { blake2AsU8a, cryptoWaitReady, keccakAsU8a, xxhashAsU8a } from '@polkadot/util-crypto';

let loading: Promise<unknown> | undefined;

/**
 * Resolves when hashes and signatures can be computed, and runtimes decompressed. Loads once: a decompressor that is loaded
 * again gives zeros.
 */
export const ready = async (): Promise<void> => {
  loading ??= Promise.all([cryptoWaitReady(), init()]);
  await loading;
};

export const blake2 = (data: Uint8Array, bits: 128 | 256 = 256): Uint8Array =>
  blake2AsU8a(data, bits);
export const twox = (data: Uint8Array, bits: 64 | 128): Uint8Array => xxhashAsU8a(data, bits);
export const keccak256 = (data: Uint8Array): Uint8Array => keccakAsU8a(data, 256);
export const sha256 = (data: Uint8Array): Uint8Array =>
  new Uint8Array(createHash('sha256').update(data).digest());
