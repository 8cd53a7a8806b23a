import type { ChainEvent, Parameters, PlacedEvent } from '@veritrace/sdk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ToldBlock } from './chronicle.ts';
import { type Dues, duesOf, paidByLock, type Rules, splitOf } from './dues.ts';

const root = (byte: string) => `0x${byte.repeat(32)}` as const;
const model = root('aa');
const lie = root('11');

/** Blocks of events; the first is block 1. */
const blocks = (...told: Record<string, unknown>[][]): ToldBlock[] =>
  told.map((events, number) => {
    const block = { number: number + 1, hash: root('00') };
    return {
      block,
      claims: [],
      events: events.map(
        (event, index): PlacedEvent => ({
          block,
          index,
          extrinsicIndex: 0,
          event: event as unknown as ChainEvent,
        }),
      ),
    };
  });

const rules: Rules = {
  parameters: {
    workers: { lockMultiple: 20, minLock: 20n },
    inference: {
      bounty: 50n,
      requestDeposit: 3n,
      settleReward: 2n,
      unavailabilityShare: 200_000,
      complaintFee: 7n,
      auditPay: 400_000,
    },
    payouts: { protocolFee: 50_000 },
  } as unknown as Parameters,
  treasury: 'treasury',
  terms: new Map([[model, { price: 100n, royalty: 100_000 }]]),
};

const registered = { type: 'models.ModelRegistered', model, family: model, author: 'iris' };
const submitted = { type: 'inference.RequestSubmitted', request: 1n, user: 'paul', model };
const revealed = (worker: string, traceRoot: string = root('22')) => ({
  type: 'inference.ResultRevealed',
  request: 1n,
  worker,
  traceRoot,
});
const settled = { type: 'inference.Settled', request: 1n };
const struck = (worker: string) => ({
  type: 'inference.ClaimStruck',
  request: 1n,
  worker,
  traceRoot: lie,
});
const convicted = (
  challenger: string,
  evidence: object = { type: 'Contradiction', value: 'Node' },
) => ({
  type: 'disputes.ClaimConvicted',
  request: 1n,
  worker: 'mallory',
  traceRoot: lie,
  subject: { type: 'Node', value: 1 },
  challenger,
  evidence,
});
const sealed = (who: string) => ({ type: 'disputes.Sealed', who, seal: who });
const shown = (who: string) => ({
  type: 'disputes.SealOpened',
  who,
  seal: who,
  request: 1n,
  traceRoot: lie,
});
const challenged = {
  type: 'disputes.NodeChallenged',
  request: 1n,
  worker: 'mallory',
  node: 1,
  challenger: 'vera',
  bond: 11n,
};

/** What an account is owed, and owes, as `[earned, spent, charged]`. */
const dues = (...told: Record<string, unknown>[][]): Record<string, bigint[]> =>
  Object.fromEntries(
    [...duesOf(blocks(...told), rules)].map(([who, { earned, spent, charged }]) => [
      who,
      [earned, spent, charged],
    ]),
  );

