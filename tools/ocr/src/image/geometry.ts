/** Points, quadrilaterals and the perspective maps between them. Coordinates are pixels; y points down. */

export type Point = readonly [x: number, y: number];

/** Corners in order: top left, top right, bottom right, bottom left of the text it holds. */
export type Quad = readonly [Point, Point, Point, Point];

/** A map of the plane, nine numbers row by row. */
export type Homography = readonly number[];

export const quadOf = (left: number, top: number, right: number, bottom: number): Quad => [
  [left, top],
  [right, top],
  [right, bottom],
  [left, bottom],
];

export const distance = ([ax, ay]: Point, [bx, by]: Point): number =>
  Math.sqrt((ax - bx) ** 2 + (ay - by) ** 2);

/** Length along the text and across it: the longer of the two opposite sides. */
export const quadSize = ([a, b, c, d]: Quad): { width: number; height: number } => ({
  width: Math.max(distance(a, b), distance(d, c)),
  height: Math.max(distance(a, d), distance(b, c)),
});

export const quadCentre = (quad: Quad): Point => [
  quad.reduce((sum, [x]) => sum + x, 0) / 4,
  quad.reduce((sum, [, y]) => sum + y, 0) / 4,
];

export const mapQuad = ([a, b, c, d]: Quad, map: (point: Point) => Point): Quad => [
  map(a),
  map(b),
  map(c),
  map(d),
];

/** Where a map takes a point. */
export const applyHomography = (h: Homography, [x, y]: Point): Point => {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, i = 0, j = 0] = h;
  const w = g * x + i * y + j;
  return [(a * x + b * y + c) / w, (d * x + e * y + f) / w];
};

/** The map that takes the four corners of `from` to those of `to`. Throws a `RangeError` for a degenerate quadrilateral. */
export const homography = (from: Quad, to: Quad): Homography => {
  // Two equations for each corner in the eight unknowns; the ninth is 1.
  const rows = from.flatMap(([x, y], corner) => {
    const [u, v] = to[corner] as Point;
    return [
      [x, y, 1, 0, 0, 0, -u * x, -u * y, u],
      [0, 0, 0, x, y, 1, -v * x, -v * y, v],
    ];
  });
  for (let column = 0; column < 8; column++) {
    let pivot = column;
    for (let row = column + 1; row < 8; row++) {
      if (Math.abs(rows[row]?.[column] ?? 0) > Math.abs(rows[pivot]?.[column] ?? 0)) pivot = row;
    }
    const [chosen, other] = [rows[pivot] as number[], rows[column] as number[]];
    rows[column] = chosen;
    rows[pivot] = other;
    const head = chosen[column] ?? 0;
    if (Math.abs(head) < 1e-9) throw new RangeError('the quadrilateral has no inside');
    for (let row = 0; row < 8; row++) {
      const cells = rows[row] as number[];
      const factor = (cells[column] ?? 0) / head;
      if (row === column || factor === 0) continue;
      for (let cell = column; cell < 9; cell++) {
        cells[cell] = (cells[cell] ?? 0) - factor * (chosen[cell] ?? 0);
      }
    }
  }
  return [...rows.map((cells, row) => (cells[8] ?? 0) / (cells[row] ?? 1)), 1];
};
