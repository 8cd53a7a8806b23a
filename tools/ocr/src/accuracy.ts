/** How much of a known text was read. */
import type { Quad } from './image/geometry.ts';

/** Least number of characters to insert, delete or replace to get from one text to the other. */
export const editDistance = (from: string, to: string): number => {
  const [a, b] = [[...from], [...to]];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  a.forEach((character, i) => {
    const next = [i + 1];
    b.forEach((other, j) => {
      next.push(
        Math.min(
          (next[j] ?? 0) + 1,
          (row[j + 1] ?? 0) + 1,
          (row[j] ?? 0) + (character === other ? 0 : 1),
        ),
      );
    });
    row = next;
  });
  return row.at(-1) ?? 0;
};

/** A text and where it stands. */
export interface TextLine {
  text: string;
  quad: Quad;
}

export interface Accuracy {
  /** Characters of the true text. */
  characters: number;
  /** Edits between what was read and the truth. */
  edits: number;
  /** The same without any spaces. */
  inkCharacters: number;
  inkEdits: number;
}

const join = (lines: readonly { text: string }[]): string =>
  lines
    .map(({ text }) => text)
    .join(' ')
    .replace(/\s+/gu, ' ')
    .trim();

/** Area that the upright boxes around two quadrilaterals share. */
const overlap = (a: Quad, b: Quad): number => {
  const along = (axis: 0 | 1) => {
    const [mine, theirs] = [a.map((point) => point[axis]), b.map((point) => point[axis])];
    return (
      Math.min(Math.max(...mine), Math.max(...theirs)) -
      Math.max(Math.min(...mine), Math.min(...theirs))
    );
  };
  return Math.max(0, along(0)) * Math.max(0, along(1));
};

/**
 * The true text of a page and the text that was read, each line of the latter where the true line is that it covers
 * most: on a page of several columns there is more than one right order, and it is not the order that is measured. What
 * covers no line comes last.
 */
export const pageTexts = (
  truth: readonly TextLine[],
  read: readonly TextLine[],
): { truth: string; read: string } => {
  const placed = read.map((line) => {
    const areas = truth.map(({ quad }) => overlap(quad, line.quad));
    const most = Math.max(0, ...areas);
    return { text: line.text, at: most > 0 ? areas.indexOf(most) : truth.length };
  });
  // `read` comes in reading order, and the sort keeps it among the parts of one true line.
  return { truth: join(truth), read: join(placed.sort((a, b) => a.at - b.at)) };
};

/** Compares texts, with and without their spaces. */
export const compareTexts = (truth: string, read: string): Accuracy => {
  const bare = (text: string) => text.replace(/\s/gu, '');
  return {
    characters: [...truth].length,
    edits: editDistance(truth, read),
    inkCharacters: [...bare(truth)].length,
    inkEdits: editDistance(bare(truth), bare(read)),
  };
};

/** Sums over pages. */
export const addAccuracies = (parts: readonly Accuracy[]): Accuracy =>
  parts.reduce(
    (sum, part) => ({
      characters: sum.characters + part.characters,
      edits: sum.edits + part.edits,
      inkCharacters: sum.inkCharacters + part.inkCharacters,
      inkEdits: sum.inkEdits + part.inkEdits,
    }),
    { characters: 0, edits: 0, inkCharacters: 0, inkEdits: 0 },
  );

/** `1 - edits / length`, not below 0. */
export const share = (edits: number, characters: number): number =>
  characters === 0 ? (edits === 0 ? 1 : 0) : Math.max(0, 1 - edits / characters);
