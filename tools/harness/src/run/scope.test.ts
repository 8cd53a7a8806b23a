import type { ChainEvent, PlacedEvent } from '@veritrace/sdk';
import { describe, expect, it } from 'vitest';
import { everything, scopeOf } from './scope.ts';

const placed = (...events: [extrinsic: number | undefined, Record<string, unknown>][]) =>
  events.map(
    ([extrinsicIndex, event], index): PlacedEvent => ({
      block: { number: 1, hash: '0x01' },
      index,
      extrinsicIndex,
      event: event as unknown as ChainEvent,
    }),
  );

const ours = () => scopeOf((address) => ['paul', 'ada', 'iris'].includes(address));

const indices = (events: readonly PlacedEvent[]) => events.map(({ index }) => index);

describe("a run's own events", () => {
  it('name one of its accounts, alone or among others', () => {
    const events = placed(
      [1, { type: 'payouts.Paid', from: 'paul', to: 'treasury', amount: 1n }],
      [1, { type: 'payouts.Paid', from: 'peter', to: 'treasury', amount: 1n }],
      [2, { type: 'inference.RequestAssigned', request: 9n, workers: ['eve', 'ada'], due: 3 }],
      [
        3,
        {
          type: 'other',
          pallet: 'balances',
          name: 'Transfer',
          fields: { to: { toString: () => 'ada' } },
        },
      ],
      [
        4,
        {
          type: 'other',
          pallet: 'balances',
          name: 'Transfer',
          fields: { to: { toString: () => 'eve' } },
        },
      ],
    );
    expect(indices(ours().own(events))).toEqual([0, 2, 3]);
    expect(indices(everything().own(events))).toEqual([0, 1, 2, 3, 4]);
  });

  it('are about a request or a model of its own, also in later blocks', () => {
    const scope = ours();
    const made = placed(
      [1, { type: 'inference.RequestSubmitted', request: 4n, user: 'paul' }],
      [2, { type: 'inference.RequestSubmitted', request: 5n, user: 'peter' }],
      [3, { type: 'models.ModelRegistered', model: '0xaa', author: 'iris' }],
      [4, { type: 'models.ModelRegistered', model: '0xbb', author: 'otto' }],
    );
    expect(indices(scope.own(made))).toEqual([0, 2]);
    const later = placed(
      [undefined, { type: 'inference.RequestReopened', request: 4n, attemptsLeft: 1, due: 9 }],
      [undefined, { type: 'inference.RequestReopened', request: 5n, attemptsLeft: 1, due: 9 }],
      [1, { type: 'models.ModelCompleted', model: '0xaa' }],
      [1, { type: 'models.ModelCompleted', model: '0xbb' }],
      [1, { type: 'models.LatestChanged', family: '0xaa', model: undefined }],
      [1, { type: 'models.LatestChanged', family: '0xbb', model: undefined }],
    );
    expect(indices(scope.own(later))).toEqual([0, 2, 4]);
  });

  it('include all of an extrinsic that it paid for, such as its failure', () => {
    const events = placed(
      [1, { type: 'system.ExtrinsicFailed' }],
      [1, { type: 'transactionPayment.TransactionFeePaid', who: 'paul', actualFee: 1n, tip: 0n }],
      [2, { type: 'system.ExtrinsicFailed' }],
      [2, { type: 'transactionPayment.TransactionFeePaid', who: 'peter', actualFee: 1n, tip: 0n }],
    );
    expect(indices(ours().own(events))).toEqual([0, 1]);
  });
});
