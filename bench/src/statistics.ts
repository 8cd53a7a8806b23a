/** Percentiles and histograms of samples. */
import { quantileSorted } from 'simple-statistics';
import { mostOver, samplesFor } from './early-stopping.ts';

/** Of samples in one unit. Percentiles are those at or below which the share lies, interpolated. */
export interface Spread {
  count: number;
  min: number;
  p50: number;
  p90: number;
  p99: number;
  max: number;
}

/** How the samples lie; `undefined` when there are none. */
export const spreadOf = (samples: readonly number[]): Spread | undefined => {
  if (samples.length === 0) return undefined;
  const sorted = [...samples].sort((a, b) => a - b);
  return {
    count: sorted.length,
    min: quantileSorted(sorted, 0),
    p50: quantileSorted(sorted, 0.5),
    p90: quantileSorted(sorted, 0.9),
    p99: quantileSorted(sorted, 0.99),
    max: quantileSorted(sorted, 1),
  };
};

/** A percentile, or how many samples it would take. */
export type Percentile =
  | {
      type: 'known';
      /** Interpolated. */
      value: number;
      /** MLPerf's early stopping estimate: it is no more than this, at 99 % confidence. */
      atMost: number;
      count: number;
    }
  | { type: 'too-few'; count: number; needed: number };

/** The value below which the share `p` lies, when there are enough samples to say so. */
export const percentileOf = (samples: readonly number[], p: number): Percentile => {
  const needed = samplesFor(p);
  const count = samples.length;
  if (count < needed) return { type: 'too-few', count, needed };
  const sorted = [...samples].sort((a, b) => a - b);
  // Of the samples that may lie above the percentile the least is the estimate.
  const over = mostOver(p, count) ?? 1;
  return {
    type: 'known',
    value: quantileSorted(sorted, p),
    atMost: sorted[count - over] ?? Number.NaN,
    count,
  };
};

/** A percentile in words. */
export const renderPercentile = (
  percentile: Percentile,
  format: (value: number) => string,
): string =>
  percentile.type === 'known'
    ? format(percentile.value)
    : `not enough samples (${percentile.count} of ${percentile.needed})`;

/** The middle sample; `NaN` of none. */
export const medianOf = (samples: readonly number[]): number =>
  samples.length === 0
    ? Number.NaN
    : quantileSorted(
        [...samples].sort((a, b) => a - b),
        0.5,
      );

/** Samples from `from` up to but not including `to`. */
export interface Bin {
  from: number;
  to: number;
  count: number;
}

/** Bins of one width that cover the samples, empty ones between them included. */
export const histogramOf = (samples: readonly number[], width: number): Bin[] => {
  if (!(width > 0)) throw new RangeError(`the width of a bin is above zero, not ${width}`);
  if (samples.length === 0) return [];
  const indexes = samples.map((sample) => Math.floor(sample / width));
  const first = Math.min(...indexes);
  const bins = Array.from({ length: Math.max(...indexes) - first + 1 }, (_, offset): Bin => {
    const index = first + offset;
    return { from: index * width, to: (index + 1) * width, count: 0 };
  });
  for (const index of indexes) {
    const bin = bins[index - first];
    if (bin !== undefined) bin.count += 1;
  }
  return bins;
};
