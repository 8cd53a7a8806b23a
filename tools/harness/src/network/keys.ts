/** The keys of a network's own actors. All come from the well-known development phrase and guard nothing. */
import { Keyring } from '@polkadot/keyring';
import type { KeyringPair } from '@polkadot/keyring/types';
import { cryptoWaitReady } from '@polkadot/util-crypto';
import type { WorkerEntry } from './spec/schema.ts';

export interface NetworkKeys {
  /** Has what everyone else is given. */
  faucet: KeyringPair;
  /** An author's or a worker's own key. */
  account(name: string): KeyringPair;
  /** The key with which a worker signs its work, and from what it is derived. */
  operator(worker: WorkerEntry): { pair: KeyringPair; uri: string };
}

const accountUri = (name: string): string => `//veritrace//network//${name}`;

/** A node's keystore holds the key that its name gives, `//Grace` of `grace`. */
const nodeUri = (node: string): string => `//${node.charAt(0).toUpperCase()}${node.slice(1)}`;

export const createNetworkKeys = async (): Promise<NetworkKeys> => {
  await cryptoWaitReady();
  const keyring = new Keyring({ type: 'sr25519' });
  return {
    faucet: keyring.createFromUri('//Alice'),
    account: (name) => keyring.createFromUri(accountUri(name)),
    operator: ({ kind, name, node }) => {
      const uri = kind === 'offchain' ? nodeUri(node) : `${accountUri(name)}//operator`;
      return { pair: keyring.createFromUri(uri), uri };
    },
  };
};
