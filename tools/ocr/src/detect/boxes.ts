/**
 * From the detector's map of probabilities to boxes around text ("differentiable binarisation"): pixels above a
 * threshold that touch become a rectangle, which is grown, since the model draws text thinner than it is.
 */
import type { Quad } from '../image/geometry.ts';
import { components } from './components.ts';
import { corners, type Rectangle, smallestRectangle } from './rectangle.ts';

export interface BoxOptions {
  /** Pixels above this probability belong to text. Default 0.3. */
  threshold?: number;
  /** Boxes whose mean probability is below this are dropped. Default 0.6. */
  minimumScore?: number;
  /** How far a box is grown: its area times this, over its perimeter, on every side. Default 1.5. */
  unclip?: number;
  /** Boxes with a shorter side, in pixels of the map, are dropped. Default 3. */
  minimumSide?: number;
  /** Most boxes; larger ones come first. Default 1000. */
  limit?: number;
}

/** A box in pixels of the map. */
export interface TextBox {
  quad: Quad;
  /** Mean probability in the box before it was grown. */
  score: number;
}

/** Mean of the map over the pixels whose centre lies in the rectangle. */
const meanInside = (
  map: ArrayLike<number>,
  mapWidth: number,
  mapHeight: number,
  { centre: [cx, cy], along: [dx, dy], width, height }: Rectangle,
): number => {
  const reach = (width + height) / 2 + 1;
  let [sum, count] = [0, 0];
  const [top, bottom] = [Math.max(0, Math.floor(cy - reach)), Math.min(mapHeight, cy + reach)];
  const [left, right] = [Math.max(0, Math.floor(cx - reach)), Math.min(mapWidth, cx + reach)];
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const [u, v] = [(x - cx) * dx + (y - cy) * dy, (y - cy) * dx - (x - cx) * dy];
      if (Math.abs(u) > width / 2 + 1e-6 || Math.abs(v) > height / 2 + 1e-6) continue;
      sum += map[y * mapWidth + x] ?? 0;
      count++;
    }
  }
  return count === 0 ? 0 : sum / count;
};

/** Boxes around the text of a map of `width` × `height` probabilities. */
export const textBoxes = (
  map: ArrayLike<number>,
  width: number,
  height: number,
  {
    threshold = 0.3,
    minimumScore = 0.6,
    unclip = 1.5,
    minimumSide = 3,
    limit = 1000,
  }: BoxOptions = {},
): TextBox[] =>
  components(map, width, height, threshold)
    .sort((a, b) => b.length - a.length)
    .slice(0, limit)
    .flatMap((pixels): TextBox[] => {
      const rectangle = smallestRectangle(
        pixels.map((pixel) => [pixel % width, Math.floor(pixel / width)] as const),
      );
      if (Math.min(rectangle.width, rectangle.height) < minimumSide) return [];
      const score = meanInside(map, width, height, rectangle);
      if (score < minimumScore) return [];
      const { width: w, height: h, centre, along } = rectangle;
      const grow = (w * h * unclip) / (2 * (w + h));
      const grown: Rectangle = {
        // From the centres of pixels to their borders.
        centre: [centre[0] + 0.5, centre[1] + 0.5],
        along,
        width: w + 2 * grow,
        height: h + 2 * grow,
      };
      if (Math.min(grown.width, grown.height) < minimumSide + 2) return [];
      return [{ quad: corners(grown), score }];
    });
