/** Brings pages and lines to the sizes the models take. */
import { MODEL_FILES, type Shape } from '../models.ts';
import type { Picture } from './picture.ts';
import { columns, resize } from './resample.ts';
import { INPUT_AFFINES, neutralByte, type PixelTensor, toTensor } from './tensor.ts';

/** Sides of the detector's input are multiples of this. */
export const DETECTOR_STEP = 32;

const DETECTOR_PADDING = neutralByte(INPUT_AFFINES.detector);
const LINE_PADDING = neutralByte(INPUT_AFFINES.recogniser);

/** A page as the detector takes it, and by how much it was scaled: tensor coordinate = page coordinate × scale. */
export interface PreparedPage {
  tensor: PixelTensor;
  scale: number;
}

/** Scales a page so that it fits the detector's input, keeping its proportions. */
export const preparePage = (
  picture: Picture,
  shape: Shape = MODEL_FILES.detector.shape,
): PreparedPage => {
  const [, , height, width] = shape;
  const scale = Math.min(width / picture.width, height / picture.height);
  const small = resize(
    picture,
    Math.max(1, Math.min(width, Math.round(picture.width * scale))),
    Math.max(1, Math.min(height, Math.round(picture.height * scale))),
  );
  return { tensor: toTensor(small, shape, DETECTOR_PADDING), scale };
};

/** A line at the height of a model, as wide as its proportions ask for. */
export const scaleLine = (line: Picture, height: number): Picture =>
  resize(line, Math.max(1, Math.ceil((height * line.width) / line.height)), height);

/** A line as the recogniser or the classifier takes it; squeezed when it is too wide. */
export const prepareLine = (line: Picture, shape: Shape): PixelTensor => {
  const [, , height, width] = shape;
  const natural = Math.ceil((height * line.width) / line.height);
  const fitted = resize(line, Math.max(1, Math.min(width, natural)), height);
  return toTensor(fitted, shape, LINE_PADDING);
};

/** The beginning of a line, as the classifier takes it: direction shows in any part. */
export const prepareHead = (line: Picture, shape: Shape): PixelTensor => {
  const [, , height, width] = shape;
  const scaled = scaleLine(line, height);
  return toTensor(columns(scaled, 0, Math.min(width, scaled.width)), shape, LINE_PADDING);
};
