import { describe, expect, it } from 'vitest';
import { describeMachine } from '../machine.ts';
import { benchResultSchema } from '../result.ts';
import { computedIn } from './computed.ts';
import { renderLatency, reportOf, resultOf } from './report.ts';
import { durationsOf, type Timeline } from './timeline.ts';

const timeline: Timeline = {
  request: 7n,
  sent: { at: 10_000, head: 20 },
  submitted: { block: 21, seen: 12_000, final: 18_000 },
  assigned: { block: 22, seen: 15_000, final: 21_000 },
  revealed: { block: 23, seen: 18_500, final: 24_000 },
  settled: { block: 36, seen: 57_000, final: 63_000 },
  computed: { at: 15_250, milliseconds: 40 },
};

describe('durations of a request', () => {
  it('are counted from its block and measured from its sending', () => {
    expect(durationsOf(timeline)).toEqual({
      softBlocks: 2,
      softBlocksFromSending: 3,
      hardBlocks: 15,
      softSeconds: 8.5,
      softFinalSeconds: 14,
      hardSeconds: 47,
      hardFinalSeconds: 53,
      inclusionSeconds: 2,
      drawSeconds: 3,
      answerSeconds: 0.25,
      inferenceSeconds: 0.04,
      resultInclusionSeconds: 3.25,
    });
  });

  it('are unknown where the log is silent', () => {
    const { answerSeconds, inferenceSeconds } = durationsOf({ ...timeline, computed: undefined });
    expect([answerSeconds, inferenceSeconds]).toEqual([undefined, undefined]);
  });
});

describe('a worker’s log', () => {
  it('tells when what was computed, and the first time counts', () => {
    const lines = [
      '{"level":30,"time":5,"name":"worker","request":"7","milliseconds":3,"msg":"computed"}',
      '{"level":30,"time":9,"name":"worker","request":"7","milliseconds":4,"msg":"computed"}',
      '{"level":30,"time":6,"name":"worker","msg":"worker started"}',
      'not JSON, though it says "computed"',
    ];
    expect([...computedIn(lines)]).toEqual([['7', { at: 5, milliseconds: 3 }]]);
  });
});

describe('the report', () => {
  const report = reportOf(
    {
      startedAt: '2026-01-01T00:00:00.000Z',
      commit: undefined,
      runtime: { name: 'veritrace', version: 1 },
      machine: describeMachine(),
      settings: { network: 'local.toml', requests: 2, rate: 0.5, redundancy: 1, seed: 1 },
      unsettled: ['request 8'],
      timelines: [timeline],
    },
    [0.1, 0.3],
  );

  it('keeps the raw samples and what follows from them', () => {
    expect(report.timelines).toEqual([timeline]);
    expect(report.durations.softBlocks?.p50).toBe(2);
    expect(report.histograms.softSeconds).toEqual([{ from: 8, to: 9, count: 1 }]);
    expect(report.blockGossipSeconds?.max).toBe(0.3);
  });

  it('says how many requests were not settled', () => {
    expect(renderLatency(report)).toContain('1 requests settled of 2');
  });

  it('is a result that the gate can read, raw samples and all', () => {
    const result = resultOf(report, { '@polkadot/api': '16' });
    expect(benchResultSchema.parse(JSON.parse(JSON.stringify(result)))).toEqual(
      JSON.parse(JSON.stringify(result)),
    );
    const metric = (name: string) => result.metrics.find((one) => one.name === name);
    expect(metric('latency/k-1/rate-0.5/soft-seconds')).toMatchObject({
      samples: [8.5],
      unit: 's',
    });
    expect(metric('latency/k-1/rate-0.5/hard-blocks')).toMatchObject({
      samples: [15],
      unit: 'blocks',
    });
    expect(result.versions.veritrace).toBe('1');
    expect(result.detail).toMatchObject({ timelines: [{ request: '7' }] });
  });
});
