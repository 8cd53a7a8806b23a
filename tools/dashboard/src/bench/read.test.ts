import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAttachments } from '../page/attachments.ts';
import { latencyResult } from '../testing/results.ts';
import { binsOf, disputeRows, newest, tracksOf } from './read.ts';

const file = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../testdata/bench/${name}`, import.meta.url)), 'utf8');

describe('results of benchmarks', () => {
  it('are told by what they say they are, and what is none is told', () => {
    const { results, gates, problems } = readAttachments(
      new Map([
        ['disputes.json', file('disputes.json')],
        ['gate.json', file('gate.json')],
        ['else.json', '{"what": 1}'],
      ]),
    );
    expect(results.map(({ benchmark }) => benchmark)).toEqual(['disputes']);
    expect(gates.map(({ outcome }) => outcome)).toHaveLength(1);
    expect(problems.map((one) => one.file)).toEqual(['else.json']);
  });

  it('say what a dispute costs at the worst node', () => {
    const { results } = readAttachments(new Map([['disputes.json', file('disputes.json')]]));
    const [row] = results.flatMap(disputeRows);
    expect(row?.model).toBe('digits-cnn');
    expect(row?.nodes).toBeGreaterThan(0);
    expect(row?.worstBytes).toBeGreaterThan(0);
  });

  it('are put into bins that hold every sample once', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 300 }),
        (samples) => {
          const bins = binsOf(samples);
          expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(samples.length);
          expect(bins.length).toBeLessThanOrEqual(32);
        },
      ),
      { examples: [[[0, 5e-324]], [[1e6, 1e6 + 2 ** -33]]] },
    );
  });

  it('are followed across commits, oldest first', () => {
    const results = [
      latencyResult(20, 2, 'bbbbbbbbbb', '2026-11-21'),
      latencyResult(20, 1, 'aaaaaaaaaa', '2026-11-20'),
    ];
    const tracks = tracksOf(results, (_name, commit) =>
      commit?.startsWith('b') ? 'pass' : undefined,
    );
    expect(tracks).toHaveLength(5);
    expect(tracks[0]?.points.map(({ commit, verdict }) => [commit, verdict])).toEqual([
      ['aaaaaaa', undefined],
      ['bbbbbbb', 'pass'],
    ]);
    expect(newest(results).map(({ startedAt }) => startedAt.slice(0, 10))).toEqual(['2026-11-21']);
  });
});
