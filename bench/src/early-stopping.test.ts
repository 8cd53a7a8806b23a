import { describe, expect, it } from 'vitest';
import { countNeeded, mostOver, samplesFor } from './early-stopping.ts';
import { percentileOf, renderPercentile } from './statistics.ts';

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe('early stopping', () => {
  it.each([
    [0.5, 11],
    [0.9, 64],
    [0.99, 662],
  ])('tells the percentile %d from %d samples', (p, count) => {
    expect(samplesFor(p)).toBe(count);
  });

  it.each([
    [0.99, 0, 459],
    [0.99, 1, 662],
    [0.9, 2, 81],
  ])('needs, for %d with %d above, %d observations', (p, over, count) => {
    expect(countNeeded(p, over)).toBe(count);
    expect(mostOver(p, count)).toBe(over);
    // With one observation less, as many above it are too many.
    expect(mostOver(p, count - 1) ?? -1).toBe(over - 1);
  });

  it('comes to the share itself when observations are many', () => {
    const over = mostOver(0.99, 200_000) ?? 0;
    expect(over).toBeGreaterThan(1_850);
    expect(over).toBeLessThan(2_000);
  });
});

describe('a percentile', () => {
  it('is not told from too few samples, and says so', () => {
    const p99 = percentileOf(upTo(300), 0.99);
    expect(p99).toEqual({ type: 'too-few', count: 300, needed: 662 });
    expect(renderPercentile(p99, String)).toBe('not enough samples (300 of 662)');
  });

  it('comes with the estimate that MLPerf reports', () => {
    // Of 64 samples one may lie above p90: the estimate is the largest.
    expect(percentileOf(upTo(64), 0.9)).toEqual({
      type: 'known',
      value: 57.7,
      atMost: 64,
      count: 64,
    });
    // Of 1,000 samples 78 may.
    const p90 = percentileOf(upTo(1000).reverse(), 0.9);
    expect(p90).toMatchObject({ value: 900.1, atMost: 923 });
  });
});