describe('dues', () => {
  it('are a share of the price for author, treasury and every worker whose claim stands', () => {
    expect(
      dues(
        [registered, submitted],
        [revealed('ada'), revealed('mallory', lie)],
        [revealed('ben')],
        [struck('mallory'), settled],
      ),
    ).toEqual({
      ada: [85n, 0n, 0n],
      ben: [85n, 0n, 0n],
      iris: [20n, 0n, 0n],
      treasury: [10n, 0n, 0n],
      // Compensated for the claim that fell, without a challenger.
      paul: [100n, 200n, 0n],
    });
  });

  it('are by the terms of the request, and the owner of the block of its payment', () => {
    const changed = { type: 'models.TermsChanged', model, price: 400n, royalty: 0 };
    const sold = { type: 'models.FamilyTransferred', family: model, from: 'iris', to: 'olga' };
    expect(dues([registered, submitted], [changed, sold, revealed('ada')], [settled])).toEqual({
      ada: [85n, 0n, 0n],
      olga: [10n, 0n, 0n],
      treasury: [5n, 0n, 0n],
      paul: [0n, 100n, 0n],
    });
  });

  it('are nothing for a request that is not settled', () => {
    expect(dues([registered, submitted], [revealed('ada')])).toEqual({});
  });

  const fell = [struck('mallory'), convicted('vera')];
  it.each<[string, Record<string, unknown>[][], string]>([
    ['who brings the proof, when nobody sealed it', [[], fell], 'vera'],
    ['who sealed it in an earlier block', [[sealed('olga')], fell, [shown('olga')]], 'olga'],
    ['not who seals it in the same block', [[sealed('olga'), ...fell], [shown('olga')]], 'vera'],
    [
      'the earliest of several',
      [[sealed('olga')], [sealed('vera')], [...fell, shown('vera')], [shown('olga')]],
      'olga',
    ],
    [
      'who brings the proof, when its own seal is the earliest',
      [[sealed('vera'), sealed('olga')], [...fell, shown('vera')], [shown('olga')]],
      'vera',
    ],
    [
      'the challenger of a silent worker, whoever sealed it after the challenge',
      [
        [challenged],
        [sealed('olga')],
        [struck('mallory'), convicted('vera', { type: 'Silence' })],
        [shown('olga')],
      ],
      'vera',
    ],
    ['not who never showed its seal', [[sealed('olga')], fell], 'vera'],
  ])('give the bounty to %s', (_what, told, winner) => {
    const due = dues([registered, submitted, revealed('mallory', lie)], ...told);
    expect(due[winner]).toEqual([50n, 0n, 0n]);
    expect(due.paul).toEqual([100n, 0n, 0n]);
    expect(Object.keys(due).sort()).toEqual(['paul', winner].sort());
  });

  it('give a bounty for every claim of a trace that falls', () => {
    const due = dues(
      [registered, submitted, revealed('mallory', lie), revealed('mike', lie)],
      [struck('mallory'), struck('mike'), convicted('vera')],
    );
    expect(due).toEqual({ vera: [100n, 0n, 0n], paul: [200n, 0n, 0n] });
  });

  it('give half the bond to a worker that was accused falsely', () => {
    const forfeited = {
      ...challenged,
      type: 'disputes.BondForfeited',
      subject: { type: 'Node', value: 1 },
    };
    expect(dues([registered, submitted], [challenged], [forfeited])).toEqual({
      mallory: [5n, 0n, 0n],
      vera: [0n, 0n, 11n],
    });
  });

  it('reward keepers out of the deposit as long as it lasts', () => {
    const rewarded = { type: 'inference.KeeperRewarded', request: 1n, keeper: 'karl' };
    expect(dues([registered, submitted], [rewarded], [rewarded, rewarded])).toEqual({
      karl: [3n, 0n, 0n],
      paul: [0n, 3n, 0n],
    });
  });

  it('are a share for inputs that cannot be had, a fee for complaints, and pay for audits', () => {
    expect(
      dues([
        registered,
        submitted,
        { type: 'inference.WorkerCompensated', request: 1n, worker: 'ada' },
        { type: 'inference.ComplaintCharged', request: 1n, operator: 'hand' },
        { type: 'inference.AuditPaid', request: 1n, auditor: 'ben' },
        { type: 'transactionPayment.TransactionFeePaid', who: 'paul', actualFee: 4n, tip: 0n },
      ]),
    ).toEqual({
      ada: [20n, 0n, 0n],
      paul: [0n, 20n, 0n],
      hand: [0n, 0n, 7n],
      ben: [40n, 0n, 0n],
      treasury: [4n, 40n, 0n],
    });
  });

  it('sum to nothing where nothing is burned: what one earns another one spends', () => {
    const price = fc.bigInt({ min: 1n, max: 10n ** 15n });
    fc.assert(
      fc.property(
        price,
        fc.nat(300_000),
        fc.nat(1_000_000),
        fc.integer({ min: 1, max: 5 }),
        (cost, royalty, protocolFee, many) => {
          const told = blocks(
            [registered, submitted],
            Array.from({ length: many }, (_, index) => revealed(`worker ${index}`)),
            [settled],
          );
          const all: Dues[] = [
            ...duesOf(told, {
              ...rules,
              parameters: { ...rules.parameters, payouts: { protocolFee } },
              terms: new Map([[model, { price: cost, royalty }]]),
            }).values(),
          ];
          const sum = (of: (due: Dues) => bigint) =>
            all.reduce((total, due) => total + of(due), 0n);
          expect(sum(({ earned }) => earned)).toBe(sum(({ spent }) => spent));
          expect(sum(({ spent }) => spent)).toBe(cost * BigInt(many));
          const { author, treasury, worker } = splitOf({ price: cost, royalty }, protocolFee);
          expect(author + treasury + worker).toBe(cost);
        },
      ),
    );
  });

  it('never pay more than half a lock', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 10n ** 15n }),
        fc.bigInt({ min: 0n, max: 10n ** 15n }),
        fc.integer({ min: 1, max: 50 }),
        fc.bigInt({ min: 0n, max: 10n ** 15n }),
        (cost, bounty, lockMultiple, minLock) => {
          const paid = paidByLock(cost, { lockMultiple, minLock }, bounty);
          const lock =
            minLock > BigInt(lockMultiple) * cost ? minLock : BigInt(lockMultiple) * cost;
          expect(2n * (paid.bounty + paid.compensation)).toBeLessThanOrEqual(lock);
          expect(paid.bounty).toBeLessThanOrEqual(bounty);
        },
      ),
    );
  });
});
