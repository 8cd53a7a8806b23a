/** Signatures, verified for real: those of sr25519 by schnorrkel itself, in wasm, which a node has too. */
import { ed25519 } from '@noble/curves/ed25519.js';
import { secp256k1Recover } from '@polkadot/util-crypto';
import { sr25519Verify } from '@polkadot/wasm-crypto';
import { concat } from '../bytes.ts';

/** Nodes accept by the rules of ZIP 215. */
export const verifyEd25519 = (
  signature: Uint8Array,
  message: Uint8Array,
  key: Uint8Array,
): boolean => {
  try {
    return ed25519.verify(signature, message, key, { zip215: true });
  } catch {
    return false;
  }
};

export const verifySr25519 = (
  signature: Uint8Array,
  message: Uint8Array,
  key: Uint8Array,
): boolean => {
  try {
    return sr25519Verify(signature, message, key);
  } catch {
    return false;
  }
};

const BAD_V = 1;
const BAD_SIGNATURE = 2;

/** SCALE `Result`: the compressed key that signed a hash, or why there is none. */
export const recoverEcdsa = (signature: Uint8Array, hash: Uint8Array): Uint8Array => {
  const last = signature[64] ?? 0;
  const recovery = last > 26 ? last - 27 : last;
  if (recovery > 3) return Uint8Array.of(1, BAD_V);
  try {
    const key = secp256k1Recover(hash, signature.subarray(0, 64), recovery);
    return concat([Uint8Array.of(0), key]);
  } catch {
    return Uint8Array.of(1, BAD_SIGNATURE);
  }
};
