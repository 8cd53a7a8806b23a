/** `npm run mobilenet -w @veritrace/compiler -- FOLDER`: the model of MobileNetV2's shape, as a file and compiled. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createReferee } from '@veritrace/referee';
import { compile } from '../compile.ts';
import { writeCompiled } from '../model/folder.ts';
import { mobileNetV2, naturalImages } from './mobilenet-v2.ts';

const SIZE = 224;
const SAMPLES = 4;
/** Of the calibration images; other than those that the normalisations were taken from. */
const SEED = 1_000;

const [, , path] = process.argv;
if (path === undefined) {
  process.stderr.write('usage: mobilenet FOLDER\n');
  process.exitCode = 2;
} else {
  const folder = resolve(process.env.INIT_CWD ?? process.cwd(), path);
  await mkdir(folder, { recursive: true });
  const onnx = await mobileNetV2({ size: SIZE });
  await writeFile(join(folder, 'model.onnx'), onnx);
  const samples = naturalImages(SAMPLES, SIZE, SEED).map((image) => [image]);
  const model = await compile(onnx, { name: 'mobilenet-v2', calibration: { samples }, qdq: true });
  if (model.qdq !== undefined) await writeFile(join(folder, 'model.qdq.onnx'), model.qdq);
  await writeCompiled(join(folder, 'compiled'), model, createReferee());
  process.stdout.write(
    `${folder}: ${model.graph.nodes.length} nodes, ${model.graphBin.length} bytes\n`,
  );
}
