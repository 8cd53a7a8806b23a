/** From the values seen on calibration inputs to 8-bit quantisations. */
import type { ActivationQuantisation } from '../float/graph.ts';

export type CalibrationMethod =
  /** The whole range seen. */
  | 'minmax'
  /** The range that holds a share of the values at either end, 99.99 % of them if nothing else is said. */
  | 'percentile'
  /** The range with the least mean squared rounding and clipping error. */
  | 'mse';

/** What was seen of a tensor. */
export interface Observation {
  min: number;
  max: number;
  /** Counts over equal bins from `min` to `max`. */
  bins: Float64Array;
  /** Mean of each channel (dimension 1), where asked for. */
  means?: Float64Array | undefined;
  /** Largest distance from the mean of the elements that are normalised together, where asked for. */
  centred?: number | undefined;
}

const KEPT = 0.9999;
const MSE_STEPS = 80;

/**
 * A scale of at most 12 significant bits, not below `scale`. Calibration runs in float32, whose last bits differ
 * between machines; the compiled graph should not.
 */
export const roundScaleUp = (scale: number): number => {
  const unit = 2 ** (Math.floor(Math.log2(scale)) - 11);
  return Math.ceil(scale / unit - 1e-6) * unit;
};

/** Unsigned quantisation of a range, widened to hold zero, which must have an integer. */
export const quantisationOf = (min: number, max: number): ActivationQuantisation => {
  const [low, high] = [Math.min(0, min), Math.max(0, max)];
  if (!(high > low) || !Number.isFinite(high - low))
    return { dtype: 'U8', scale: 1 / 255, zero: 0 };
  const scale = roundScaleUp((high - low) / 255);
  return { dtype: 'U8', scale, zero: Math.min(255, Math.max(0, Math.round(-low / scale))) };
};

/** Mean squared error of the observed values under a quantisation, bins standing for their middle. */
const squaredError = (
  { min, max, bins }: Observation,
  { scale, zero }: ActivationQuantisation,
): number => {
  const width = (max - min) / bins.length;
  let error = 0;
  bins.forEach((count, bin) => {
    if (count === 0) return;
    const value = min + (bin + 0.5) * width;
    const q = Math.min(255, Math.max(0, Math.round(value / scale) + zero));
    error += count * ((q - zero) * scale - value) ** 2;
  });
  return error;
};

const percentileRange = ({ min, max, bins }: Observation, kept: number): [number, number] => {
  const total = bins.reduce((sum, count) => sum + count, 0);
  const width = (max - min) / bins.length;
  const allowed = total * (1 - kept);
  let [low, high] = [0, bins.length];
  for (let cut = 0; low < high; low++) {
    cut += bins[low] ?? 0;
    if (cut > allowed) break;
  }
  for (let cut = 0; high > low; high--) {
    cut += bins[high - 1] ?? 0;
    if (cut > allowed) break;
  }
  return [min + low * width, min + high * width];
};

/** Chooses a quantisation for what was observed. */
export const chooseQuantisation = (
  observation: Observation,
  method: CalibrationMethod,
  kept = KEPT,
): ActivationQuantisation => {
  const { min, max } = observation;
  switch (method) {
    case 'minmax':
      return quantisationOf(min, max);
    case 'percentile':
      return quantisationOf(...percentileRange(observation, kept));
    case 'mse': {
      let best = quantisationOf(min, max);
      let least = squaredError(observation, best);
      for (let step = 1; step < MSE_STEPS; step++) {
        const share = 1 - step / (MSE_STEPS + 20);
        const candidate = quantisationOf(min * share, max * share);
        const error = squaredError(observation, candidate);
        // A clear gain only, so that noise in the last bits does not change the choice.
        if (error < least * 0.999) [best, least] = [candidate, error];
      }
      return best;
    }
  }
};

/** Tells whether every value is `k * scale` for an integer k from 0 to 255; such inputs lose nothing. */
const isExact = (values: Iterable<number>, scale: number): boolean => {
  for (const value of values) {
    const q = value / scale;
    const k = Math.round(q);
    if (k < 0 || k > 255 || Math.abs(q - k) > 1e-5) return false;
  }
  return true;
};

/**
 * Quantisation of a model input from its calibration samples: the coarsest scale that represents all of them exactly,
 * if one does (pixels scaled to [0, 1] turn out as their bytes), else their whole range.
 */
export const inputQuantisation = (samples: readonly Float32Array[]): ActivationQuantisation => {
  let [min, max] = [0, 0];
  const distinct = new Set<number>();
  for (const sample of samples) {
    for (const value of sample) {
      if (value < min) min = value;
      if (value > max) max = value;
      if (distinct.size <= 256) distinct.add(value);
    }
  }
  if (min >= 0 && max > 0 && distinct.size <= 256) {
    for (let top = Math.max(1, distinct.size - 1); top <= 255; top++) {
      const scale = Math.fround(max / top);
      if (isExact(distinct, scale)) return { dtype: 'U8', scale, zero: 0 };
    }
  }
  return quantisationOf(min, max);
};
