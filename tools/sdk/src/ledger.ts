/**
 * Every account's money, followed by events alone: the balances of one block, then the events of each block after it, in
 * order. Storage is never read, so that an indexer has the balances of every block at the price of its events.
 */
import { stringCamelCase } from '@polkadot/util';
import type { ChainEvent } from './events.ts';
import { type Plain, toPlain } from './plain.ts';
import type { Address, Balance } from './types.ts';

/** What an account has. */
export interface Holdings {
  /** Not held; the minimum balance is part of it. */
  readonly free: Balance;
  /** Held, by `pallet.Reason`: `workers.Stake`. Reasons for which nothing is held are left out. */
  readonly held: ReadonlyMap<string, Balance>;
  /** Reserved without a reason, the way of pallets older than holds. */
  readonly reserved: Balance;
}

/** Balances by account. Accounts that have nothing are left out. */
export type Balances = ReadonlyMap<Address, Holdings>;

export interface Ledger {
  /** Takes in events, in the order in which they occurred. Throws a `LedgerError` for one that does not add up. */
  apply(events: Iterable<ChainEvent>): void;
  /** What an account has now; nothing for one never heard of. */
  account(address: Address): Holdings;
  /** Everyone who has anything. */
  accounts(): Balances;
  /** Sum of all there is. */
  issuance(): Balance;
}

/** An event takes more than there is: events are missing, or began at another block than the balances. */
export class LedgerError extends Error {
  override readonly name = 'LedgerError';
}

interface Entry {
  free: Balance;
  held: Map<string, Balance>;
  reserved: Balance;
}

/** `{ type: 'Workers', value: 'Stake' }` as `workers.Stake`: the name of a hold. */
export const holdName = (reason: Plain): string => {
  const { type, value } = reason as { type: string; value: string };
  return `${stringCamelCase(type)}.${value}`;
};

const NOTHING: Holdings = { free: 0n, held: new Map(), reserved: 0n };

const copyOf = ({ free, held, reserved }: Holdings): Entry => ({
  free,
  held: new Map(held),
  reserved,
});

const isEmpty = ({ free, held, reserved }: Entry): boolean =>
  free === 0n && held.size === 0 && reserved === 0n;

/** The fields of an event of the currency, as plain values. */
interface Fields {
  account(name: string): Address;
  amount(name?: string): Balance;
  reason(): string;
  is(name: string, value: string): boolean;
}

const fieldsOf = (event: Extract<ChainEvent, { type: 'other' }>): Fields => {
  const field = (name: string): Plain => {
    const value = event.fields[name];
    if (value !== undefined) return toPlain(value);
    throw new LedgerError(
      `${event.pallet}.${event.name} has no field ${name}: the chain has another currency than this ledger knows`,
    );
  };
  return {
    account: (name) => String(field(name)),
    amount: (name = 'amount') => BigInt(field(name) as bigint | number),
    reason: () => holdName(field('reason')),
    is: (name, value) => field(name) === value,
  };
};

/** A ledger that begins with these balances: those of a chain's genesis, or of any block. */
export const createLedger = (balances: Balances): Ledger => {
  const entries = new Map<Address, Entry>(
    [...balances].map(([address, holdings]) => [address, copyOf(holdings)]),
  );

  const entryOf = (address: Address): Entry => {
    const known = entries.get(address);
    if (known !== undefined) return known;
    const entry = copyOf(NOTHING);
    entries.set(address, entry);
    return entry;
  };

  const sum = (what: string, before: Balance, change: Balance, address: Address): Balance => {
    const after = before + change;
    if (after >= 0n) return after;
    throw new LedgerError(
      `${address} has ${before} ${what}, and ${-change} of it went: events are missing, or did not begin after the balances`,
    );
  };

  const free = (address: Address, change: Balance): void => {
    const entry = entryOf(address);
    entry.free = sum('free', entry.free, change, address);
  };

  const reserved = (address: Address, change: Balance): void => {
    const entry = entryOf(address);
    entry.reserved = sum('reserved', entry.reserved, change, address);
  };

  const held = (address: Address, reason: string, change: Balance): void => {
    const { held: holds } = entryOf(address);
    const after = sum(`held for ${reason}`, holds.get(reason) ?? 0n, change, address);
    if (after === 0n) holds.delete(reason);
    else holds.set(reason, after);
  };

  /** What the currency says. Events left out move nothing: `Endowed`, `Issued` and their like repeat others. */
  const currency = (event: Extract<ChainEvent, { type: 'other' }>): void => {
    const { account, amount, reason, is } = fieldsOf(event);
    switch (event.name) {
      case 'Deposit':
      case 'Minted':
      case 'Restored':
        free(account('who'), amount());
        return;
      case 'Withdraw':
      case 'Burned':
      case 'Slashed':
      case 'Suspended':
        free(account('who'), -amount());
        return;
      case 'DustLost':
        free(account('account'), -amount());
        return;
      case 'Transfer':
        free(account('from'), -amount());
        free(account('to'), amount());
        return;
      case 'BalanceSet':
        entryOf(account('who')).free = amount('free');
        return;
      case 'Held':
        free(account('who'), -amount());
        held(account('who'), reason(), amount());
        return;
      case 'Released':
        held(account('who'), reason(), -amount());
        free(account('who'), amount());
        return;
      case 'BurnedHeld':
        held(account('who'), reason(), -amount());
        return;
      case 'TransferOnHold':
        // The event does not say how the receiver has it: free, unless another event tells (`disputes.BountyMoved`).
        held(account('source'), reason(), -amount());
        free(account('dest'), amount());
        return;
      case 'TransferAndHold':
        free(account('source'), -amount('transferred'));
        held(account('dest'), reason(), amount('transferred'));
        return;
      case 'Reserved':
        free(account('who'), -amount());
        reserved(account('who'), amount());
        return;
      case 'Unreserved':
        reserved(account('who'), -amount());
        free(account('who'), amount());
        return;
      case 'ReserveRepatriated':
        reserved(account('from'), -amount());
        if (is('destinationStatus', 'Free')) {
          free(account('to'), amount());
        } else {
          reserved(account('to'), amount());
        }
        return;
      default:
        return;
    }
  };

  const one = (event: ChainEvent): void => {
    switch (event.type) {
      case 'payouts.Paid':
      case 'payouts.MadeClaimable':
        // Only how it was taken: that it was given is a deposit, to the receiver or to the payouts pallet.
        held(event.from, holdName(event.reason as unknown as Plain), -event.amount);
        return;
      case 'disputes.BountyMoved':
        // It went from hold to hold.
        free(event.to, -event.amount);
        held(event.to, 'disputes.Bounty', event.amount);
        return;
      case 'other':
        if (event.pallet === 'balances') currency(event);
        return;
      default:
        return;
    }
  };

  return {
    apply: (events) => {
      for (const event of events) one(event);
    },
    account: (address) => copyOf(entries.get(address) ?? NOTHING),
    accounts: () =>
      new Map(
        [...entries]
          .filter(([, entry]) => !isEmpty(entry))
          .map(([address, entry]) => [address, copyOf(entry)]),
      ),
    issuance: () => {
      let total = 0n;
      for (const { free: spendable, held: holds, reserved: kept } of entries.values()) {
        total += spendable + kept;
        for (const amount of holds.values()) total += amount;
      }
      return total;
    },
  };
};
