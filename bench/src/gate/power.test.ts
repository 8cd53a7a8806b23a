import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import type { Interleaved, InterleaveOptions } from './interleave.ts';
import { planLooks } from './looks.ts';
import { measurePower, summarise, upperShare } from './power.ts';
import { renderPower } from './power-table.ts';

const budgets = [{ metric: '**', allow: { share: 0.025 }, because: 'test', where: 'b.yaml:1' }];

/** A gate that is wrong at fixed comparisons. */
const fakeGate = (wrong: readonly number[]) => {
  let count = 0;
  const seeds: number[] = [];
  const random = createRandom(1, 'fake gate');
  const measure = async ({
    benchmarks,
    planted = 0,
    seed,
  }: InterleaveOptions): Promise<Interleaved> => {
    seeds.push(seed);
    return {
      missing: [],
      timed: new Map(
        benchmarks.map((name) => [
          name,
          { warmUp: 1, iterations: 20, rounds: [{ base: [random()], head: [random()] }] },
        ]),
      ),
      comparisons: benchmarks.map((name) => {
        const isWrong = wrong.includes(count);
        count += 1;
        return {
          ...{ kind: 'time', name, unit: 'ns', allowed: 0.025, budget: 'b.yaml:1' },
          ...{ base: 1, head: 1, rounds: 1, samples: 1 },
          ratio: { ratio: 1, low: 1, high: 1 },
          verdict: planted > 0 === isWrong ? 'pass' : 'fail',
        };
      }),
    };
  };
  return { measure, seeds };
};

const run = (measure: ReturnType<typeof fakeGate>['measure'], options = {}) =>
  measurePower({
    dirs: { base: '/base', head: '/head' },
    benchmarks: ['time/a', 'time/b'],
    budgets,
    plan: planLooks(10, 0.01),
    seed: 3,
    planted: 0.05,
    same: 9,
    slower: 4,
    measure,
    note: () => undefined,
    ...options,
  });

describe('the power of the gate', () => {
  it('counts false alarms and what was missed, over runs with seeds of their own', async () => {
    const { measure, seeds } = fakeGate([2, 11]);
    const detail = await run(measure);
    expect(summarise(detail.same)).toMatchObject({ count: 10, runs: 5, failed: 1, undecided: 0 });
    expect(summarise(detail.slower)).toMatchObject({ count: 4, runs: 2, failed: 3 });
    expect(new Set(seeds).size).toBe(7);
    const text = renderPower(detail);
    expect(text).toContain('1 of 10 comparisons failed (10.0 %, at most 39.4 %)');
    expect(text).toContain('5.0 % slower: 3 of 4 caught (75.0 %, at least 24.9 %)');
  });

  it('is not asked for where the slowdown is allowed', async () => {
    const { measure } = fakeGate([]);
    await expect(run(measure, { planted: 0.025 })).rejects.toThrow('leave it out');
  });
});

describe('the bound of a share', () => {
  it.each([
    [0, 200, 0.0149],
    [0, 300, 0.0099],
    [2, 200, 0.0311],
    [5, 5, 1],
  ])('for %d of %d is %d', (hits, trials, expected) => {
    expect(upperShare(hits, trials)).toBeCloseTo(expected, 3);
  });
});
