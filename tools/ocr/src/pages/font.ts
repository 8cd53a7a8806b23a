/** Fonts from npm packages, and their glyphs as outlines. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import opentype from 'opentype.js';

/** Names of the faces at hand. All under the SIL Open Font Licence 1.1. */
export const FACES = ['sans', 'sans-bold', 'serif', 'serif-italic', 'mono', 'mono-bold'] as const;

export type Face = (typeof FACES)[number];

const FILES: Record<Face, string> = {
  sans: '@fontsource/roboto/files/roboto-latin-400-normal.woff',
  'sans-bold': '@fontsource/roboto/files/roboto-latin-700-normal.woff',
  serif: '@fontsource/lora/files/lora-latin-400-normal.woff',
  'serif-italic': '@fontsource/lora/files/lora-latin-400-italic.woff',
  mono: '@fontsource/courier-prime/files/courier-prime-latin-400-normal.woff',
  'mono-bold': '@fontsource/courier-prime/files/courier-prime-latin-700-normal.woff',
};

/** A closed contour: points in order, curves already straightened. */
export type Contour = [x: number, y: number][];

export interface OutlinedText {
  contours: Contour[];
  /** Distance to where the next character would stand. */
  advance: number;
}

const require = createRequire(import.meta.url);
const loaded = new Map<Face, opentype.Font>();

const load = (face: Face): opentype.Font => {
  const known = loaded.get(face);
  if (known !== undefined) return known;
  const bytes = new Uint8Array(readFileSync(require.resolve(FILES[face])));
  const font = opentype.parse(bytes.buffer);
  loaded.set(face, font);
  return font;
};

/** Straight pieces of a curve. More would not change a pixel at the sizes of pages. */
const PIECES = 8;

const flatten = (commands: readonly opentype.PathCommand[]): Contour[] => {
  const contours: Contour[] = [];
  let contour: Contour = [];
  let [px, py] = [0, 0];
  for (const command of commands) {
    switch (command.type) {
      case 'M':
        contour = [[command.x, command.y]];
        contours.push(contour);
        break;
      case 'L':
        contour.push([command.x, command.y]);
        break;
      case 'Q':
        for (let piece = 1; piece <= PIECES; piece++) {
          const t = piece / PIECES;
          const s = 1 - t;
          contour.push([
            s * s * px + 2 * s * t * command.x1 + t * t * command.x,
            s * s * py + 2 * s * t * command.y1 + t * t * command.y,
          ]);
        }
        break;
      case 'C':
        for (let piece = 1; piece <= PIECES; piece++) {
          const t = piece / PIECES;
          const s = 1 - t;
          const [a, b, c, d] = [s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t];
          contour.push([
            a * px + b * command.x1 + c * command.x2 + d * command.x,
            a * py + b * command.y1 + c * command.y2 + d * command.y,
          ]);
        }
        break;
      case 'Z':
        continue;
    }
    [px, py] = [command.x, command.y];
  }
  return contours;
};

/**
 * Outlines of a text whose baseline begins at (x, y); `size` is the height of the em in pixels.
 * Throws a `RangeError` for a character the face does not have.
 */
export const outlineText = (
  face: Face,
  text: string,
  x: number,
  y: number,
  size: number,
): OutlinedText => {
  const font = load(face);
  const contours: Contour[] = [];
  let pen = x;
  for (const character of text) {
    if (font.charToGlyphIndex(character) === 0) {
      throw new RangeError(`the face ${face} has no "${character}"`);
    }
    const glyph = font.charToGlyph(character);
    contours.push(...flatten(glyph.getPath(pen, y, size).commands));
    pen += ((glyph.advanceWidth ?? 0) * size) / font.unitsPerEm;
  }
  return { contours, advance: pen - x };
};
