/** Whether everyone ended as it must: who is honest with what it is owed, who cheats with less than it came with. */
import type { Balance } from '@veritrace/sdk';
import { ENDINGS, type Ending } from '../behaviours/standing.ts';
import type { Dues } from './dues.ts';
import type { Met } from './expectations.ts';
import { tokens } from './narrate.ts';

/** An actor's money. Amounts are smallest units, over all accounts that are the actor's: a worker's operator's, too. */
export interface Purse {
  /** All it had and has, free and held, and what is claimable. */
  before: Balance;
  after: Balance;
  /** What it paid for transactions. */
  fees: Balance;
  dues: Dues;
  /** Whether it may owe what it was charged: a challenger may not, whose bond is forfeited by a false accusation alone. */
  mayBeCharged: boolean;
}

/** What became of an actor's money, and what must have. */
export interface MoneyReport {
  before: Balance;
  after: Balance;
  fees: Balance;
  /** What it gained, its transaction fees set aside; negative when it lost. */
  net: Balance;
  /** What the rules owe it, less what they let it pay; negative when it owes. */
  owed: Balance;
  ends: Ending;
  /** Why the scenario says otherwise than its behaviour does. */
  because?: string | undefined;
  /** Whether it ended so. */
  held: boolean;
}

const isHeld = (ends: Ending, { before, after, dues }: Purse, net: Balance, owed: Balance) => {
  switch (ends) {
    case 'at-least-owed':
      return net >= owed;
    case 'lost':
      return net <= 0n && after < before;
    case 'no-gain':
      return net <= 0n;
    case 'worse-than-honest':
      return net < dues.earned - dues.spent;
    case 'any':
      return true;
  }
};

/** Judges a purse. */
export const judge = (purse: Purse, ends: Ending, because?: string): MoneyReport => {
  const { before, after, fees, dues, mayBeCharged } = purse;
  const net = after - before + fees;
  const owed = dues.earned - dues.spent - (mayBeCharged ? dues.charged : 0n);
  return { before, after, fees, net, owed, ends, because, held: isHeld(ends, purse, net, owed) };
};

const signed = (amount: Balance): string =>
  amount < 0n ? `−${tokens(-amount)}` : `+${tokens(amount)}`;

/** The expectation that an actor's money is; none where it may end with anything. */
export const moneyMet = (
  name: string,
  { before, after, fees, net, owed, ends, held }: MoneyReport,
): Met[] =>
  ends === 'any'
    ? []
    : [
        {
          name: `${name} ${ENDINGS[ends]}`,
          passed: held,
          detail: `${tokens(before)} before, ${tokens(after)} after, ${tokens(fees)} fees: ${signed(net)}, and ${signed(owed)} is owed`,
        },
      ];
