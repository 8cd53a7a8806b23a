/** Pictures in memory, and to and from PNG and JPEG. */
import { convertIndexedToRgb, decode as decodePng, encode as encodePng } from 'fast-png';
import jpeg from 'jpeg-js';
import { OcrError } from '../errors.ts';
import {
  checkSize,
  demandFewScans,
  MAX_FILE_BYTES,
  MAX_PIXELS,
  mostPixelsOfJpeg,
  soundPng,
} from './sound-file.ts';

/** Red, green and blue bytes, interleaved, row by row from the top left. */
export interface Picture {
  width: number;
  height: number;
  data: Uint8Array;
}

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const JPEG = [0xff, 0xd8, 0xff];

const startsWith = (bytes: Uint8Array, head: readonly number[]): boolean =>
  head.every((byte, index) => bytes[index] === byte);

/** A picture of one colour. */
export const blank = (
  width: number,
  height: number,
  [red, green, blue]: readonly [number, number, number],
): Picture => {
  const data = new Uint8Array(3 * width * height);
  for (let at = 0; at < data.length; at += 3) {
    data[at] = red;
    data[at + 1] = green;
    data[at + 2] = blue;
  }
  return { width, height, data };
};

const fromPng = (bytes: Uint8Array): Picture => {
  const png = decodePng(soundPng(bytes), { checkCrc: true });
  const { width, height, depth } = png;
  if (png.palette !== undefined) {
    const channels = png.palette[0]?.length ?? 3;
    return toRgb(width, height, channels, (at) => at, convertIndexedToRgb(png));
  }
  if (depth < 8) {
    const perRow = Math.ceil((width * depth) / 8);
    const top = 2 ** depth - 1;
    const data = new Uint8Array(3 * width * height);
    for (let pixel = 0; pixel < width * height; pixel++) {
      const bit = (pixel % width) * depth;
      const byte = png.data[Math.floor(pixel / width) * perRow + (bit >> 3)] ?? 0;
      const value = ((byte >> (8 - depth - (bit & 7))) & top) * (255 / top);
      data.fill(value, 3 * pixel, 3 * pixel + 3);
    }
    return { width, height, data };
  }
  const narrow = depth === 16 ? (value: number) => value >> 8 : (value: number) => value;
  return toRgb(width, height, png.channels, narrow, png.data);
};

/** Transparent parts are laid on white. */
const toRgb = (
  width: number,
  height: number,
  channels: number,
  narrow: (value: number) => number,
  source: ArrayLike<number>,
): Picture => {
  const data = new Uint8Array(3 * width * height);
  const [colours, opaque] = [channels >= 3 ? 3 : 1, channels % 2 === 1];
  for (let pixel = 0; pixel < width * height; pixel++) {
    const alpha = opaque ? 255 : narrow(source[channels * pixel + colours] ?? 255);
    for (let colour = 0; colour < 3; colour++) {
      const value = narrow(source[channels * pixel + (colours === 3 ? colour : 0)] ?? 0);
      data[3 * pixel + colour] = Math.round((value * alpha + 255 * (255 - alpha)) / 255);
    }
  }
  return { width, height, data };
};

const fromJpeg = (bytes: Uint8Array): Picture => {
  demandFewScans(bytes);
  const most = mostPixelsOfJpeg(bytes.length);
  try {
    const { width, height, data } = jpeg.decode(bytes, {
      useTArray: true,
      formatAsRGBA: false,
      tolerantDecoding: false,
      maxResolutionInMP: most / 1e6,
      // Coefficients of four bytes in four components, their samples and the pixels; what is described before them.
      maxMemoryUsageInMB: Math.min(512, 8 + Math.ceil((32 * most) / 2 ** 20)),
    });
    checkSize(width, height);
    return { width, height, data };
  } catch (error) {
    // The decoder looks at the dimensions before it takes memory for them.
    if (!(error instanceof Error && error.message.startsWith('maxResolutionInMP'))) throw error;
    throw new OcrError(
      'invalid-picture',
      most < MAX_PIXELS
        ? `a JPEG of ${bytes.length} bytes says that it has more than ${most} pixels, for which it is too short`
        : `a JPEG of more than ${MAX_PIXELS} pixels`,
    );
  }
};

/** Decodes a PNG or a baseline or progressive JPEG. Throws an `OcrError` for anything else, or anything too large. */
export const decodePicture = (bytes: Uint8Array): Picture => {
  if (bytes.length > MAX_FILE_BYTES) {
    throw new OcrError(
      'invalid-picture',
      `a picture's file of ${bytes.length} bytes is beyond ${MAX_FILE_BYTES}`,
    );
  }
  const decode = startsWith(bytes, PNG) ? fromPng : startsWith(bytes, JPEG) ? fromJpeg : undefined;
  if (decode === undefined) {
    throw new OcrError('invalid-picture', 'the bytes are neither a PNG nor a JPEG');
  }
  try {
    return decode(bytes);
  } catch (error) {
    if (error instanceof OcrError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new OcrError('invalid-picture', `the picture cannot be decoded: ${why}`);
  }
};

const isGrey = ({ data }: Picture): boolean => {
  for (let at = 0; at < data.length; at += 3) {
    if (data[at] !== data[at + 1] || data[at] !== data[at + 2]) return false;
  }
  return true;
};

/** A PNG of the picture; of one channel when it is grey. */
export const encodePicturePng = (picture: Picture): Uint8Array => {
  const { width, height, data } = picture;
  return isGrey(picture)
    ? encodePng({ width, height, channels: 1, data: data.filter((_, index) => index % 3 === 0) })
    : encodePng({ width, height, channels: 3, data });
};

/** A JPEG of the picture; quality from 1 to 100. */
export const encodePictureJpeg = (
  { width, height, data }: Picture,
  quality: number,
): Uint8Array => {
  const rgba = new Uint8Array(4 * width * height).fill(255);
  for (let pixel = 0; pixel < width * height; pixel++) {
    rgba.set(data.subarray(3 * pixel, 3 * pixel + 3), 4 * pixel);
  }
  return new Uint8Array(jpeg.encode({ width, height, data: rgba }, quality).data);
};
