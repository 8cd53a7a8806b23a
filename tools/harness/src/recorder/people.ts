/** Who is who in a run, and what became of its models: `accounts.json` and `models.json` of a record. */
import type { Address, Balance } from '@veritrace/sdk';
import type { AccountDirectory } from '../actors/accounts.ts';
import type { ChainState } from '../invariants/state.ts';
import type { Model } from '../models/model.ts';
import type { ActorReport } from '../run/report.ts';
import type { Scenario } from '../scenario/schema.ts';

export interface AccountReport {
  name: string;
  role: ActorReport['role'];
  address: Address;
  /** The key that signs a worker's work. */
  operator: Address | undefined;
}

/** Everyone's addresses. */
export const accountsOf = (
  { actors }: Pick<Scenario, 'actors'>,
  accounts: Pick<AccountDirectory, 'account' | 'operator'>,
  treasury: Address,
): AccountReport[] => {
  const of = (role: ActorReport['role'], names: Readonly<Record<string, unknown>>) =>
    Object.keys(names).map((name) => ({
      name,
      role,
      address: accounts.account(name).address,
      operator: role === 'worker' ? accounts.operator(name).address : undefined,
    }));
  return [
    ...of('author', actors.authors),
    ...of('user', actors.users),
    ...of('worker', actors.workers),
    ...of('challenger', actors.challengers),
    ...of('keeper', actors.keepers),
    { name: 'treasury', role: 'treasury', address: treasury, operator: undefined },
  ];
};

/** A model as the chain had it at the end. Amounts are smallest units. */
export interface ModelReport {
  name: string;
  id: string | undefined;
  card: Model['card'];
  family: string | undefined;
  version: number | undefined;
  author: string | undefined;
  owner: string | undefined;
  isLatest: boolean;
  price: Balance | undefined;
  /** The owner's share, in parts per million. */
  royalty: number | undefined;
  deposit: Balance | undefined;
  status: unknown;
}

/** Every model of the scenario; of one that is not on chain, the name and the card. */
export const modelsOf = (
  models: ReadonlyMap<string, Model>,
  ids: ReadonlyMap<string, string>,
  { models: known, families }: Pick<ChainState, 'models' | 'families'>,
  nameOf: (address: Address) => string,
): ModelReport[] =>
  [...models].map(([name, { card }]) => {
    const id = ids.get(name);
    const record = known.find((one) => one.id === id);
    const family = families.find((one) => one.id === record?.family);
    return {
      name,
      id,
      card,
      family: record?.family,
      version: record?.version,
      author: record && nameOf(record.author),
      owner: family && nameOf(family.owner),
      isLatest: family !== undefined && family.latest === id,
      price: record?.price,
      royalty: record?.royalty,
      deposit: record?.deposit,
      status: record?.status,
    };
  });
