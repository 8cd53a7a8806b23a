/** The order in which a person reads boxes: row by row from the top, each row from the left. */
import { type Quad, quadCentre, quadSize } from '../image/geometry.ts';

const middle = (a: readonly [number, number], b: readonly [number, number]) =>
  [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2] as const;

/**
 * Sorts by reading order. A box joins the row whose last box ends at about the height where it begins: rows may lean,
 * as on a photograph, as long as neighbours meet.
 */
export const readingOrder = <T extends { quad: Quad }>(items: readonly T[]): T[] => {
  const rows: { items: T[]; end: readonly [number, number]; height: number }[] = [];
  const left = ({ quad }: T) => middle(quad[0], quad[3]);
  for (const item of [...items].sort((a, b) => left(a)[0] - left(b)[0])) {
    const start = left(item);
    const { height } = quadSize(item.quad);
    let nearest: (typeof rows)[number] | undefined;
    let gap = Number.POSITIVE_INFINITY;
    for (const row of rows) {
      const off = Math.abs(row.end[1] - start[1]);
      // Half of the smaller height; and behind the row's end, give or take what boxes overlap.
      const isNear = off < 0.5 * Math.min(height, row.height);
      if (isNear && start[0] > row.end[0] - 0.5 * height && off < gap) [nearest, gap] = [row, off];
    }
    const end = middle(item.quad[1], item.quad[2]);
    if (nearest === undefined) {
      rows.push({ items: [item], end, height });
    } else {
      nearest.items.push(item);
      nearest.end = end;
      nearest.height = height;
    }
  }
  const top = (row: (typeof rows)[number]) =>
    row.items.reduce((sum, { quad }) => sum + quadCentre(quad)[1], 0) / row.items.length;
  return rows.sort((a, b) => top(a) - top(b)).flatMap((row) => row.items);
};
