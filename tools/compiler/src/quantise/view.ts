/** How a tensor of ours is found among the file's. */
import type { FloatGraph } from '../float/graph.ts';

/** A tensor of the file, of which some channels (dimension 1) are taken and divided. */
export interface View {
  /** Name in the file. */
  file: string;
  /** Channels of the file's tensor, in our order; all of them as they are if absent. */
  channels?: readonly number[];
  /** What each of our channels is divided by. */
  divisors: ArrayLike<number>;
  /** Channels of the file's tensor. */
  count: number;
  /** Elements of one channel. */
  inner: number;
}

/** The values of a view, from those of the file's tensor. */
export const viewed = (values: Float32Array, view: View | undefined): Float32Array => {
  if (view === undefined) return values;
  const { channels, divisors, count, inner } = view;
  const width = channels?.length ?? count;
  const batches = values.length / (count * inner);
  const result = new Float32Array(batches * width * inner);
  for (let batch = 0, to = 0; batch < batches; batch++) {
    for (let channel = 0; channel < width; channel++) {
      const from = (batch * count + (channels?.[channel] ?? channel)) * inner;
      const divisor = divisors[channel] ?? 1;
      for (let index = 0; index < inner; index++, to++) {
        result[to] = (values[from + index] as number) / divisor;
      }
    }
  }
  return result;
};

/** Name by which a tensor is observed in the file. */
export const observedName = (graph: FloatGraph, tensor: string): string =>
  graph.observedAs.get(tensor) ?? tensor;
