/**
 * Makes a page look as if it had been photographed: it lies askew on a table, the light is uneven, the lens is a little
 * out of focus, the sensor is noisy. A simulation, not a photograph; the seed decides everything.
 */
import { applyHomography, homography, mapQuad, type Point, quadOf } from '../image/geometry.ts';
import type { Picture } from '../image/picture.ts';
import { warp } from '../image/resample.ts';
import { createRandom, type Random } from '../random.ts';
import type { Page } from './sheet.ts';

export interface Strength {
  /** How far a corner may move, as a share of the page's shorter side. */
  tilt: number;
  /** Standard deviation of the blur, in pixels, at most. */
  blur: number;
  /** Standard deviation of the noise, in levels of 255, at most. */
  noise: number;
  /** How much darker the darkest corner may be, as a share. */
  shade: number;
}

/** A careful hand and good light. */
export const PHOTOGRAPH: Strength = { tilt: 0.04, blur: 0.9, noise: 7, shade: 0.4 };

/** A hasty one, out of focus, in the evening. */
export const POOR_PHOTOGRAPH: Strength = { tilt: 0.07, blur: 1.25, noise: 14, shade: 0.55 };

/** Three box filters in a row, near enough a Gaussian; fractional widths weigh the outermost pixels. */
const blurred = (picture: Picture, deviation: number): Picture => {
  if (deviation <= 0) return picture;
  const radius = (Math.sqrt(4 * deviation * deviation + 1) - 1) / 2;
  const whole = Math.floor(radius);
  const rest = radius - whole;
  const weight = 1 / (2 * radius + 1);
  const { width, height } = picture;
  let values = Float64Array.from(picture.data);
  const pass = (steps: number, stride: number, lines: number, lineStride: number) => {
    const next = new Float64Array(values.length);
    const at = (line: number, step: number) =>
      3 * (line * lineStride + Math.min(steps - 1, Math.max(0, step)) * stride);
    for (let line = 0; line < lines; line++) {
      for (let step = 0; step < steps; step++) {
        const to = at(line, step);
        for (let offset = -whole - 1; offset <= whole + 1; offset++) {
          const from = at(line, step + offset);
          const share = weight * (Math.abs(offset) > whole ? rest : 1);
          for (let colour = 0; colour < 3; colour++) {
            next[to + colour] = (next[to + colour] ?? 0) + share * (values[from + colour] ?? 0);
          }
        }
      }
    }
    values = next;
  };
  for (let round = 0; round < 3; round++) {
    pass(width, 1, height, width);
    pass(height, width, width, 1);
  }
  return { width, height, data: Uint8Array.from(values, (value) => Math.round(value)) };
};

/** Multiplies by a plane of light that falls off towards one side, tints it, and adds noise. */
const lit = (picture: Picture, random: Random, { shade, noise }: Strength): Picture => {
  const { width, height } = picture;
  const [dx, dy] = [random.between(-1, 1), random.between(-1, 1)];
  const span = Math.max(0.2, Math.abs(dx) + Math.abs(dy));
  const depth = random.between(shade / 2, shade);
  const tint = [random.between(0.94, 1), random.between(0.95, 1), random.between(0.86, 1)];
  const level = random.between(noise / 2, noise);
  const data = new Uint8Array(picture.data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const along = (dx * (x / width - 0.5) + dy * (y / height - 0.5)) / span + 0.5;
      const light = 1 - depth * along;
      for (let colour = 0; colour < 3; colour++) {
        const at = 3 * (y * width + x) + colour;
        const value = (picture.data[at] ?? 0) * light * (tint[colour] ?? 1);
        data[at] = Math.min(255, Math.max(0, Math.round(value + level * random.normal())));
      }
    }
  }
  return { width, height, data };
};

/** The table a page lies on: one colour with a grain. */
const table = (width: number, height: number, random: Random): Picture => {
  const wood = [random.integer(60, 130), random.integer(50, 100), random.integer(40, 80)];
  const data = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++) {
    const grain = random.between(-10, 10);
    for (let x = 0; x < width; x++) {
      for (let colour = 0; colour < 3; colour++) {
        data[3 * (y * width + x) + colour] = Math.round((wood[colour] ?? 0) + grain);
      }
    }
  }
  return { width, height, data };
};

/** A page as if photographed. The lines' corners move with it. */
export const photograph = (page: Page, seed: number, strength: Strength = PHOTOGRAPH): Page => {
  const random = createRandom(seed);
  const { width, height } = page.picture;
  const reach = strength.tilt * Math.min(width, height);
  // The page fills the picture but for a margin as wide as the corners may move.
  const corner = (x: number, y: number): Point => [
    x + (x === 0 ? 1 : -1) * random.between(0.1, 1) * reach,
    y + (y === 0 ? 1 : -1) * random.between(0.1, 1) * reach,
  ];
  const flat = quadOf(0, 0, width, height);
  const seen = mapQuad(flat, ([x, y]) => corner(x, y));
  const inverse = homography(seen, flat);
  const forward = homography(flat, seen);
  const warped = warp(page.picture, inverse, width, height);
  const behind = table(width, height, random);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [u, v] = applyHomography(inverse, [x + 0.5, y + 0.5]);
      if (u >= 0 && v >= 0 && u <= width && v <= height) continue;
      const at = 3 * (y * width + x);
      warped.data.set(behind.data.subarray(at, at + 3), at);
    }
  }
  const soft = blurred(warped, random.between(strength.blur / 3, strength.blur));
  return {
    picture: lit(soft, random, strength),
    lines: page.lines.map(({ text, quad }) => ({
      text,
      quad: mapQuad(quad, (point) => applyHomography(forward, point)),
    })),
  };
};
