/**
 * `npm run calibration -w @veritrace/ocr -- MODEL FOLDER [--count N] [--seed N] [--format json|npy|pixels]`
 *
 * Writes calibration samples where `veritrace model compile --calibrate` reads them, one file for each sample:
 * `json` arrays or `npy`, the reals the model takes; or `pixels`, the bytes themselves as one file with an index, for a
 * model rewritten to take them.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { INPUT_AFFINES, normalise } from '../image/tensor.ts';
import { MODEL_FILES, MODELS, type ModelName } from '../models.ts';
import { calibrationPixels } from './calibration.ts';
import { encodeNpy } from './npy.ts';

export const FORMATS = ['json', 'npy', 'pixels'] as const;

export type Format = (typeof FORMATS)[number];

/** Writes `count` samples of a model to a folder. */
export const writeCalibration = async (
  model: ModelName,
  folder: string,
  { count, seed, format }: { count: number; seed: number; format: Format },
): Promise<void> => {
  const tensors = calibrationPixels(model, count, seed);
  const { shape } = MODEL_FILES[model];
  await mkdir(folder, { recursive: true });
  const name = (index: number) => String(index).padStart(4, '0');
  switch (format) {
    case 'json':
    case 'npy':
      for (const [index, tensor] of tensors.entries()) {
        const values = normalise(tensor, INPUT_AFFINES[model]);
        await writeFile(
          join(folder, `${name(index)}.${format}`),
          format === 'npy' ? encodeNpy(values, shape) : JSON.stringify(Array.from(values)),
        );
      }
      return;
    case 'pixels': {
      const images = { file: 'calibration.u8' };
      await writeFile(join(folder, images.file), Buffer.concat(tensors.map(({ data }) => data)));
      // A range up to 1: the values are the bytes as they are.
      const index = {
        model,
        seed,
        image: { shape, range: [0, 1] },
        sets: { calibration: { count, images } },
      };
      await writeFile(join(folder, 'index.json'), `${JSON.stringify(index, undefined, 2)}\n`);
    }
  }
};

const main = async () => {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      count: { type: 'string', default: '32' },
      seed: { type: 'string', default: '1' },
      format: { type: 'string', default: 'json' },
    },
  });
  const [name, folder] = positionals;
  const model = MODELS.find((known) => known === name);
  const format = FORMATS.find((known) => known === values.format);
  const [count, seed] = [Number(values.count), Number(values.seed)];
  if (
    model === undefined ||
    folder === undefined ||
    format === undefined ||
    !Number.isSafeInteger(count) ||
    count < 1 ||
    !Number.isSafeInteger(seed)
  ) {
    process.stderr.write(
      `usage: calibration ${MODELS.join('|')} FOLDER [--count N] [--seed N] [--format ${FORMATS.join('|')}]\n`,
    );
    process.exitCode = 2;
    return;
  }
  await writeCalibration(model, folder, { count, seed, format });
  process.stderr.write(`${count} samples of the ${model}, seed ${seed}, in ${folder}\n`);
};

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
