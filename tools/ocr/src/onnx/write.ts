/** `npm run pixel-models -w @veritrace/ocr -- FOLDER`: writes the three models rewritten to take the bytes of pictures. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { INPUT_AFFINES, neutralByte } from '../image/tensor.ts';
import { MODEL_FILES, MODELS, type ModelName, readModel } from '../models.ts';
import { withPixelInput } from './pixel-input.ts';

/** A model whose input is `byte - neutralByte`. */
export const readPixelModel = async (model: ModelName): Promise<Uint8Array> => {
  const affine = INPUT_AFFINES[model];
  const onnx = await readModel(model);
  return withPixelInput(onnx, MODEL_FILES[model].input, affine, neutralByte(affine));
};

const main = async () => {
  const folder = process.argv[2];
  if (folder === undefined) {
    process.stderr.write('usage: pixel-models FOLDER\n');
    process.exitCode = 2;
    return;
  }
  await mkdir(folder, { recursive: true });
  for (const model of MODELS) {
    const file = join(folder, `${model}.onnx`);
    await writeFile(file, await readPixelModel(model));
    process.stdout.write(`${file}: zero point ${neutralByte(INPUT_AFFINES[model])}\n`);
  }
};

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
