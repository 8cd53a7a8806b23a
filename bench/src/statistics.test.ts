import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { histogramOf, spreadOf } from './statistics.ts';

describe('spreadOf', () => {
  it('is undefined without samples', () => {
    expect(spreadOf([])).toBeUndefined();
  });

  it('names the percentiles of a known set', () => {
    const spread = spreadOf(Array.from({ length: 101 }, (_, index) => index));
    expect(spread).toEqual({ count: 101, min: 0, p50: 50, p90: 90, p99: 99, max: 100 });
  });

  it('is ordered, and does not depend on the order of the samples', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1, maxLength: 60 }), (samples) => {
        const spread = spreadOf(samples);
        if (spread === undefined) throw new Error('samples and no spread');
        const { min, p50, p90, p99, max } = spread;
        expect([min, p50, p90, p99, max]).toEqual([min, p50, p90, p99, max].sort((a, b) => a - b));
        expect(spreadOf([...samples].reverse())).toEqual(spread);
      }),
    );
  });
});

describe('histogramOf', () => {
  it('counts every sample once, in the bin that holds it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -500, max: 500 }), { maxLength: 60 }),
        fc.integer({ min: 1, max: 50 }),
        (samples, width) => {
          const bins = histogramOf(samples, width);
          expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(samples.length);
          for (const { from, to, count } of bins) {
            expect(samples.filter((sample) => sample >= from && sample < to)).toHaveLength(count);
          }
        },
      ),
    );
  });

  it('keeps empty bins between full ones', () => {
    expect(histogramOf([0, 25], 10)).toEqual([
      { from: 0, to: 10, count: 1 },
      { from: 10, to: 20, count: 0 },
      { from: 20, to: 30, count: 1 },
    ]);
  });

  it('refuses bins without a width', () => {
    expect(() => histogramOf([1], 0)).toThrow(RangeError);
  });
});
