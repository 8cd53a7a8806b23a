/** A ledger fed by events, against what the chain has stored. */
import {
  type Address,
  type Balance,
  createLedger,
  type Holdings,
  type Ledger,
} from '@veritrace/sdk';
import type { ChainState } from './state.ts';

const sumOf = (amounts: Iterable<Balance>): Balance => {
  let sum = 0n;
  for (const amount of amounts) sum += amount;
  return sum;
};

/** A ledger that begins with what a state has. */
export const ledgerOf = ({ accounts, holds }: Pick<ChainState, 'accounts' | 'holds'>): Ledger =>
  createLedger(
    new Map(
      [...accounts].map(([address, { free, reserved }]): [Address, Holdings] => {
        const held = new Map<string, Balance>(holds.get(address) ?? []);
        // What is held for reasons that the state leaves out counts as reserved.
        return [address, { free, held, reserved: reserved - sumOf(held.values()) }];
      }),
    ),
  );

/** Where a ledger and a state differ, account by account, in words. */
export const differencesOf = (
  ledger: Ledger,
  { accounts, holds }: Pick<ChainState, 'accounts' | 'holds'>,
  show: (amount: Balance) => string = String,
): string[] => {
  const told = ledger.accounts();
  return [...new Set([...told.keys(), ...accounts.keys()])].flatMap((address) => {
    const said = ledger.account(address);
    const stored = accounts.get(address) ?? { free: 0n, reserved: 0n };
    const held = holds.get(address) ?? new Map<string, Balance>();
    const notFree = said.reserved + sumOf(said.held.values());
    const pairs: [what: string, said: Balance, stored: Balance][] = [
      ['free', said.free, stored.free],
      ['not free', notFree, stored.reserved],
      ...[...held].map(([reason, amount]): [string, Balance, Balance] => [
        `held as ${reason}`,
        said.held.get(reason) ?? 0n,
        amount,
      ]),
    ];
    return pairs
      .filter(([, one, other]) => one !== other)
      .map(
        ([what, one, other]) =>
          `${address} has ${show(other)} ${what}, and by events alone it is ${show(one)}`,
      );
  });
};
