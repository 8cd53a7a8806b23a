/** Bilinear resampling: scaling, and cutting a quadrilateral out straight. */
import { type Homography, homography, type Quad, quadOf } from './geometry.ts';
import type { Picture } from './picture.ts';

/** Colour at a place between pixel centres; outside, the nearest pixel's. Written to `out` at `at`. */
const sample = (
  { width, height, data }: Picture,
  x: number,
  y: number,
  out: Uint8Array,
  at: number,
): void => {
  const cx = Math.min(width - 1, Math.max(0, x));
  const cy = Math.min(height - 1, Math.max(0, y));
  const [left, top] = [Math.floor(cx), Math.floor(cy)];
  const [right, bottom] = [Math.min(width - 1, left + 1), Math.min(height - 1, top + 1)];
  const [fx, fy] = [cx - left, cy - top];
  const [a, b] = [3 * (top * width + left), 3 * (top * width + right)];
  const [c, d] = [3 * (bottom * width + left), 3 * (bottom * width + right)];
  for (let colour = 0; colour < 3; colour++) {
    const upper = (data[a + colour] ?? 0) * (1 - fx) + (data[b + colour] ?? 0) * fx;
    const lower = (data[c + colour] ?? 0) * (1 - fx) + (data[d + colour] ?? 0) * fx;
    out[at + colour] = Math.round(upper * (1 - fy) + lower * fy);
  }
};

/** Scales to a size, pixel centres at halves, without smoothing first: what the models were trained with. */
export const resize = (picture: Picture, width: number, height: number): Picture => {
  const data = new Uint8Array(3 * width * height);
  const [sx, sy] = [picture.width / width, picture.height / height];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      sample(picture, (x + 0.5) * sx - 0.5, (y + 0.5) * sy - 0.5, data, 3 * (y * width + x));
    }
  }
  return { width, height, data };
};

/** A picture whose pixel at p shows what `picture` has where `inverse` takes p. */
export const warp = (
  picture: Picture,
  inverse: Homography,
  width: number,
  height: number,
): Picture => {
  const data = new Uint8Array(3 * width * height);
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, i = 0] = inverse;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [px, py] = [x + 0.5, y + 0.5];
      const w = g * px + h * py + i;
      const u = (a * px + b * py + c) / w;
      const v = (d * px + e * py + f) / w;
      sample(picture, u - 0.5, v - 0.5, data, 3 * (y * width + x));
    }
  }
  return { width, height, data };
};

/** The inside of a quadrilateral, straightened to a size. */
export const cutOut = (picture: Picture, quad: Quad, width: number, height: number): Picture =>
  warp(picture, homography(quadOf(0, 0, width, height), quad), width, height);

/** The picture on its head. */
export const turnOver = ({ width, height, data }: Picture): Picture => {
  const turned = new Uint8Array(data.length);
  const pixels = width * height;
  for (let pixel = 0; pixel < pixels; pixel++) {
    turned.set(data.subarray(3 * pixel, 3 * pixel + 3), 3 * (pixels - 1 - pixel));
  }
  return { width, height, data: turned };
};

/** A part of the picture, columns `from` up to but not `to`. */
export const columns = ({ width, height, data }: Picture, from: number, to: number): Picture => {
  const part = new Uint8Array(3 * (to - from) * height);
  for (let y = 0; y < height; y++) {
    part.set(data.subarray(3 * (y * width + from), 3 * (y * width + to)), 3 * y * (to - from));
  }
  return { width: to - from, height, data: part };
};

/** A quarter turn, the right side up: for lines that run upwards or downwards. */
export const turnLeft = ({ width, height, data }: Picture): Picture => {
  const turned = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = 3 * (y * width + x);
      turned.set(data.subarray(from, from + 3), 3 * ((width - 1 - x) * height + y));
    }
  }
  return { width: height, height: width, data: turned };
};
