/**
 * From pictures to what the models take: planes of blue, green and red bytes, and the reals those bytes stand for.
 *
 * A byte p of channel c stands for `p * scale[c] + offset[c]`, and a request can hold the bytes themselves.
 */
import { OcrError } from '../errors.ts';
import type { ModelName, Shape } from '../models.ts';
import type { Picture } from './picture.ts';

/** Bytes of a model's input: all of blue, then green, then red, row by row. */
export interface PixelTensor {
  shape: Shape;
  data: Uint8Array;
}

/** `real = byte * scale[channel] + offset[channel]`, channels in the order blue, green, red. */
export interface InputAffine {
  scale: readonly [number, number, number];
  offset: readonly [number, number, number];
}

// The detector's constants are named for red, green, blue, yet its channels come as blue, green, red: so it was trained.
const MEAN = [0.485, 0.456, 0.406] as const;
const DEVIATION = [0.229, 0.224, 0.225] as const;

const affine = (
  mean: readonly [number, number, number],
  deviation: readonly [number, number, number],
): InputAffine => ({
  scale: [1 / (255 * deviation[0]), 1 / (255 * deviation[1]), 1 / (255 * deviation[2])],
  offset: [-mean[0] / deviation[0], -mean[1] / deviation[1], -mean[2] / deviation[2]],
});

/** What a byte stands for, by model. */
export const INPUT_AFFINES: Record<ModelName, InputAffine> = {
  detector: affine(MEAN, DEVIATION),
  recogniser: affine([0.5, 0.5, 0.5], [0.5, 0.5, 0.5]),
  classifier: affine([0.5, 0.5, 0.5], [0.5, 0.5, 0.5]),
};

/**
 * The byte nearest to zero, over all channels: what a picture is padded with, and the zero point of a quantisation in
 * which the integers are the bytes.
 */
export const neutralByte = ({ scale, offset }: InputAffine): number =>
  Math.round(scale.reduce((sum, s, channel) => sum - (offset[channel] ?? 0) / s, 0) / 3);

/** A picture in the top left corner of a tensor, and the `padding` byte elsewhere. Throws when it does not fit. */
export const toTensor = (picture: Picture, shape: Shape, padding: number): PixelTensor => {
  const [batch, channels, height, width] = shape;
  if (batch !== 1 || channels !== 3 || picture.width > width || picture.height > height) {
    throw new OcrError(
      'invalid-argument',
      `a picture of ${picture.width}×${picture.height} does not fit [${shape.join(',')}]`,
    );
  }
  const data = new Uint8Array(3 * height * width).fill(padding);
  for (let y = 0; y < picture.height; y++) {
    for (let x = 0; x < picture.width; x++) {
      const from = 3 * (y * picture.width + x);
      const to = y * width + x;
      data[to] = picture.data[from + 2] ?? 0;
      data[to + height * width] = picture.data[from + 1] ?? 0;
      data[to + 2 * height * width] = picture.data[from] ?? 0;
    }
  }
  return { shape, data };
};

/** The reals a tensor's bytes stand for. */
export const normalise = ({ data }: PixelTensor, { scale, offset }: InputAffine): Float32Array => {
  const plane = data.length / 3;
  return Float32Array.from(data, (byte, index) => {
    const channel = Math.floor(index / plane);
    return byte * (scale[channel] ?? 0) + (offset[channel] ?? 0);
  });
};

/** What a model rewritten to take pixels is given: each byte less the neutral one. */
export const centre = ({ data }: PixelTensor, affine: InputAffine): Float32Array => {
  const neutral = neutralByte(affine);
  return Float32Array.from(data, (byte) => byte - neutral);
};
