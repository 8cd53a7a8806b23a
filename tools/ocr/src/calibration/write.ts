/**
 * `npm run calibration -w @veritrace/ocr -- MODEL FOLDER [--count N] [--seed N] [--format npy|json] [--pixels] [--shape 1,3,H,W]`
 *
 * Writes calibration samples where `veritrace model compile --calibrate` reads them, one file for each sample: the reals
 * the model takes, or with `--pixels` the centred bytes that the rewritten model takes. `--shape` is for a model that is
 * compiled for another size of picture.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { callerPath } from '../caller-path.ts';
import { MODEL_FILES, MODELS, type ModelName, type Shape } from '../models.ts';
import { calibration, calibrationCentred } from './calibration.ts';
import { encodeNpy } from './npy.ts';

export const FORMATS = ['npy', 'json'] as const;

export type Format = (typeof FORMATS)[number];

export interface CalibrationOptions {
  count: number;
  seed: number;
  format: Format;
  /** Samples for the rewritten model. */
  pixels: boolean;
  /** Of the input; the model's own when absent. */
  shape?: Shape;
}

/** Writes `count` samples of a model to a folder. */
export const writeCalibration = async (
  model: ModelName,
  folder: string,
  { count, seed, format, pixels, shape = MODEL_FILES[model].shape }: CalibrationOptions,
): Promise<void> => {
  await mkdir(folder, { recursive: true });
  const samples = (pixels ? calibrationCentred : calibration)(model, count, seed, shape);
  for (const [index, values] of samples.entries()) {
    await writeFile(
      join(folder, `${String(index).padStart(4, '0')}.${format}`),
      format === 'npy' ? encodeNpy(values, shape) : JSON.stringify(Array.from(values)),
    );
  }
};

/** `1,3,H,W`; `undefined` when it is nothing of the kind. */
const shapeOf = (text: string): Shape | undefined => {
  const [, height, width] = text.match(/^1,3,([1-9]\d{0,3}),([1-9]\d{0,3})$/) ?? [];
  return height === undefined || width === undefined
    ? undefined
    : [1, 3, Number(height), Number(width)];
};

const main = async () => {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      count: { type: 'string', default: '32' },
      seed: { type: 'string', default: '1' },
      format: { type: 'string', default: 'npy' },
      pixels: { type: 'boolean', default: false },
      shape: { type: 'string' },
    },
  });
  const [name, folder] = positionals;
  const model = MODELS.find((known) => known === name);
  const format = FORMATS.find((known) => known === values.format);
  const [count, seed] = [Number(values.count), Number(values.seed)];
  const shape = values.shape === undefined ? undefined : shapeOf(values.shape);
  if (
    model === undefined ||
    folder === undefined ||
    format === undefined ||
    !Number.isSafeInteger(count) ||
    count < 1 ||
    !Number.isSafeInteger(seed) ||
    (values.shape !== undefined && shape === undefined)
  ) {
    process.stderr.write(
      `usage: calibration ${MODELS.join('|')} FOLDER [--count N] [--seed N] [--format ${FORMATS.join('|')}] [--pixels] [--shape 1,3,H,W]\n`,
    );
    process.exitCode = 2;
    return;
  }
  const { pixels } = values;
  await writeCalibration(model, callerPath(folder), {
    count,
    seed,
    format,
    pixels,
    ...(shape === undefined ? {} : { shape }),
  });
  process.stderr.write(`${count} samples of the ${model}, seed ${seed}, in ${folder}\n`);
};

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
