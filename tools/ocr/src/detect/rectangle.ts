/** The smallest rectangle, at any angle, around points. */
import type { Point, Quad } from '../image/geometry.ts';

/** A rectangle by its centre, the unit vector along its width, and its sides. The angle is within 45° of the horizontal. */
export interface Rectangle {
  centre: Point;
  along: Point;
  width: number;
  height: number;
}

const cross = ([ox, oy]: Point, [ax, ay]: Point, [bx, by]: Point): number =>
  (ax - ox) * (by - oy) - (ay - oy) * (bx - ox);

/** Corners of the convex hull, in order. */
export const convexHull = (points: readonly Point[]): Point[] => {
  const sorted = [...points].sort(([ax, ay], [bx, by]) => ax - bx || ay - by);
  const half = (source: readonly Point[]): Point[] => {
    const chain: Point[] = [];
    for (const point of source) {
      while (chain.length >= 2) {
        const [before, last] = [chain.at(-2) as Point, chain.at(-1) as Point];
        if (cross(before, last, point) > 0) break;
        chain.pop();
      }
      chain.push(point);
    }
    return chain.slice(0, -1);
  };
  const hull = [...half(sorted), ...half(sorted.reverse())];
  return hull.length === 0 ? points.slice(0, 1) : hull;
};

/** One side of the smallest rectangle lies along a side of the hull: every one is tried. */
export const smallestRectangle = (points: readonly Point[]): Rectangle => {
  const hull = convexHull(points);
  let best: Rectangle | undefined;
  hull.forEach(([x, y], index) => {
    const [nx, ny] = hull[(index + 1) % hull.length] as Point;
    const length = Math.sqrt((nx - x) ** 2 + (ny - y) ** 2);
    let [dx, dy] = length > 0 ? [(nx - x) / length, (ny - y) / length] : [1, 0];
    // Of the four directions of a rectangle's sides, the one that points most to the right.
    if (Math.abs(dy) > Math.abs(dx)) [dx, dy] = [dy, -dx];
    if (dx < 0) [dx, dy] = [-dx, -dy];
    let [left, right] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    let [top, bottom] = [left, right];
    for (const [px, py] of hull) {
      const [u, v] = [px * dx + py * dy, py * dx - px * dy];
      [left, right] = [Math.min(left, u), Math.max(right, u)];
      [top, bottom] = [Math.min(top, v), Math.max(bottom, v)];
    }
    const [width, height] = [right - left, bottom - top];
    if (best === undefined || width * height < best.width * best.height) {
      const [u, v] = [(left + right) / 2, (top + bottom) / 2];
      best = { centre: [u * dx - v * dy, u * dy + v * dx], along: [dx, dy], width, height };
    }
  });
  return best ?? { centre: [0, 0], along: [1, 0], width: 0, height: 0 };
};

/** Corners of a rectangle, from the top left with the clock. */
export const corners = ({ centre, along, width, height }: Rectangle): Quad => {
  const corner = (u: number, v: number): Point => [
    centre[0] + u * along[0] - v * along[1],
    centre[1] + u * along[1] + v * along[0],
  ];
  const [w, h] = [width / 2, height / 2];
  return [corner(-w, -h), corner(w, -h), corner(w, h), corner(-w, h)];
};
