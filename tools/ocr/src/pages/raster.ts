/** Fills outlines with smooth edges: each pixel gets the share of it that lies inside. */
import type { Picture } from '../image/picture.ts';
import type { Contour } from './font.ts';

export type Colour = readonly [red: number, green: number, blue: number];

/** Left, top, right, bottom; right and bottom are just outside. */
export type Box = readonly [left: number, top: number, right: number, bottom: number];

/** The box around contours; undefined when there are none, as for a space. */
export const boundsOf = (contours: readonly Contour[]): Box | undefined => {
  const points = contours.flat();
  if (points.length === 0) return undefined;
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
};

/**
 * Adds an edge to `area`, whose running sum along a row is the share of each pixel inside. A piece of an edge within
 * one pixel covers a trapezium of that pixel and all of the pixels to its right, by its height.
 */
const addEdge = (
  area: Float64Array,
  width: number,
  height: number,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
): void => {
  if (y0 === y1) return;
  const sign = y0 < y1 ? 1 : -1;
  const [ax, ay, bx, by] = sign === 1 ? [x0, y0, x1, y1] : [x1, y1, x0, y0];
  const slope = (bx - ax) / (by - ay);
  for (let row = Math.max(0, Math.floor(ay)); row < Math.min(height, Math.ceil(by)); row++) {
    const [top, bottom] = [Math.max(ay, row), Math.min(by, row + 1)];
    if (bottom <= top) continue;
    const [from, to] = [ax + (top - ay) * slope, ax + (bottom - ay) * slope];
    const [left, right] = from < to ? [from, to] : [to, from];
    const perColumn = right > left ? (bottom - top) / (right - left) : 0;
    for (let column = Math.floor(left); column <= Math.floor(right); column++) {
      const [l, r] = [Math.max(left, column), Math.min(right, column + 1)];
      const piece = right > left ? (r - l) * perColumn : bottom - top;
      if (piece <= 0) continue;
      const inside = column + 1 - (l + r) / 2;
      const at = row * width + Math.min(width - 2, Math.max(0, column));
      area[at] = (area[at] ?? 0) + sign * piece * inside;
      area[at + 1] = (area[at + 1] ?? 0) + sign * piece * (1 - inside);
    }
  }
};

/** Paints contours in a colour. What lies outside the picture is left out. */
export const fill = (picture: Picture, contours: readonly Contour[], colour: Colour): void => {
  const bounds = boundsOf(contours);
  if (bounds === undefined) return;
  const [left, top] = [Math.floor(bounds[0]) - 1, Math.floor(bounds[1]) - 1];
  const [width, height] = [Math.ceil(bounds[2]) + 2 - left, Math.ceil(bounds[3]) + 2 - top];
  const area = new Float64Array(width * height);
  for (const contour of contours) {
    contour.forEach(([x, y], index) => {
      const [nx, ny] = contour[(index + 1) % contour.length] ?? [x, y];
      addEdge(area, width, height, x - left, y - top, nx - left, ny - top);
    });
  }
  for (let row = 0; row < height; row++) {
    const y = top + row;
    if (y < 0 || y >= picture.height) continue;
    let sum = 0;
    for (let column = 0; column < width; column++) {
      sum += area[row * width + column] ?? 0;
      const x = left + column;
      const share = Math.min(1, Math.abs(sum));
      if (x < 0 || x >= picture.width || share < 1e-6) continue;
      const at = 3 * (y * picture.width + x);
      colour.forEach((value, channel) => {
        const below = picture.data[at + channel] ?? 0;
        picture.data[at + channel] = Math.round(below + (value - below) * share);
      });
    }
  }
};

/** Paints a rectangle, edges at pixel borders. */
export const fillBox = (picture: Picture, box: Box, colour: Colour): void => {
  const [left, top, right, bottom] = box;
  fill(
    picture,
    [
      [
        [left, top],
        [right, top],
        [right, bottom],
        [left, bottom],
      ],
    ],
    colour,
  );
};
