/** The three models compiled, run as exact programs: the bits a chain can judge. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type CompiledFolder,
  createExactSession,
  dequantiseValues,
  type ExactSession,
  quantiseValues,
  readCompiled,
} from '@veritrace/compiler';
import { largestOfEach, type OcrEngine, type Steps } from './engine.ts';
import { OcrError } from './errors.ts';
import { centre, INPUT_AFFINES, normalise, type PixelTensor } from './image/tensor.ts';
import { MODELS, type ModelName, type Shape } from './models.ts';

type Output = CompiledFolder['manifest']['outputs'][number];

interface CompiledModel {
  shape: Shape;
  run(tensor: PixelTensor): Promise<{ output: Output; bytes: Uint8Array }[]>;
  dispose(): Promise<void>;
}

/** From this scale on an input's integers are the bytes themselves; normalised reals have one of 0.02 or less. */
const PIXEL_SCALE = 0.5;

/** The bytes of a request for a compiled model: what its manifest's quantisation makes of a tensor's bytes. */
export const requestBytes = (
  model: ModelName,
  { spec, quantisation }: CompiledFolder['manifest']['inputs'][number],
  tensor: PixelTensor,
): Uint8Array => {
  const values = quantisation.scale >= PIXEL_SCALE ? centre : normalise;
  return quantiseValues(spec, quantisation, values(tensor, INPUT_AFFINES[model]));
};

const open = async (model: ModelName, dir: string, threads: number): Promise<CompiledModel> => {
  const { manifest, graph } = await readCompiled(dir);
  const [input, ...others] = manifest.inputs;
  const shape = input?.spec.shape;
  if (input === undefined || others.length > 0 || shape?.length !== 4) {
    throw new OcrError('invalid-model', `${dir} does not take one picture`);
  }
  const session: ExactSession = await createExactSession(graph, { threads, outputs: 'declared' });
  return {
    shape: shape as unknown as Shape,
    async run(tensor) {
      const outputs = await session.run([requestBytes(model, input, tensor)]);
      return manifest.outputs.map((output, index) => ({
        output,
        bytes: outputs[index] ?? new Uint8Array(),
      }));
    },
    dispose: () => session.dispose(),
  };
};

/** The outputs' real values: of the first that has some. */
const realsOf = (outputs: readonly { output: Output; bytes: Uint8Array }[], dir: string) => {
  const found = outputs.find(({ output }) => output.quantisation !== undefined);
  if (found === undefined) throw new OcrError('invalid-model', `${dir} has only indices`);
  const { spec, quantisation } = found.output;
  return { shape: spec.shape, values: dequantiseValues(spec, quantisation, found.bytes) };
};

/**
 * Class of each step from a compiled model's outputs: the index of the largest if it is one of them, of `count` elements
 * or of `count` lists whose first is the largest; else it is looked for in the values, and then has a score.
 */
export const stepsOf = (
  outputs: readonly { output: Output; bytes: Uint8Array }[],
  dir: string,
): Steps => {
  const indices = outputs.find(({ output }) => output.quantisation === undefined);
  const values = outputs.find(({ output }) => output.quantisation !== undefined);
  if (indices !== undefined && values === undefined) {
    const { spec } = indices.output;
    const list = dequantiseValues(spec, undefined, indices.bytes);
    // [1, steps], or [1, steps, K] with the K largest of each.
    const width = spec.shape.length > 2 ? (spec.shape.at(-1) ?? 1) : 1;
    return { classes: Int32Array.from(list.filter((_, index) => index % width === 0)) };
  }
  const { shape, values: reals } = realsOf(outputs, dir);
  return largestOfEach(reals, shape.at(-1) ?? 1);
};

export interface ExactEngineOptions {
  /** Threads inside an operator. Default 1. */
  threads?: number;
}

/**
 * An engine of compiled models: the folders `detector`, `recogniser` and `classifier` inside `dir`. `fallback` runs
 * those that are not there; the name says which. Throws an `OcrError` when none is, and a `CompileError` for a folder
 * that is not in order.
 */
export const createExactEngine = async (
  dir: string,
  fallback: OcrEngine,
  { threads = 1 }: ExactEngineOptions = {},
): Promise<OcrEngine> => {
  const compiled: Partial<Record<ModelName, CompiledModel>> = {};
  const missing: ModelName[] = [];
  for (const model of MODELS) {
    const folder = join(dir, model);
    const there = await access(join(folder, 'manifest.json')).then(
      () => true,
      () => false,
    );
    if (there) compiled[model] = await open(model, folder, threads);
    else missing.push(model);
  }
  if (missing.length === MODELS.length) {
    throw new OcrError('invalid-model', `${dir} has no folder ${MODELS.join(', ')}`);
  }
  const shapeOf = (model: ModelName): Shape => compiled[model]?.shape ?? fallback.shapes[model];
  return {
    name: missing.length === 0 ? 'exact' : `exact, but for the ${missing.join(' and the ')}`,
    shapes: {
      detector: shapeOf('detector'),
      recogniser: shapeOf('recogniser'),
      classifier: shapeOf('classifier'),
    },
    async detect(tensor) {
      if (compiled.detector === undefined) return fallback.detect(tensor);
      return Float32Array.from(realsOf(await compiled.detector.run(tensor), dir).values);
    },
    async recognise(tensor) {
      if (compiled.recogniser === undefined) return fallback.recognise(tensor);
      return stepsOf(await compiled.recogniser.run(tensor), dir);
    },
    async classify(tensor) {
      if (compiled.classifier === undefined) return fallback.classify(tensor);
      const { classes, scores } = stepsOf(await compiled.classifier.run(tensor), dir);
      const [score] = scores ?? [];
      return { turned: classes[0] === 1, ...(score !== undefined && { score }) };
    },
    async dispose() {
      for (const model of Object.values(compiled)) await model.dispose();
    },
  };
};
