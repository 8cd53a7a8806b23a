import type { ChainEvent, PlacedEvent } from '@veritrace/sdk';
import { describe, expect, it } from 'vitest';
import { benchResultSchema } from '../result.ts';
import { costsIn, stageOf } from './chain-watch.ts';
import { secondsInPs, secondsInStat, watchProcessors } from './processor-time.ts';
import {
  fullIn,
  kneeOf,
  metricsOf,
  renderThroughput,
  type Step,
  type ThroughputDetail,
} from './report.ts';

const event = (one: object) => one as unknown as ChainEvent;
const revealed = event({ type: 'inference.ResultRevealed', request: 1n, worker: 'ada' });
const submitted = event({ type: 'inference.RequestSubmitted', request: 1n });
const success = (refTime: number, proofSize: number) =>
  event({
    type: 'other',
    pallet: 'system',
    name: 'ExtrinsicSuccess',
    fields: { dispatchInfo: { weight: { refTime, proofSize } } },
  });
const fee = (actualFee: bigint) =>
  event({ type: 'transactionPayment.TransactionFeePaid', who: 'u', actualFee, tip: 0n });

describe('a stage', () => {
  it('is told by the event, and by how many answer', () => {
    expect(stageOf([submitted], 1)).toEqual({ stage: 'request', worker: undefined });
    expect(stageOf([revealed], 1)).toEqual({ stage: 'submit', worker: 'ada' });
    expect(stageOf([revealed], 2)).toEqual({ stage: 'reveal', worker: 'ada' });
    const settled = event({ type: 'inference.Settled', request: 1n });
    expect(stageOf([settled], 2)?.stage).toBe('settle');
    expect(stageOf([fee(1n)], 1)).toBeUndefined();
  });
});

describe('costs', () => {
  it('are those of the transactions that serve an inference; weight is that of all', () => {
    const placed = (extrinsicIndex: number | undefined, ...events: ChainEvent[]) =>
      events.map((one) => ({ extrinsicIndex, event: one }) as PlacedEvent);
    const { costs, refTime } = costsIn(
      ['0x0102', '0x010203', '0x01020304', '0x01'],
      [
        ...placed(0, success(100, 0)),
        ...placed(1, submitted, fee(7n), success(2_000, 300)),
        ...placed(2, revealed, success(3_000, 400)),
        // A claim that was refused.
        ...placed(3, event({ type: 'system.ExtrinsicFailed' }), fee(9n)),
        // A hook settles, and has no transaction.
        ...placed(undefined, event({ type: 'inference.Settled', request: 0n })),
      ],
      1,
    );
    expect(refTime).toBe(5_100);
    expect(costs).toEqual([
      { stage: 'request', worker: undefined, refTime: 2_000, proofSize: 300, bytes: 3, fee: 7n },
      { stage: 'submit', worker: 'ada', refTime: 3_000, proofSize: 400, bytes: 4, fee: 0n },
    ]);
  });
});

describe('processor time', () => {
  it('is read from the kernel, whatever a process calls itself', () => {
    const stat = '42 (a (b) c) S 1 42 42 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 11 0 5 1 2';
    expect(secondsInStat(stat)).toBe(3);
  });

  it.each([
    ['00:00:07', 7],
    ['01:02:03', 3_723],
    ['2-01:00:00', 176_400],
    ['3:04.50', 184.5],
  ])('is read from ps: %s', (text, seconds) => {
    expect(secondsInPs(text)).toBe(seconds);
  });

  it('of a process that works is about a core, and of one that is gone nothing', () => {
    const used = watchProcessors(
      new Map([
        ['self', process.pid],
        ['gone', 2 ** 30],
      ]),
    );
    const until = performance.now() + 300;
    while (performance.now() < until) Math.sqrt(until);
    const { processes, machine } = used();
    expect(Object.keys(processes)).toEqual(['self']);
    expect(processes.self).toBeGreaterThan(0);
    expect(machine).toBeGreaterThan(0);
  });
});

const step = (rate: number, settledRate: number, more: Partial<Step> = {}): Step => ({
  rate,
  offered: rate,
  requests: 100,
  settled: 100,
  lost: 0,
  refusals: [],
  settledRate,
  softSeconds: [6, 7, 8],
  hardSeconds: [40, 41, 42],
  pool: [0, 3, 1],
  perWorkerAndBlock: { ada: 0.5 },
  uses: [
    { what: 'all cores of the machine', share: 0.5 },
    { what: 'one core, by alice', share: 0.9 },
  ],
  ...more,
});

describe('the knee', () => {
  const steps = [step(0.25, 0.25), step(0.5, 0.48), step(1, 0.94), step(2, 2)];

  it('is the highest load that is sustained with all below it', () => {
    expect(kneeOf(steps, 30)?.rate).toBe(0.5);
    expect(kneeOf([...steps].reverse(), 30)?.rate).toBe(0.5);
  });

  it('is not where answers come late, or requests are lost', () => {
    expect(kneeOf([step(1, 1), step(2, 2, { softSeconds: [5, 40] })], 30)?.rate).toBe(1);
    expect(kneeOf([step(1, 1), step(2, 2, { lost: 1 })], 30)?.rate).toBe(1);
    expect(kneeOf([step(1, 0.5)], 30)).toBeUndefined();
  });
});

describe('the report', () => {
  const detail: ThroughputDetail = {
    network: 'local.toml',
    redundancy: 1,
    softBound: 30,
    steps: [step(0.5, 0.5), step(1, 0.7)],
    costs: [
      {
        stage: 'request',
        count: 200,
        fee: [2e10, 2e10],
        refTime: [5e8, 5e8],
        proofSize: [9_000, 9_000],
        bytes: [250, 250],
      },
    ],
    inferences: 2,
    hooksPerInference: 3e8,
  };

  it('names the knee, and what is full above it', () => {
    const text = renderThroughput(detail);
    expect(text).toContain('Knee: 0.5 requests a second');
    expect(text).toContain('At 1 a second full: one core, by alice (90.0 %).');
    expect(text).toContain('not enough samples (3 of 662)');
    // 500 µs of the request and 300 of hooks.
    expect(text).toMatch(/an inference +0\.0200 +800 +9,000 +250/);
  });

  it('says when nothing that was measured is full', () => {
    const calm = step(1, 0.7, { uses: [{ what: 'weight of blocks', share: 0.1 }] });
    expect(renderThroughput({ ...detail, steps: [calm] })).toContain(
      'nothing that was measured is full; the fullest: weight of blocks (10.0 %)',
    );
    expect(fullIn(calm)).toEqual([]);
  });

  it('has metrics the gate can read', () => {
    const metrics = metricsOf(detail);
    expect(benchResultSchema.shape.metrics.parse(metrics)).toEqual(metrics);
    expect(metrics.find(({ name }) => name === 'throughput/k-1/knee')).toMatchObject({
      samples: [0.5],
      better: 'higher',
    });
    expect(metrics.map(({ name }) => name)).toContain('throughput/k-1/cost/request/proof-size');
  });
});
