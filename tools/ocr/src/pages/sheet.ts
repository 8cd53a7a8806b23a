/** A sheet to write on: every run of text drawn is kept with its place, as the page's ground truth. */
import { type Quad, quadOf } from '../image/geometry.ts';
import { blank, type Picture } from '../image/picture.ts';
import { type Face, outlineText } from './font.ts';
import { type Box, boundsOf, type Colour, fill, fillBox } from './raster.ts';

/** A run of text and the corners of its ink, in pixels. */
export interface Line {
  text: string;
  quad: Quad;
}

/** A picture and what is written on it. */
export interface Page {
  picture: Picture;
  lines: Line[];
}

export interface Style {
  face?: Face;
  /** Height of the em in pixels. */
  size?: number;
  colour?: Colour;
  /** Which point of the text `x` is. Default `left`. */
  align?: 'left' | 'centre' | 'right';
}

export interface Sheet {
  readonly width: number;
  readonly height: number;
  /** Writes a text with its baseline at `y`. Returns its width in pixels. */
  text(text: string, x: number, y: number, style?: Style): number;
  /** Paints a rectangle. */
  box(box: Box, colour: Colour): void;
  /** A horizontal line. */
  rule(left: number, right: number, y: number, thickness?: number): void;
  /** What has been drawn. */
  page(): Page;
}

const WHITE: Colour = [255, 255, 255];
const BLACK: Colour = [20, 20, 20];

export const createSheet = (
  width: number,
  height: number,
  {
    background = WHITE,
    ink = BLACK,
    face = 'sans',
    size = 22,
  }: {
    background?: Colour;
    ink?: Colour;
    face?: Face;
    size?: number;
  } = {},
): Sheet => {
  const picture = blank(width, height, background);
  const lines: Line[] = [];
  return {
    width,
    height,
    text(text, x, y, style = {}) {
      const em = style.size ?? size;
      const chosen = style.face ?? face;
      const { advance } = outlineText(chosen, text, 0, 0, em);
      const share = { left: 0, centre: 0.5, right: 1 }[style.align ?? 'left'];
      const { contours } = outlineText(chosen, text, x - share * advance, y, em);
      fill(picture, contours, style.colour ?? ink);
      const bounds = boundsOf(contours);
      if (bounds !== undefined) lines.push({ text, quad: quadOf(...bounds) });
      return advance;
    },
    box: (box, colour) => fillBox(picture, box, colour),
    rule: (left, right, y, thickness = 1) => fillBox(picture, [left, y, right, y + thickness], ink),
    page: () => ({ picture, lines }),
  };
};
