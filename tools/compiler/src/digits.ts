/**
 * The digit classifiers of the scenarios: how they are compiled and how well they do.
 *
 * Run as a program it recompiles both into `scenarios/models/<name>/compiled` and prints the accuracy table.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createReferee } from '@veritrace/referee';
import * as ort from 'onnxruntime-node';
import { type CompiledModel, type CompileOptions, compile } from './compile.ts';
import { createExactSession } from './exact/session.ts';
import { writeCompiled } from './model/folder.ts';
import { importOnnx } from './onnx/import.ts';
import { feedsOf } from './quantise/observe.ts';
import { quantiseValues } from './values.ts';

export const DIGIT_MODELS = ['digits-mlp', 'digits-cnn'] as const;

export type DigitModel = (typeof DIGIT_MODELS)[number];

const SCENARIOS = fileURLToPath(new URL('../../../scenarios/', import.meta.url));
const PIXELS = 64;
const PIXEL_MAX = 16;

/** Images as the models take them, in [0, 1], and what they show. */
export interface DigitImages {
  images: Float32Array[];
  labels: Uint8Array;
}

export const digitImages = (set: 'test' | 'calibration'): DigitImages => {
  const folder = join(SCENARIOS, 'inputs', 'digits');
  const pixels = readFileSync(join(folder, `${set}-images.u8`));
  const labels = new Uint8Array(readFileSync(join(folder, `${set}-labels.u8`)));
  const images = Array.from(labels, (_, index) =>
    Float32Array.from(
      pixels.subarray(index * PIXELS, (index + 1) * PIXELS),
      (pixel) => pixel / PIXEL_MAX,
    ),
  );
  return { images, labels };
};

/** The ONNX file of a model: float, or with quantisation prescribed. */
export const digitOnnx = (model: DigitModel, variant: 'float' | 'qdq'): Uint8Array =>
  readFileSync(
    join(SCENARIOS, 'models', model, variant === 'float' ? 'model.onnx' : 'model.qdq.onnx'),
  );

/** Where the compiled model of the scenarios lies. */
export const digitFolder = (model: DigitModel): string =>
  join(SCENARIOS, 'models', model, 'compiled');

/** Compiles a digit classifier; the float one with the calibration images. */
export const compileDigits = (
  model: DigitModel,
  variant: 'float' | 'qdq' = 'float',
  options: Partial<CompileOptions> = {},
): Promise<CompiledModel> =>
  compile(digitOnnx(model, variant), {
    name: model,
    sourceFile: variant === 'float' ? 'model.onnx' : 'model.qdq.onnx',
    labels: Array.from({ length: 10 }, (_, digit) => String(digit)),
    ...(variant === 'float' && {
      calibration: { samples: digitImages('calibration').images.map((image) => [image]) },
    }),
    ...options,
  });

/** Held-out images a compiled classifier names rightly, by its `label` output. */
export const correctCompiled = async (compiled: CompiledModel): Promise<number> => {
  const { images, labels } = digitImages('test');
  const [input] = compiled.inputs;
  const label = compiled.outputs.findIndex(({ name }) => name === 'label');
  if (input === undefined || label === -1) throw new RangeError('not a classifier');
  const session = await createExactSession(compiled.graph, { outputs: 'declared' });
  let correct = 0;
  for (const [index, image] of images.entries()) {
    const outputs = await session.run([quantiseValues(input.spec, input.quantisation, image)]);
    if (outputs[label]?.[0] === labels[index]) correct++;
  }
  await session.dispose();
  return correct;
};

/** Held-out images an ONNX file names rightly as ONNX Runtime runs it, unoptimised. */
export const correctOnnx = async (onnx: Uint8Array): Promise<number> => {
  const { images, labels } = digitImages('test');
  const graph = importOnnx(onnx);
  const session = await ort.InferenceSession.create(onnx, { graphOptimizationLevel: 'disabled' });
  let correct = 0;
  for (const [index, image] of images.entries()) {
    const { logits } = await session.run(feedsOf(graph, [image]));
    const values = (logits?.data ?? new Float32Array()) as Float32Array;
    if (values.indexOf(Math.max(...values)) === labels[index]) correct++;
  }
  await session.release();
  return correct;
};

const main = async () => {
  const total = digitImages('test').labels.length;
  const row = (model: string, what: string, correct: number, bytes: number) =>
    `| ${model} | ${what} | ${correct} of ${total} | ${((100 * correct) / total).toFixed(2)} % | ${bytes.toLocaleString('en')} |`;
  const rows = [
    '| model | program | held-out correct | accuracy | bytes |',
    '|---|---|---|---|---|',
  ];
  const referee = createReferee();
  for (const model of DIGIT_MODELS) {
    const [float, qdq] = [digitOnnx(model, 'float'), digitOnnx(model, 'qdq')];
    const compiled = await compileDigits(model);
    const fromQdq = await compileDigits(model, 'qdq');
    const wide = await compileDigits(model, 'float', { logits: 'I32' });
    await writeCompiled(digitFolder(model), compiled, referee);
    rows.push(
      row(model, 'float', await correctOnnx(float), float.length),
      row(model, 'QDQ as it is', await correctOnnx(qdq), qdq.length),
      row(model, 'exact, from float', await correctCompiled(compiled), compiled.graphBin.length),
      row(
        model,
        'exact, from float, `I32` logits',
        await correctCompiled(wide),
        wide.graphBin.length,
      ),
      row(model, 'exact, from QDQ', await correctCompiled(fromQdq), fromQdq.graphBin.length),
    );
  }
  process.stdout.write(`${rows.join('\n')}\n`);
};

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
