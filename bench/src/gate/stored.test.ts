import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import type { BenchResult, Metric } from '../result.ts';
import { compareStored, type Stored } from './stored.ts';

const machine = { processor: 'P', cores: 2, memoryBytes: 1, system: 'linux', node: 'v20' };

const stored = (file: string, metrics: Metric[], changes: Partial<BenchResult> = {}): Stored => ({
  file,
  result: {
    format: 'veritrace-bench/1',
    benchmark: 'test',
    startedAt: '2026-01-02T03:04:05.000Z',
    seed: 1,
    versions: {},
    machine,
    settings: {},
    metrics,
    detail: {},
    ...changes,
  },
});

const reads = (value: number): Metric => ({
  kind: 'exact',
  name: 'weights/a.b/reads',
  unit: 'reads',
  value,
});

const random = createRandom(1, 'stored results');
const sampled = (around: number, better: 'lower' | 'higher' = 'lower'): Metric => ({
  kind: 'sampled',
  name: 'inference/mlp/exact',
  unit: 'ms',
  better,
  samples: Array.from({ length: 20 }, () => around * (1 + (random() - 0.5) / 100)),
});

const many = (metric: () => Metric, changes?: Partial<BenchResult>): Stored[] =>
  Array.from({ length: 10 }, (_, index) => stored(`${index}.json`, [metric()], changes));

const compare = (base: Stored[], head: Stored[], only: string[] = []) =>
  compareStored(
    { base, head },
    {
      budgets: {
        exact: [],
        times: [{ metric: '**', allow: { share: 0.025 }, because: 'test', where: 'b.yaml:1' }],
      },
      selection: { only, except: [] },
      error: 0.01,
      seed: 1,
    },
  );

describe('stored results', () => {
  it('are compared exactly where they are exact', () => {
    expect(compare([stored('a', [reads(12)])], [stored('b', [reads(13)])])).toMatchObject([
      { name: 'weights/a.b/reads', verdict: 'fail', base: 12, head: 13 },
    ]);
    expect(compare([stored('a', [reads(12)])], [stored('b', [])])).toMatchObject([
      { verdict: 'uncompared', missingOn: 'head' },
    ]);
  });

  it('of one side must agree', () => {
    const disagreeing = [stored('a.json', [reads(12)]), stored('b.json', [reads(13)])];
    expect(() => compare(disagreeing, disagreeing)).toThrow(
      'weights/a.b/reads is 12 in a.json and 13 in b.json',
    );
  });

  it('say nothing of times until there are enough of them', () => {
    const [one] = compare([stored('a', [sampled(1)])], [stored('b', [sampled(9)])]);
    expect(one).toMatchObject({ verdict: 'not-enough-samples', rounds: 1 });
  });

  it.each([
    ['slower', sampled, 1, 1.1, 'fail'],
    ['as fast', sampled, 1, 1, 'pass'],
    ['faster', sampled, 1, 0.9, 'pass'],
  ] as const)('show a head that is %s', (_what, make, before, after, verdict) => {
    const [one] = compare(
      many(() => make(before)),
      many(() => make(after)),
    );
    expect(one).toMatchObject({ kind: 'time', verdict, rounds: 10 });
  });

  it('know what is better', () => {
    const [one] = compare(
      many(() => sampled(100, 'higher')),
      many(() => sampled(90, 'higher')),
    );
    expect(one).toMatchObject({ kind: 'time', verdict: 'fail' });
  });

  it('of different machines are not compared by time', () => {
    const other = { machine: { ...machine, processor: 'Q' } };
    const [one] = compare(
      many(() => sampled(1)),
      many(() => sampled(9), other),
    );
    expect(one).toMatchObject({ verdict: 'uncompared', missingOn: undefined });
  });

  it('can be looked at in part', () => {
    const both = [stored('a', [reads(1), sampled(1)])];
    expect(compare(both, both, ['weights/**']).map(({ name }) => name)).toEqual([
      'weights/a.b/reads',
    ]);
  });
});
