import { describe, expect, it } from 'vitest';
import { type Quad, quadOf, quadSize } from '../image/geometry.ts';
import { createRandom } from '../random.ts';
import { textBoxes } from './boxes.ts';
import { components } from './components.ts';
import { readingOrder } from './order.ts';
import { convexHull, corners, smallestRectangle } from './rectangle.ts';

/** A map with 0.9 inside a rectangle that is turned by `angle` about its centre. */
const mapOf = (
  size: number,
  rectangles: readonly { x: number; y: number; w: number; h: number; angle?: number }[],
): Float32Array => {
  const map = new Float32Array(size * size);
  for (const { x, y, w, h, angle = 0 } of rectangles) {
    const [dx, dy] = [Math.cos(angle), Math.sin(angle)];
    for (let v = 0; v < size; v++) {
      for (let u = 0; u < size; u++) {
        const along = (u - x) * dx + (v - y) * dy;
        const across = (v - y) * dx - (u - x) * dy;
        if (Math.abs(along) <= w / 2 && Math.abs(across) <= h / 2) map[v * size + u] = 0.9;
      }
    }
  }
  return map;
};

describe('components', () => {
  it('joins pixels that touch at a corner and parts those that do not', () => {
    const map = [1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0];
    expect(components(map, 4, 3, 0.5)).toEqual([[0, 5], [7]]);
  });

  it('counts only what is above the threshold; NaN is not', () => {
    expect(components([0.3, 0.31, Number.NaN], 3, 1, 0.3)).toEqual([[1]]);
  });
});

describe('smallestRectangle', () => {
  it('has a hull without inner points', () => {
    const points = [
      [0, 0],
      [4, 0],
      [4, 2],
      [0, 2],
      [2, 1],
      [2, 0],
    ] as const;
    expect(convexHull(points)).toHaveLength(4);
  });

  it('holds all points and is no larger than the upright box (seed 5)', () => {
    const random = createRandom(5);
    for (let round = 0; round < 200; round++) {
      const points = Array.from(
        { length: random.integer(1, 12) },
        () => [random.integer(0, 30), random.integer(0, 30)] as const,
      );
      const { centre, along, width, height } = smallestRectangle(points);
      expect(Math.abs(along[1])).toBeLessThanOrEqual(Math.abs(along[0]) + 1e-9);
      for (const [x, y] of points) {
        const [dx, dy] = [x - centre[0], y - centre[1]];
        expect(Math.abs(dx * along[0] + dy * along[1])).toBeLessThanOrEqual(width / 2 + 1e-6);
        expect(Math.abs(dy * along[0] - dx * along[1])).toBeLessThanOrEqual(height / 2 + 1e-6);
      }
      const spread = (axis: 0 | 1) =>
        Math.max(...points.map((p) => p[axis])) - Math.min(...points.map((p) => p[axis]));
      expect(width * height).toBeLessThanOrEqual(spread(0) * spread(1) + 1e-6);
    }
  });

  it('gives corners from the top left with the clock', () => {
    const quad = corners({ centre: [5, 3], along: [1, 0], width: 6, height: 2 });
    expect(quad).toEqual(quadOf(2, 2, 8, 4));
  });
});

describe('textBoxes', () => {
  it('grows a box by its area times 1.5 over its perimeter', () => {
    const [box, ...others] = textBoxes(mapOf(64, [{ x: 30, y: 20, w: 40, h: 8 }]), 64, 64);
    expect(others).toEqual([]);
    const grow = (40 * 8 * 1.5) / (2 * 48);
    expect(quadSize(box?.quad ?? quadOf(0, 0, 0, 0))).toEqual({
      width: expect.closeTo(40 + 2 * grow, 6),
      height: expect.closeTo(8 + 2 * grow, 6),
    });
    expect(box?.score).toBeCloseTo(0.9, 5);
  });

  it('follows a line that leans', () => {
    const angle = 0.2;
    const [box] = textBoxes(mapOf(96, [{ x: 48, y: 48, w: 60, h: 10, angle }]), 96, 96);
    const [[ax, ay], [bx, by]] = box?.quad ?? quadOf(0, 0, 0, 0);
    expect(Math.atan2(by - ay, bx - ax)).toBeCloseTo(angle, 1);
  });

  it('drops what is small and what is faint', () => {
    const map = mapOf(64, [{ x: 10, y: 10, w: 2, h: 2 }]);
    for (let x = 20; x < 50; x++) for (let y = 40; y < 50; y++) map[y * 64 + x] = 0.5;
    expect(textBoxes(map, 64, 64)).toEqual([]);
    expect(textBoxes(map, 64, 64, { minimumScore: 0.4 })).toHaveLength(1);
  });

  it('keeps only as many as it may, the largest first', () => {
    const map = mapOf(64, [
      { x: 20, y: 10, w: 20, h: 6 },
      { x: 30, y: 40, w: 40, h: 6 },
    ]);
    const [box, ...others] = textBoxes(map, 64, 64, { limit: 1 });
    expect(others).toEqual([]);
    expect(quadSize(box?.quad ?? quadOf(0, 0, 0, 0)).width).toBeGreaterThan(40);
  });
});

describe('readingOrder', () => {
  const item = (text: string, quad: Quad) => ({ text, quad });

  it('goes row by row', () => {
    const items = [
      item('d', quadOf(60, 42, 90, 62)),
      item('c', quadOf(0, 40, 50, 60)),
      item('b', quadOf(60, 1, 90, 21)),
      item('a', quadOf(0, 0, 50, 20)),
    ];
    expect(readingOrder(items).map(({ text }) => text)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('follows rows that lean by more than their height', () => {
    const items = [0, 1, 2].flatMap((row) =>
      [0, 1, 2, 3, 4, 5].map((column) => {
        const [x, y] = [100 * column, 40 * row + 8 * column];
        const quad: Quad = [
          [x, y],
          [x + 90, y + 7],
          [x + 90, y + 27],
          [x, y + 20],
        ];
        return item(`${row}${column}`, quad);
      }),
    );
    const expected = items.map(({ text }) => text);
    expect(readingOrder(items.toReversed()).map(({ text }) => text)).toEqual(expected);
  });
});
