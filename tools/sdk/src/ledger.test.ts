import { TypeRegistry } from '@polkadot/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChainEvent } from './events.ts';
import { type Balances, createLedger, type Holdings, LedgerError } from './ledger.ts';

const registry = new TypeRegistry();

/** Accounts of the tests, as addresses the registry gives back. */
const addressOf = (seed: number) =>
  registry.createType('AccountId', new Uint8Array(32).fill(seed)).toString();
const [ANN, BOB] = [addressOf(1), addressOf(2)];

registry.register({
  WorkersReason: { _enum: ['Stake'] },
  InferenceReason: { _enum: ['Escrow', 'Deposit'] },
  DisputesReason: { _enum: ['Bounty'] },
  Reason: {
    _enum: {
      Inference: 'InferenceReason',
      Workers: 'WorkersReason',
      Disputes: 'DisputesReason',
    },
  },
});

/** An event of the currency, with codecs as fields. */
const currency = (name: string, fields: Record<string, string | bigint>): ChainEvent => ({
  type: 'other',
  pallet: 'balances',
  name,
  fields: Object.fromEntries(
    Object.entries(fields).map(([field, value]) => [
      field,
      typeof value === 'bigint'
        ? registry.createType('u128', value)
        : field === 'reason'
          ? registry.createType('Reason', {
              [value.split('.')[0] ?? '']: value.split('.')[1],
            })
          : registry.createType('AccountId', value),
    ]),
  ),
});

const has = (free: bigint, held: Record<string, bigint> = {}): Holdings => ({
  free,
  held: new Map(Object.entries(held)),
  reserved: 0n,
});

const start: Balances = new Map([
  [ANN, has(100n, { 'inference.Escrow': 20n, 'workers.Stake': 30n })],
]);

const after = (...events: ChainEvent[]) => {
  const ledger = createLedger(start);
  ledger.apply(events);
  return ledger;
};

const escrow = 'Inference.Escrow';

describe('a ledger', () => {
  it('begins with the balances it was given, and does not change them', () => {
    const ledger = after(currency('Withdraw', { who: ANN, amount: 1n }));
    expect(ledger.account(ANN).free).toBe(99n);
    expect(start.get(ANN)?.free).toBe(100n);
    expect(ledger.account(BOB)).toEqual(has(0n));
    expect(ledger.issuance()).toBe(149n);
  });

  it.each<[string, ChainEvent, bigint, Record<string, bigint>, bigint]>([
    ['a deposit', currency('Deposit', { who: ANN, amount: 5n }), 105n, {}, 0n],
    ['a mint', currency('Minted', { who: ANN, amount: 5n }), 105n, {}, 0n],
    ['a withdrawal', currency('Withdraw', { who: ANN, amount: 5n }), 95n, {}, 0n],
    ['a burn', currency('Burned', { who: ANN, amount: 5n }), 95n, {}, 0n],
    ['dust', currency('DustLost', { account: ANN, amount: 5n }), 95n, {}, 0n],
    ['a transfer', currency('Transfer', { from: ANN, to: BOB, amount: 5n }), 95n, {}, 5n],
    ['a balance set', currency('BalanceSet', { who: ANN, free: 7n }), 7n, {}, 0n],
    ['an endowment, which repeats another', currency('Endowed', { account: ANN }), 100n, {}, 0n],
    [
      'a hold',
      currency('Held', { reason: escrow, who: ANN, amount: 5n }),
      95n,
      { 'inference.Escrow': 25n },
      0n,
    ],
    [
      'a release',
      currency('Released', { reason: escrow, who: ANN, amount: 5n }),
      105n,
      { 'inference.Escrow': 15n },
      0n,
    ],
    [
      'held funds that burn',
      currency('BurnedHeld', { reason: escrow, who: ANN, amount: 5n }),
      100n,
      { 'inference.Escrow': 15n },
      0n,
    ],
    [
      'held funds that are given',
      currency('TransferOnHold', { reason: escrow, source: ANN, dest: BOB, amount: 5n }),
      100n,
      { 'inference.Escrow': 15n },
      5n,
    ],
    [
      'what a payment takes',
      {
        type: 'payouts.Paid',
        reason: { type: 'Inference', value: 'Escrow' },
        from: ANN,
        to: BOB,
        amount: 5n,
      },
      100n,
      { 'inference.Escrow': 15n },
      0n,
    ],
  ])('follows %s', (_what, event, free, held, bob) => {
    const ledger = after(event);
    expect(ledger.account(ANN)).toEqual(
      has(free, { 'inference.Escrow': 20n, 'workers.Stake': 30n, ...held }),
    );
    expect(ledger.account(BOB).free).toBe(bob);
  });

  it('follows a bounty from hold to hold', () => {
    const ledger = after(
      currency('Held', { reason: 'Disputes.Bounty', who: ANN, amount: 5n }),
      currency('TransferOnHold', { reason: 'Disputes.Bounty', source: ANN, dest: BOB, amount: 5n }),
      {
        type: 'disputes.BountyMoved',
        request: 7n,
        traceRoot: '0x00',
        from: ANN,
        to: BOB,
        amount: 5n,
      },
    );
    expect(ledger.account(BOB)).toEqual(has(0n, { 'disputes.Bounty': 5n }));
    expect(ledger.account(ANN).held.has('disputes.Bounty')).toBe(false);
  });

  it('forgets a hold that is empty, and an account that is', () => {
    const ledger = after(
      currency('Released', { reason: escrow, who: ANN, amount: 20n }),
      currency('BurnedHeld', { reason: 'Workers.Stake', who: ANN, amount: 30n }),
    );
    expect(ledger.account(ANN)).toEqual(has(120n));
    ledger.apply([currency('Transfer', { from: ANN, to: BOB, amount: 120n })]);
    expect([...ledger.accounts().keys()]).toEqual([BOB]);
  });

  it('says that events are missing when more goes than there is', () => {
    const run = () => after(currency('Held', { reason: escrow, who: BOB, amount: 1n }));
    expect(run).toThrow(LedgerError);
    expect(run).toThrow(`${BOB} has 0 free, and 1 of it went`);
    expect(() => after(currency('Released', { reason: escrow, who: ANN, amount: 21n }))).toThrow(
      'has 20 held for inference.Escrow, and 21 of it went',
    );
  });

  it('keeps the issuance under whatever moves money without making or burning it', () => {
    const amount = fc.bigInt({ min: 0n, max: 40n });
    const move = fc.oneof(
      fc.tuple(fc.constant('Held'), amount),
      fc.tuple(fc.constant('Released'), amount),
      fc.tuple(fc.constant('Transfer'), amount),
      fc.tuple(fc.constant('TransferOnHold'), amount),
    );
    fc.assert(
      fc.property(fc.array(move, { maxLength: 30 }), (moves) => {
        const ledger = createLedger(start);
        for (const [name, moved] of moves) {
          try {
            ledger.apply([
              name === 'Transfer'
                ? currency(name, { from: ANN, to: BOB, amount: moved })
                : name === 'TransferOnHold'
                  ? currency(name, { reason: escrow, source: ANN, dest: BOB, amount: moved })
                  : currency(name, { reason: escrow, who: ANN, amount: moved }),
            ]);
          } catch (error) {
            // More than there is: refused as a whole, for it is the first half that fails.
            if (!(error instanceof LedgerError)) throw error;
          }
        }
        expect(ledger.issuance()).toBe(150n);
      }),
    );
  });
});
