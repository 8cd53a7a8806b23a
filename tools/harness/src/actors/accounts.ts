/** Everyone's keys, derived from the seed by name. */
import { Keyring } from '@polkadot/keyring';
import type { KeyringPair } from '@polkadot/keyring/types';
import { cryptoWaitReady } from '@polkadot/util-crypto';

/** Names to keys and back. */
export interface AccountDirectory {
  /** The key of an actor, made on first use. */
  account(name: string): KeyringPair;
  /** The key with which a worker signs its work. */
  operator(name: string): KeyringPair;
  /** Gives an account that is not an actor's, like the treasury's, a name. */
  label(name: string, address: string): void;
  /** Whether an address is of a key of this directory. */
  owns(address: string): boolean;
  /** What an address is called; a shortened address when it is nobody's. */
  nameOf(address: string): string;
  /** Every address that has a name, those of keys of this directory apart from the others. */
  named(): NamedAccounts;
}

/** Names by address. */
export interface NamedAccounts {
  own: Record<string, string>;
  others: Record<string, string>;
}

const operatorNameOf = (worker: string): string => `${worker}'s operator`;
const tillNameOf = (user: string): string => `${user}.till`;

/** Names of the accounts that are an actor's beside its own: a worker's operator's, what a user puts aside. */
export const namesBeside = (actor: string): string[] => [operatorNameOf(actor), tillNameOf(actor)];

/** Where a user puts aside what it does not want to have on its account. No actor's name has a dot. */
export const tillOf = (accounts: Pick<AccountDirectory, 'account'>, user: string): KeyringPair =>
  accounts.account(tillNameOf(user));

/** The well-known development phrase: these keys guard nothing. */
const PHRASE = 'bottom drive obey lake curtain smoke basket hold race lonely fit walk';

const rootOf = (seed: number, salt?: string): string =>
  salt === undefined ? `//veritrace//${seed}` : `//veritrace//${seed}//${salt}`;

/** The secret URI of an actor's key, or of that with which it signs its work as a worker. */
export const secretUriOf = (
  seed: number,
  name: string,
  { salt, operator = false }: { salt?: string; operator?: boolean } = {},
): string => `${PHRASE}${rootOf(seed, salt)}//${name}${operator ? '//operator' : ''}`;

/**
 * Keys of one seed. Equal seeds give equal keys, unless a salt makes them a run's own: on a chain that outlasts a run
 * its actors must not be those of an earlier one.
 */
export const createAccountDirectory = async (
  seed: number,
  salt?: string,
): Promise<AccountDirectory> => {
  await cryptoWaitReady();
  const keyring = new Keyring({ type: 'sr25519' });
  const pairs = new Map<string, KeyringPair>();
  const names = new Map<string, string>();
  const own = new Set<string>();
  const uriOf = (name: string, operator = false): string =>
    secretUriOf(seed, name, { operator, ...(salt === undefined ? {} : { salt }) });
  const derive = (uri: string, name: string): KeyringPair => {
    const known = pairs.get(uri);
    if (known !== undefined) return known;
    const pair = keyring.createFromUri(uri, { name });
    pairs.set(uri, pair);
    names.set(pair.address, name);
    own.add(pair.address);
    return pair;
  };
  return {
    account: (name) => derive(uriOf(name), name),
    operator: (name) => derive(uriOf(name, true), operatorNameOf(name)),
    label: (name, address) => {
      names.set(address, name);
    },
    owns: (address) => own.has(address),
    named: () => {
      const among = (isOwn: boolean) =>
        Object.fromEntries([...names].filter(([address]) => own.has(address) === isOwn));
      return { own: among(true), others: among(false) };
    },
    nameOf: (address) => names.get(address) ?? `${address.slice(0, 6)}…${address.slice(-4)}`,
  };
};
