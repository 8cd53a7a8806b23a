/** Weights and biases of a linear operator as integers. */
import type { Constant } from '../float/graph.ts';

export interface QuantisedWeights {
  dtype: 'U8' | 'I8';
  /** In the constant's order. */
  values: Int16Array;
  zero: number;
  /** One, or one per output channel (dimension 0). */
  scales: number[];
}

/** Largest bias that is kept exact; a channel's scale grows until its bias fits. */
const LARGEST_BIAS = 2 ** 29;

/**
 * A channel with weights so much smaller than the others' is dead, and its weights become zero: a scale of its own would
 * be too small for a requantisation.
 */
const DEAD_CHANNEL = 2 ** -24;

const perChannel = <T>(outputs: number, make: (channel: number) => T): T[] =>
  Array.from({ length: outputs }, (_, channel) => make(channel));

/**
 * Signed, symmetric 8-bit weights with a scale per output channel, or one for all. What a QDQ model prescribes is
 * kept, unless its channels lie along another axis.
 */
export const quantiseWeights = (
  weights: Constant,
  bias: Float64Array | undefined,
  xScale: number,
  granularity: 'channel' | 'tensor',
): QuantisedWeights => {
  const [outputs = 1] = weights.shape;
  const taps = weights.values.length / outputs;
  const { quantised } = weights;
  if (
    quantised &&
    (quantised.scales.length === 1 || (quantised.axis === 0 && granularity === 'channel'))
  ) {
    const { dtype, values, zero, scales } = quantised;
    return { dtype, values, zero, scales };
  }
  const largest = perChannel(outputs, (channel) => {
    let most = 0;
    for (let tap = 0; tap < taps; tap++) {
      most = Math.max(most, Math.abs(weights.values[channel * taps + tap] ?? 0));
    }
    return Math.max(most / 127, Math.abs(bias?.[channel] ?? 0) / (xScale * LARGEST_BIAS));
  });
  const floor = Math.max(...largest) * DEAD_CHANNEL;
  const nonZero = (scale: number) => Math.fround(scale === 0 ? 1 / 127 : Math.max(scale, floor));
  const scales = granularity === 'channel' ? largest.map(nonZero) : [nonZero(Math.max(...largest))];
  const values = Int16Array.from(weights.values, (weight, index) => {
    const scale = scales[scales.length === 1 ? 0 : Math.floor(index / taps)] ?? 1;
    return Math.min(127, Math.max(-127, Math.round(weight / scale)));
  });
  return { dtype: 'I8', values, zero: 0, scales };
};

/** The bias in units of the accumulator. */
export const quantiseBias = (
  bias: Float64Array,
  xScale: number,
  weightScales: readonly number[],
): number[] =>
  Array.from(bias, (value, channel) => {
    const scale = weightScales[weightScales.length === 1 ? 0 : channel] ?? 1;
    return Math.round(value / (xScale * scale));
  });

/**
 * The bias with what rounding the weights adds to the mean output taken back: `sum(E[x] * (w - quantised w))` per output,
 * for inputs whose channels have these means. Padding is not accounted for.
 */
export const correctedBias = (
  { weights, bias }: { weights: Constant; bias: Float64Array | undefined },
  { values, zero, scales }: QuantisedWeights,
  means: ArrayLike<number>,
  groups: number,
): Float64Array => {
  const [outputs = 1, depth = 1] = weights.shape;
  const taps = weights.values.length / outputs;
  const area = taps / depth;
  return Float64Array.from(
    perChannel(outputs, (o) => {
      const scale = scales[scales.length === 1 ? 0 : o] ?? 1;
      const first = Math.floor(o / (outputs / groups)) * depth;
      let sum = bias?.[o] ?? 0;
      for (let tap = 0; tap < taps; tap++) {
        const at = o * taps + tap;
        const rounded = ((values[at] ?? 0) - zero) * scale;
        sum += ((weights.values[at] ?? 0) - rounded) * (means[first + Math.floor(tap / area)] ?? 0);
      }
      return sum;
    }),
  );
};
