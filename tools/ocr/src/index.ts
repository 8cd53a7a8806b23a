export { type Accuracy, compareTexts, editDistance, pageTexts, share } from './accuracy.ts';
export { calibration, calibrationCentred, calibrationPixels } from './calibration/calibration.ts';
export { type BoxOptions, type TextBox, textBoxes } from './detect/boxes.ts';
export {
  createFloatEngine,
  type Direction,
  type FloatEngineOptions,
  type OcrEngine,
  type Steps,
} from './engine.ts';
export { OcrError, type OcrErrorCode } from './errors.ts';
export {
  createExactEngine,
  type ExactEngineOptions,
  requestBytes,
  stepsOf,
} from './exact-engine.ts';
export type { Quad } from './image/geometry.ts';
export {
  decodePicture,
  encodePictureJpeg,
  encodePicturePng,
  type Picture,
} from './image/picture.ts';
export { prepareHead, prepareLine, preparePage } from './image/prepare.ts';
export { MAX_FILE_BYTES } from './image/sound-file.ts';
export {
  centre,
  INPUT_AFFINES,
  type InputAffine,
  neutralByte,
  normalise,
  type PixelTensor,
} from './image/tensor.ts';
export {
  MODEL_FILES,
  MODELS,
  type ModelFile,
  type ModelName,
  modelPath,
  readKeys,
  readModel,
  type Shape,
} from './models.ts';
export { withPixelInput } from './onnx/pixel-input.ts';
export { readPixelModel } from './onnx/write.ts';
export { PAGES, readPages, type TestPage } from './pages/folder.ts';
export {
  type FoundLine,
  findLines,
  type ReadLine,
  type ReadOptions,
  readLine,
  readPage,
} from './read.ts';
export { decodeSteps } from './recognise/ctc.ts';
export { markdown, type PageRow, type Reading, readRow, totals } from './table.ts';
