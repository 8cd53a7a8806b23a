/** Averages of whole planes, in two steps where one would make a proof too large. */
import { elementCount, type TensorSpec } from '@veritrace/referee/graph';
import type { PoolWindow } from '../float/graph.ts';

/**
 * Bytes of an input whose planes are summed at once. In channels-last order an element of the sum meets every tile of its
 * image, so that this is about what a proof of one element takes.
 */
const MOST_BYTES = 64 * 1024;

/**
 * Windows of which a first step sums each, if the given one is a whole plane of a large tensor: about as many windows as
 * each has places, the last ones partly in the padding. The sums of these are the sum of the plane, to the bit.
 */
export const partsOfPlane = (
  x: TensorSpec,
  { kernel, pads }: PoolWindow,
): PoolWindow | undefined => {
  const [, , height = 1, width = 1] = x.shape;
  const isWhole =
    kernel[0] === height && kernel[1] === width && pads.every((amount) => amount === 0);
  if (!isWhole || elementCount(x.shape) / (x.shape[0] ?? 1) <= MOST_BYTES) return undefined;
  const sides: [number, number] = [Math.ceil(Math.sqrt(height)), Math.ceil(Math.sqrt(width))];
  const behind = (size: number, side: number) => Math.ceil(size / side) * side - size;
  return {
    kernel: sides,
    strides: sides,
    pads: [0, 0, behind(height, sides[0]), behind(width, sides[1])],
  };
};

/** Shape of what a pooling gives. */
export const pooledShape = (
  [batch = 1, channels = 1, height = 1, width = 1]: readonly number[],
  { kernel, strides, pads }: PoolWindow,
): number[] => [
  batch,
  channels,
  Math.floor((height + pads[0] + pads[2] - kernel[0]) / strides[0]) + 1,
  Math.floor((width + pads[1] + pads[3] - kernel[1]) / strides[1]) + 1,
];
