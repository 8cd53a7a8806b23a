/** Cuts a line that is longer than the recogniser's input into parts, between words where possible. */
import type { Picture } from '../image/picture.ts';
import { columns } from '../image/resample.ts';

export interface Part {
  picture: Picture;
  /** What stands between this part and the one before. */
  joint: '' | ' ';
}

/** Columns count as empty when their contrast is below this share of the line's. */
const EMPTY = 0.25;
/** A gap at least this wide, as a share of the height, is one between words. */
const WORD_GAP = 0.15;

/** Difference between the lightest and the darkest pixel of each column. */
const contrasts = ({ width, height, data }: Picture): Float64Array => {
  const found = new Float64Array(width);
  for (let x = 0; x < width; x++) {
    let [low, high] = [765, 0];
    for (let y = 0; y < height; y++) {
      const at = 3 * (y * width + x);
      const grey = (data[at] ?? 0) + (data[at + 1] ?? 0) + (data[at + 2] ?? 0);
      [low, high] = [Math.min(low, grey), Math.max(high, grey)];
    }
    found[x] = high - low;
  }
  return found;
};

interface Cut {
  at: number;
  gap: number;
}

/** The best place to cut in [from, to): the middle of the widest run of empty columns, the last of nearly equal ones. */
const bestCut = (contrast: Float64Array, threshold: number, from: number, to: number): Cut => {
  let best: Cut = { at: to, gap: 0 };
  let start = -1;
  for (let x = from; x <= to; x++) {
    if (x < to && (contrast[x] ?? 0) < threshold) {
      if (start === -1) start = x;
      continue;
    }
    if (start === -1) continue;
    const gap = x - start;
    if (gap >= 0.75 * best.gap)
      best = { at: Math.floor((start + x) / 2), gap: Math.max(gap, best.gap) };
    start = -1;
  }
  if (best.gap > 0) return best;
  // No empty column: where there is least to cut through.
  for (let x = from; x < to; x++) {
    if ((contrast[x] ?? 0) < (contrast[best.at] ?? Number.POSITIVE_INFINITY))
      best = { at: x, gap: 0 };
  }
  return best;
};

/** Parts of a line, left to right, none wider than `widest`. */
export const splitLine = (line: Picture, widest: number): Part[] => {
  if (line.width <= widest) return [{ picture: line, joint: '' }];
  const contrast = contrasts(line);
  const sorted = [...contrast].sort((a, b) => a - b);
  const threshold = EMPTY * (sorted[Math.floor(0.9 * sorted.length)] ?? 0);
  const parts: Part[] = [];
  let start = 0;
  let joint: Part['joint'] = '';
  while (line.width - start > widest) {
    const count = Math.ceil((line.width - start) / widest);
    // Parts of about equal width, so that none is a single letter.
    const ideal = (line.width - start) / count;
    const cut = bestCut(
      contrast,
      threshold,
      start + Math.floor(Math.max(0.5 * widest, 1, Math.min(0.8 * ideal, widest - 1))),
      start + widest,
    );
    parts.push({ picture: columns(line, start, cut.at), joint });
    start = cut.at;
    joint = cut.gap >= WORD_GAP * line.height ? ' ' : '';
  }
  parts.push({ picture: columns(line, start, line.width), joint });
  return parts;
};
