/**
 * Calibration samples: random pages and lines, half of them "photographed". Their words, layouts and seeds are not those
 * of the test pages.
 */
import { quadSize } from '../image/geometry.ts';
import { decodePicture, encodePictureJpeg, type Picture } from '../image/picture.ts';
import { prepareHead, prepareLine, preparePage } from '../image/prepare.ts';
import { columns, cutOut, turnOver } from '../image/resample.ts';
import { centre, INPUT_AFFINES, normalise, type PixelTensor } from '../image/tensor.ts';
import { MODEL_FILES, type ModelName, type Shape } from '../models.ts';
import { photograph } from '../pages/photograph.ts';
import type { Line, Page } from '../pages/sheet.ts';
import { createRandom, type Random } from '../random.ts';
import { randomPage } from './texts.ts';

/** Added to the caller's seed, so that none is one of the test pages'. */
const SEEDS = 0x5eed_0000;

const samplePage = (random: Random): Page => {
  const page = randomPage(random);
  if (random.chance(0.5)) return page;
  const seen = photograph(page, random.integer(0, 2 ** 30));
  return {
    ...seen,
    picture: decodePicture(encodePictureJpeg(seen.picture, random.integer(35, 85))),
  };
};

/** Cuts a line out with a little air around it, as the detector's boxes have. */
const cutLine = ({ picture }: Page, { quad }: Line, random: Random): Picture => {
  const { width, height } = quadSize(quad);
  const [x, y] = [random.between(0, 0.25) * height, random.between(0, 0.25) * height];
  const [a, b, c, d] = quad;
  return cutOut(
    picture,
    [
      [a[0] - x, a[1] - y],
      [b[0] + x, b[1] - y],
      [c[0] + x, c[1] + y],
      [d[0] - x, d[1] + y],
    ],
    Math.max(1, Math.round(width + 2 * x)),
    Math.max(1, Math.round(height + 2 * y)),
  );
};

/** A part of a line that fits the recogniser, as long lines are read in parts. */
const partOf = (line: Picture, [, , height, width]: Shape, random: Random): Picture => {
  const widest = Math.floor((line.height * width) / height);
  if (line.width <= widest) return line;
  const from = random.integer(0, line.width - widest);
  return columns(line, from, from + widest);
};

/**
 * `count` inputs of a model as bytes. The same on every machine, for a seed; a longer list begins with the shorter one.
 */
export const calibrationPixels = (
  model: ModelName,
  count: number,
  seed: number,
  shape: Shape = MODEL_FILES[model].shape,
): PixelTensor[] => {
  const random = createRandom(SEEDS + seed);
  const tensors: PixelTensor[] = [];
  while (tensors.length < count) {
    const page = samplePage(random);
    switch (model) {
      case 'detector':
        tensors.push(preparePage(page.picture, shape).tensor);
        break;
      case 'recogniser':
      case 'classifier': {
        // Few lines of each page, so that a short list has many faces, colours and lights.
        for (let taken = 0; taken < 4 && page.lines.length > 0; taken++) {
          const line = cutLine(page, random.pick(page.lines), random);
          tensors.push(
            model === 'recogniser'
              ? prepareLine(partOf(line, shape, random), shape)
              : prepareHead(random.chance(0.5) ? turnOver(line) : line, shape),
          );
        }
        break;
      }
    }
  }
  return tensors.slice(0, count);
};

/** `count` inputs of a model as reals, row-major. */
export const calibration = (
  model: ModelName,
  count: number,
  seed: number,
  shape: Shape = MODEL_FILES[model].shape,
): Float32Array[] =>
  calibrationPixels(model, count, seed, shape).map((tensor) =>
    normalise(tensor, INPUT_AFFINES[model]),
  );

/**
 * `count` inputs of a model rewritten to take pixels. The corners of the first are the darkest and the lightest byte, so
 * that a range taken from the samples is that of all bytes, and the scale is 1.
 */
export const calibrationCentred = (
  model: ModelName,
  count: number,
  seed: number,
  shape: Shape = MODEL_FILES[model].shape,
): Float32Array[] =>
  calibrationPixels(model, count, seed, shape).map((tensor, index) => {
    if (index === 0) tensor.data.set([0, 255]);
    return centre(tensor, INPUT_AFFINES[model]);
  });
