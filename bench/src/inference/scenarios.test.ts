import { describe, expect, it } from 'vitest';
import { mostOver } from '../early-stopping.ts';
import { createRandom } from '../random.ts';
import { poissonArrivals } from './arrivals.ts';
import { createRateSearch, type RateSearchOptions } from './rate-search.ts';
import { queriesFor } from './run.ts';
import { type ServeClock, serve } from './serve.ts';

/** A clock that goes only when someone waits for it. */
const createFakeClock = (): ServeClock => {
  let now = 1_000;
  return {
    now: () => now,
    after: async (milliseconds) => {
      now += milliseconds;
    },
  };
};

describe('arrivals', () => {
  const arrivals = poissonArrivals(200, 20_000, createRandom(7, 'arrivals'));

  it('come at the rate, in order, the same for a seed', () => {
    expect(arrivals).toEqual(poissonArrivals(200, 20_000, createRandom(7, 'arrivals')));
    expect(arrivals.every((moment, index) => moment > (arrivals[index - 1] ?? 0))).toBe(true);
    expect((arrivals.at(-1) ?? 0) / 20_000).toBeCloseTo(5, 0);
  });

  it('have gaps that are exponential: the share e^-1 is longer than the mean', () => {
    const gaps = arrivals.map((moment, index) => moment - (arrivals[index - 1] ?? 0));
    const long = gaps.filter((gap) => gap > 5).length / gaps.length;
    expect(long).toBeCloseTo(Math.exp(-1), 1);
  });
});

describe('serving', () => {
  const taking = (clock: ServeClock, milliseconds: number) => () => clock.after(milliseconds);

  it('counts a request from when it was to come, waiting included', async () => {
    const clock = createFakeClock();
    const { latencies } = await serve({
      arrivals: [0, 1, 2, 100],
      run: taking(clock, 10),
      clock,
    });
    expect(latencies).toEqual([10, 19, 28, 10]);
  });

  it('counts a timer that is late', async () => {
    const clock = createFakeClock();
    const late = { ...clock, after: (milliseconds: number) => clock.after(milliseconds + 3) };
    const { latencies } = await serve({ arrivals: [5], run: taking(clock, 10), clock: late });
    expect(latencies).toEqual([13]);
  });

  it('gives up once too many are late', async () => {
    const clock = createFakeClock();
    let begun = 0;
    const served = await serve({
      arrivals: Array.from({ length: 1000 }, (_, index) => index),
      run: () => {
        begun += 1;
        return clock.after(10);
      },
      giveUp: { bound: 50, most: 5 },
      clock,
    });
    expect(served.gaveUp).toBe(true);
    expect(begun).toBeLessThan(20);
  });

  it('rejects when a request cannot be answered', async () => {
    const run = () => Promise.reject(new Error('no'));
    await expect(serve({ arrivals: [0, 0], run })).rejects.toThrow('no');
  });
});

describe('a probe', () => {
  it('has enough requests for p99', () => {
    expect(queriesFor(10, 1_324, 5)).toBe(1_324);
  });

  it('lasts until an overload of 5 % shows: of these more than 1 % are beyond the bound', async () => {
    const [bound, service] = [40, 1];
    const clock = createFakeClock();
    const rate = 1_050 / service;
    const queries = queriesFor(rate, 662, bound);
    const { gaveUp } = await serve({
      arrivals: Array.from({ length: queries }, (_, index) => (index * 1000) / rate),
      run: () => clock.after(service),
      giveUp: { bound, most: mostOver(0.99, queries) ?? 0 },
      clock,
    });
    expect(gaveUp).toBe(true);
  });
});

describe('the search for a rate', () => {
  const search = (holds: (rate: number) => boolean, options: Partial<RateSearchOptions> = {}) => {
    const one = createRateSearch({ start: 100, least: 10, precision: 0.05, tries: 40, ...options });
    const tried: number[] = [];
    for (let rate = one.next(); rate !== undefined; rate = one.next()) {
      tried.push(rate);
      one.told(rate, holds(rate));
    }
    return { best: one.best(), tried };
  };

  it.each([13, 77, 99, 100, 101, 5_000])('finds %d within its precision, from below', (limit) => {
    const { best, tried } = search((rate) => rate <= limit);
    expect(best).toBeLessThanOrEqual(limit);
    expect(best).toBeGreaterThanOrEqual(limit / 1.05);
    expect(tried.length).toBeLessThan(15);
  });

  it('brackets before it bisects', () => {
    expect(search((rate) => rate <= 300).tried.slice(0, 4)).toEqual([
      100,
      200,
      400,
      Math.sqrt(200 * 400),
    ]);
  });

  it('finds none where none holds, and stops at the least', () => {
    expect(search(() => false)).toEqual({ best: undefined, tried: [100, 50, 25, 12.5, 10] });
  });

  it('stops after so many tries', () => {
    expect(search(() => true, { tries: 5 })).toMatchObject({ best: 1600 });
  });

  it('does not begin at nothing', () => {
    expect(() => search(() => true, { start: 0 })).toThrow(RangeError);
  });
});
