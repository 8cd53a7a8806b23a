/** Percentiles and histograms of samples. */
import { quantileSorted } from 'simple-statistics';

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
