import { describe, expect, it } from 'vitest';
import { applyHomography, homography, type Quad, quadOf, quadSize } from './geometry.ts';
import { blank, type Picture } from './picture.ts';
import { columns, cutOut, resize, turnLeft, turnOver } from './resample.ts';

const greys = (width: number, height: number, values: readonly number[]): Picture => ({
  width,
  height,
  data: Uint8Array.from(values.flatMap((value) => [value, value, value])),
});

const read = ({ data }: Picture): number[] => [...data].filter((_, index) => index % 3 === 0);

describe('resize', () => {
  it('leaves a picture of the same size as it is', () => {
    const picture = greys(3, 2, [1, 2, 3, 4, 5, 6]);
    expect(resize(picture, 3, 2)).toEqual(picture);
  });

  it('interpolates between pixel centres', () => {
    // Centres of four pixels over two: at -0.25, 0.25, 0.75 and 1.25 of the old ones.
    expect(read(resize(greys(2, 1, [0, 100]), 4, 1))).toEqual([0, 25, 75, 100]);
  });

  it('takes the mean of two when it halves', () => {
    expect(read(resize(greys(4, 1, [0, 100, 50, 250]), 2, 1))).toEqual([50, 150]);
  });
});

describe('homography', () => {
  const from = quadOf(0, 0, 10, 20);
  const to: Quad = [
    [3, 4],
    [30, 1],
    [28, 40],
    [1, 44],
  ];

  it('takes corners to corners', () => {
    const map = homography(from, to);
    from.forEach((point, corner) => {
      const [x, y] = applyHomography(map, point);
      expect(x).toBeCloseTo(to[corner]?.[0] ?? 0, 9);
      expect(y).toBeCloseTo(to[corner]?.[1] ?? 0, 9);
    });
  });

  it('has the opposite map as its inverse', () => {
    const [x, y] = applyHomography(
      homography(to, from),
      applyHomography(homography(from, to), [7, 3]),
    );
    expect([x, y]).toEqual([expect.closeTo(7, 9), expect.closeTo(3, 9)]);
  });

  it('refuses corners on one line', () => {
    expect(() => homography(from, quadOf(0, 0, 10, 0))).toThrow(RangeError);
  });
});

describe('cutting out and turning', () => {
  const picture = greys(4, 2, [1, 2, 3, 4, 5, 6, 7, 8]);

  it('cuts an upright box pixel by pixel', () => {
    expect(read(cutOut(picture, quadOf(1, 0, 3, 2), 2, 2))).toEqual([2, 3, 6, 7]);
  });

  it('straightens a box that lies on its side', () => {
    // The text's top left corner is the picture's bottom left one: it runs upwards.
    const quad: Quad = [
      [0, 2],
      [0, 0],
      [4, 0],
      [4, 2],
    ];
    expect(quadSize(quad)).toEqual({ width: 2, height: 4 });
    expect(read(cutOut(picture, quad, 2, 4))).toEqual([5, 1, 6, 2, 7, 3, 8, 4]);
  });

  it('turns by half and by a quarter', () => {
    expect(read(turnOver(picture))).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
    expect(read(turnLeft(picture))).toEqual([4, 8, 3, 7, 2, 6, 1, 5]);
    expect(turnLeft(picture)).toMatchObject({ width: 2, height: 4 });
  });

  it('takes columns', () => {
    expect(read(columns(picture, 1, 3))).toEqual([2, 3, 6, 7]);
  });

  it('repeats the border beyond it', () => {
    expect(read(cutOut(blank(2, 2, [9, 9, 9]), quadOf(-3, -3, 0, 0), 2, 2))).toEqual([9, 9, 9, 9]);
  });
});
