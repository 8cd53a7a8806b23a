/**
 * The model of the scenarios whose output is larger than a claim: a digit, blurred, on a large sheet of paper.
 *
 * Run as a program it writes `scenarios/models/digits-frame`, the ONNX file and what is compiled of it.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createReferee } from '@veritrace/referee';
import { type CompiledModel, compile } from './compile.ts';
import { digitImages } from './digits.ts';
import { writeCompiled } from './model/folder.ts';
import { createModelBuilder } from './onnx/builder.ts';

/** Paper around the digit's eight pixels, on each side. */
const MARGIN = 130;
const SIDE = 8 + 2 * MARGIN;
/** Of the window that blurs. */
const KERNEL = 3;

export const FRAME_FOLDER = fileURLToPath(
  new URL('../../../scenarios/models/digits-frame/', import.meta.url),
);

/** The model as ONNX: the same bytes every time. */
export const frameOnnx = (): Uint8Array => {
  const builder = createModelBuilder('digits-frame', 17);
  builder.input('image', 'float32', [1, 1, 8, 8]);
  const pads = builder.constant('int64', [8], [0, 0, MARGIN, MARGIN, 0, 0, MARGIN, MARGIN]);
  const white = builder.constant('float32', [], [0]);
  const framed = builder.op('Pad', ['image', pads, white]);
  const blurred = builder.op('AveragePool', [framed], { kernel_shape: [KERNEL, KERNEL] }, 'sheet');
  const side = SIDE - KERNEL + 1;
  builder.output(blurred, 'float32', [1, 1, side, side]);
  return builder.build();
};

/** Compiles it with the digits' calibration images. */
export const compileFrame = (): Promise<CompiledModel> =>
  compile(frameOnnx(), {
    name: 'digits-frame',
    sourceFile: 'model.onnx',
    calibration: {
      samples: digitImages('calibration')
        .images.slice(0, 16)
        .map((image) => [image]),
    },
  });

const main = async () => {
  mkdirSync(FRAME_FOLDER, { recursive: true });
  writeFileSync(join(FRAME_FOLDER, 'model.onnx'), frameOnnx());
  await writeCompiled(join(FRAME_FOLDER, 'compiled'), await compileFrame(), createReferee());
};

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
