/** Reads a page: finds the lines, turns those that are on their heads, recognises each, and puts them in order. */
import { type BoxOptions, textBoxes } from './detect/boxes.ts';
import { readingOrder } from './detect/order.ts';
import type { OcrEngine } from './engine.ts';
import { mapQuad, type Quad, quadSize } from './image/geometry.ts';
import type { Picture } from './image/picture.ts';
import { prepareHead, prepareLine, preparePage, scaleLine } from './image/prepare.ts';
import { cutOut, turnLeft, turnOver } from './image/resample.ts';
import type { Shape } from './models.ts';
import { decodeSteps } from './recognise/ctc.ts';
import { splitLine } from './recognise/split.ts';

/** A line that was read. */
export interface ReadLine {
  text: string;
  /** Corners on the page, in pixels, from the top left of the page's side of the box with the clock. */
  quad: Quad;
  /** Mean probability of the characters, where the engine gives probabilities. */
  score?: number;
}

export interface ReadOptions {
  boxes?: BoxOptions;
  /** A line is turned only when the classifier is at least this sure. Default 0.9. */
  turnScore?: number;
  /** Lines with a lower score are dropped. Default 0.5. */
  minimumScore?: number;
}

/** From here on a box that is taller than wide holds text that runs upwards. */
const UPRIGHT = 1.5;

/** Cuts a line out of the page, as wide as it is long. */
const cutLine = (page: Picture, quad: Quad): Picture => {
  const { width, height } = quadSize(quad);
  const line = cutOut(page, quad, Math.max(1, Math.round(width)), Math.max(1, Math.round(height)));
  return line.height >= UPRIGHT * line.width ? turnLeft(line) : line;
};

/** A line that a detector's map shows, cut out of the page. */
export interface FoundLine {
  /** Corners on the page, in pixels. */
  quad: Quad;
  picture: Picture;
}

/**
 * The lines that a detector's map of a page shows, in reading order. `map` has a probability of text for each pixel of the
 * detector's `shape`, row by row. Nobody is asked whether a line is on its head.
 */
export const findLines = (
  page: Picture,
  map: ArrayLike<number>,
  shape: Shape,
  boxes: BoxOptions = {},
): FoundLine[] => {
  const { scale } = preparePage(page, shape);
  const found = textBoxes(map, shape[3], shape[2], boxes).map(({ quad: box }) => {
    const quad = mapQuad(box, ([x, y]) => [x / scale, y / scale]);
    return { quad, picture: cutLine(page, quad) };
  });
  return readingOrder(found);
};

/** Whether the line is on its head, as far as the engine is sure. */
const isTurned = async (engine: OcrEngine, line: Picture, least: number): Promise<boolean> => {
  const { turned, score } = await engine.classify(prepareHead(line, engine.shapes.classifier));
  return turned && (score ?? 1) >= least;
};

/** Recognises one line that lies straight, in parts when it is long. */
export const readLine = async (
  engine: OcrEngine,
  keys: readonly string[],
  line: Picture,
): Promise<Omit<ReadLine, 'quad'>> => {
  const { recogniser } = engine.shapes;
  const [, , height, width] = recogniser;
  let text = '';
  let [sum, weight] = [0, 0];
  for (const { picture, joint } of splitLine(scaleLine(line, height), width)) {
    const steps = await engine.recognise(prepareLine(picture, recogniser));
    const part = decodeSteps(steps, keys);
    text += joint + part.text;
    if (part.score !== undefined) {
      sum += part.score * part.text.length;
      weight += part.text.length;
    }
  }
  const trimmed = text.replace(/\s+/gu, ' ').trim();
  return weight === 0 ? { text: trimmed } : { text: trimmed, score: sum / weight };
};

/** Reads a page. Lines come in reading order. */
export const readPage = async (
  engine: OcrEngine,
  keys: readonly string[],
  page: Picture,
  { boxes = {}, turnScore = 0.9, minimumScore = 0.5 }: ReadOptions = {},
): Promise<ReadLine[]> => {
  const { detector } = engine.shapes;
  const { tensor, scale } = preparePage(page, detector);
  const map = await engine.detect(tensor);
  const lines: ReadLine[] = [];
  let turnedLines = 0;
  for (const box of textBoxes(map, detector[3], detector[2], boxes)) {
    const quad = mapQuad(box.quad, ([x, y]) => [x / scale, y / scale]);
    const cut = cutLine(page, quad);
    const turned = await isTurned(engine, cut, turnScore);
    const read = await readLine(engine, keys, turned ? turnOver(cut) : cut);
    if (read.text === '' || (read.score ?? 1) < minimumScore) continue;
    lines.push({ ...read, quad });
    if (turned) turnedLines++;
  }
  const ordered = readingOrder(lines);
  // A page on its head is read from the bottom right.
  return 2 * turnedLines > lines.length ? ordered.reverse() : ordered;
};
