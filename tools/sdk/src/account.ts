/** A key to sign with. */
import { Keyring } from '@polkadot/keyring';
import { cryptoWaitReady } from '@polkadot/util-crypto';
import type { Account } from './types.ts';

/** The sr25519 key of a secret URI: a phrase or seed, with derivations. Throws without saying what the secret was. */
export const accountFromUri = async (uri: string): Promise<Account> => {
  await cryptoWaitReady();
  try {
    return new Keyring({ type: 'sr25519' }).addFromUri(uri);
  } catch {
    throw new TypeError('the secret is no phrase, seed or URI that makes a key; check it');
  }
};
