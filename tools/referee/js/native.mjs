// BLAKE3 as compiled code with the processor's widest vectors, where this machine has it. Plain JavaScript, as above all a
// thread of the committer uses it.
import { createRequire } from 'node:module';

/** Of no bytes, by the function's specification: a library that gives anything else is not used. */
const EMPTY = 'af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262';

/** Whether a library takes memory that is shared between threads as it is. */
const takesShared = (hash) => {
  try {
    const shared = new Uint8Array(new SharedArrayBuffer(3));
    return hash(shared).equals(hash(new Uint8Array(3)));
  } catch {
    return false;
  }
};

const load = () => {
  try {
    const { blake3, Blake3Hasher } = createRequire(import.meta.url)('@napi-rs/blake-hash');
    if (blake3(new Uint8Array()).toString('hex') !== EMPTY) return undefined;
    const direct = takesShared(blake3);
    const own = (data) =>
      direct || !(data.buffer instanceof SharedArrayBuffer) ? data : data.slice();
    return {
      hash: (data) => blake3(own(data)),
      stream: () => {
        const hasher = new Blake3Hasher();
        return {
          update: (data) => {
            hasher.update(own(data));
          },
          digest: () => hasher.digestBuffer(),
        };
      },
    };
  } catch {
    // No build for this machine: the module hashes, with the same result.
    return undefined;
  }
};

let loaded;

/** @returns {import('./roots.d.mts').NativeHash | undefined} `undefined` where there is none for this machine */
export const nativeHash = () => {
  loaded ??= { hash: load() };
  return loaded.hash;
};
