import type { ChainEvent, PlacedEvent } from '@veritrace/sdk';
import { describe, expect, it } from 'vitest';
import type { ChainState } from '../invariants/state.ts';
import { createChronicle } from './chronicle.ts';
import { scopeOf } from './scope.ts';

const root = (byte: string) => `0x${byte.repeat(32)}` as const;

const at = (number: number, claims: ChainState['claims'] = []): ChainState =>
  ({ block: { number, hash: root('00') }, claims }) as unknown as ChainState;

const placed = (...events: Record<string, unknown>[]): PlacedEvent[] =>
  events.map((event, index) => ({
    block: { number: 0, hash: root('00') },
    index,
    extrinsicIndex: 0,
    event: event as unknown as ChainEvent,
  }));

const submitted = {
  type: 'inference.RequestSubmitted',
  request: 1n,
  user: 'paul',
  model: root('aa'),
  redundancy: 2,
  escrow: 2n,
  deposit: 1n,
};

const revealed = (worker: string, traceRoot: string) => ({
  type: 'inference.ResultRevealed',
  request: 1n,
  worker,
  traceRoot,
  outputRoot: root('bb'),
});

describe('the chronicle', () => {
  it('follows a request to its settlement, and remembers outputs that storage forgets', () => {
    const chronicle = createChronicle();
    chronicle.add(placed(submitted), at(3));
    chronicle.add(
      placed({ type: 'inference.RequestAssigned', request: 1n, workers: ['ada', 'ben'], due: 9 }),
      at(4),
    );
    chronicle.add(
      placed(revealed('ada', root('11')), revealed('ben', root('22')), {
        type: 'inference.WindowOpened',
        request: 1n,
        due: 12,
        agreed: false,
      }),
      at(6, [
        {
          request: 1n,
          worker: 'ada',
          traceRoot: root('11'),
          outputRoot: root('bb'),
          outputs: ['0x07'],
        },
        {
          request: 1n,
          worker: 'ben',
          traceRoot: root('22'),
          outputRoot: root('bb'),
          outputs: ['0x08'],
        },
      ]),
    );
    expect(chronicle.request(1n)?.state).toBe('claimed');
    chronicle.add(
      placed({
        type: 'inference.ClaimStruck',
        request: 1n,
        worker: 'ben',
        traceRoot: root('22'),
        paid: 6n,
        burned: 14n,
      }),
      at(7),
    );
    chronicle.add(
      placed(
        { type: 'payouts.Paid', from: 'paul', to: 'ada', amount: 1n },
        {
          type: 'inference.Settled',
          request: 1n,
          outputRoot: root('bb'),
          workers: 1,
          paid: 1n,
          refunded: 2n,
        },
      ),
      at(12),
    );
    expect(chronicle.request(1n)).toMatchObject({
      state: 'settled',
      workers: ['ada', 'ben'],
      submittedAt: 3,
      softAt: 6,
      closedAt: 12,
      paidWorkers: ['ada'],
      paid: 1n,
      refunded: 2n,
      claims: [
        { worker: 'ada', struck: false, outputs: ['0x07'] },
        { worker: 'ben', struck: true, outputs: ['0x08'] },
      ],
    });
    expect(chronicle.account('ada').received).toBe(1n);
    expect(chronicle.count('inference.ResultRevealed', { request: 1n })).toBe(2);
    expect(chronicle.count('inference.ResultRevealed', { request: 2n })).toBe(0);
  });

  const convicted = (node: number, evidence: unknown) => ({
    type: 'disputes.ClaimConvicted',
    request: 1n,
    worker: 'mallory',
    traceRoot: root('33'),
    subject: { type: 'Node', value: node },
    challenger: 'vera',
    evidence,
    struck: 1,
  });
  const struck = (worker: string) => ({
    type: 'inference.ClaimStruck',
    request: 1n,
    worker,
    traceRoot: root('33'),
    paid: 6n,
    burned: 14n,
  });
  const move = (name: string, node: number) => ({
    type: `disputes.${name}`,
    request: 1n,
    worker: 'mallory',
    node,
    challenger: 'vera',
  });

  it('counts the transactions of a conviction at its node alone', () => {
    const chronicle = createChronicle();
    chronicle.add(placed(submitted, move('NodeChallenged', 4), move('NodeOpened', 4)), at(5));
    chronicle.add(placed(move('NodeChallenged', 2)), at(6));
    chronicle.add(
      placed(struck('mallory'), convicted(4, { type: 'Contradiction', value: 'Element' })),
      at(7),
    );
    expect(chronicle.verdicts()).toEqual([
      {
        request: 1n,
        worker: 'mallory',
        subject: { type: 'Node', value: 4 },
        challenger: 'vera',
        evidence: 'Element',
        transactions: 3,
        block: 7,
        paid: 6n,
        burned: 14n,
      },
    ]);
  });

  it('counts those about the page of a long trace, too', () => {
    const page = (name: string, at: number) => ({
      type: `disputes.${name}`,
      request: 1n,
      worker: 'mallory',
      page: at,
      challenger: 'vera',
    });
    const chronicle = createChronicle();
    chronicle.add(
      placed(submitted, page('PageChallenged', 1), page('PageOpened', 1), page('PageOpened', 0)),
      at(5),
    );
    chronicle.add(placed(move('NodeChallenged', 1030), move('NodeOpened', 1030)), at(6));
    chronicle.add(
      placed(struck('mallory'), convicted(1030, { type: 'Contradiction', value: 'Tile' })),
      at(7),
    );
    expect(chronicle.verdicts().map(({ transactions }) => transactions)).toEqual([5]);
  });

  it('convicts everyone who told the same lie, whatever comes first in the block', () => {
    for (const events of [
      [struck('mallory'), struck('mike'), convicted(6, 'Silence')],
      [convicted(6, 'Silence'), struck('mallory'), struck('mike')],
    ]) {
      const chronicle = createChronicle();
      chronicle.add(placed(submitted, ...events), at(5));
      expect(
        chronicle
          .verdicts()
          .map(({ worker, transactions, evidence }) => [worker, transactions, evidence]),
      ).toEqual([
        ['mallory', 1, 'Silence'],
        ['mike', 1, 'Silence'],
      ]);
    }
  });

  it('keeps accounts of losses', () => {
    const chronicle = createChronicle();
    chronicle.add(
      placed(
        { type: 'workers.Slashed', worker: 'mallory', request: 1n, paid: 6n, burned: 14n },
        { type: 'workers.NoShowPenalised', worker: 'sam', request: 1n, burned: 2n, released: 18n },
        {
          type: 'disputes.ProofRejected',
          request: 1n,
          worker: 'ada',
          who: 'frank',
          reason: 'x',
          penalty: 3n,
        },
        {
          type: 'disputes.BondForfeited',
          request: 1n,
          worker: 'ada',
          subject: { type: 'Node', value: 1 },
          challenger: 'frank',
          compensation: 4n,
          burned: 5n,
        },
        { type: 'transactionPayment.TransactionFeePaid', who: 'frank', actualFee: 7n, tip: 0n },
      ),
      at(5),
    );
    expect(chronicle.account('mallory').slashed).toBe(20n);
    expect(chronicle.account('sam')).toMatchObject({ penalties: 1, penalised: 2n });
    expect(chronicle.account('frank')).toMatchObject({ fined: 12n, fees: 7n });
    expect(chronicle.account('ada').received).toBe(4n);
    expect(chronicle.burned()).toBe(14n + 2n + 3n + 5n);
  });

  it('forgets what a fork takes back, and can be told again otherwise', () => {
    const block = (number: number, byte: string) =>
      ({ ...at(number), block: { number, hash: root(byte) } }) as ChainState;
    const chronicle = createChronicle();
    chronicle.add(placed(submitted), block(3, '03'));
    chronicle.add(placed(revealed('ada', root('11'))), block(4, '04'));
    chronicle.add(
      placed({ type: 'workers.Slashed', worker: 'ada', request: 1n, paid: 6n, burned: 14n }),
      block(5, '05'),
    );
    expect(chronicle.burned()).toBe(14n);
    const early = chronicle.upTo(4);

    chronicle.takeBack({ number: 5, hash: root('05') });
    chronicle.takeBack({ number: 4, hash: root('04') });
    expect(chronicle.burned()).toBe(0n);
    expect(chronicle.account('ada').slashed).toBe(0n);
    expect(chronicle.request(1n)).toMatchObject({ state: 'open', softAt: undefined, claims: [] });
    chronicle.add(placed(), block(4, '14'));
    chronicle.add(placed(revealed('ben', root('11'))), block(5, '15'));
    expect(chronicle.request(1n)).toMatchObject({ softAt: 5, claims: [{ worker: 'ben' }] });
    expect(chronicle.blocks().map((one) => one.block.hash)).toEqual(['03', '14', '15'].map(root));
    expect(early.request(1n)).toMatchObject({ softAt: 4, claims: [{ worker: 'ada' }] });
    expect(early.burned()).toBe(0n);
    // What is not known is not taken back.
    chronicle.takeBack({ number: 5, hash: root('05') });
    expect(chronicle.blocks()).toHaveLength(3);
  });

  it('counts only what is its own', () => {
    const chronicle = createChronicle(() => scopeOf((address) => address === 'paul'));
    const state = at(3, [
      { request: 1n, worker: 'ada', traceRoot: '', outputRoot: '', outputs: [] },
      { request: 2n, worker: 'ada', traceRoot: '', outputRoot: '', outputs: [] },
    ]);
    chronicle.add(
      placed(
        submitted,
        { ...submitted, request: 2n, user: 'peter' },
        { type: 'payouts.Paid', from: 'paul', to: 'treasury', amount: 5n },
        { type: 'payouts.Paid', from: 'peter', to: 'treasury', amount: 7n },
      ),
      state,
    );
    expect(chronicle.requests().map(({ id }) => id)).toEqual([1n]);
    expect(chronicle.account('treasury').received).toBe(5n);
    expect(chronicle.count('inference.RequestSubmitted')).toBe(1);
    expect(chronicle.blocks()[0]?.claims).toHaveLength(1);
  });

  it('counts events by request, worker and time', () => {
    const chronicle = createChronicle();
    chronicle.add(placed(submitted), at(3));
    chronicle.add(placed(revealed('ada', root('11'))), at(4));
    chronicle.add(placed(revealed('ben', root('11'))), at(6));
    const count = (fitting: Parameters<typeof chronicle.count>[1]) =>
      chronicle.count('inference.ResultRevealed', fitting);
    expect(count({ worker: 'ada' })).toBe(1);
    expect(count({ worker: 'cleo' })).toBe(0);
    expect(count({ request: 1n, after: 4 })).toBe(1);
    expect(count({ after: 6 })).toBe(0);
  });
});
