/** What reads pixels: the three models, whoever runs them. */
import * as ort from 'onnxruntime-node';
import { centre, INPUT_AFFINES, normalise, type PixelTensor } from './image/tensor.ts';
import { MODEL_FILES, type ModelName, readModel, type Shape } from './models.ts';

/** The recogniser's answer: one class for each step along the line. */
export interface Steps {
  classes: Int32Array;
  /** Probability of each class; absent where only the classes are known. */
  scores?: Float32Array;
}

/** The classifier's answer. */
export interface Direction {
  /** Whether the line is on its head. */
  turned: boolean;
  /** Probability of that; absent where only the answer is known. */
  score?: number;
}

/**
 * Runs the three models. Tensors hold bytes, so that a chain's request can hold the same: an engine turns them into
 * whatever its models take. Each call throws when the tensor has not the engine's shape.
 */
export interface OcrEngine {
  readonly name: string;
  readonly shapes: Readonly<Record<ModelName, Shape>>;
  /** Probability of text for each pixel, row by row, of the tensor's height and width. */
  detect(tensor: PixelTensor): Promise<Float32Array>;
  recognise(tensor: PixelTensor): Promise<Steps>;
  classify(tensor: PixelTensor): Promise<Direction>;
  dispose(): Promise<void>;
}

/** The largest of each run of `width` values: which it is, and how large. The first of equals. */
export const largestOfEach = (values: ArrayLike<number>, width: number): Required<Steps> => {
  const count = Math.floor(values.length / width);
  const classes = new Int32Array(count);
  const scores = new Float32Array(count);
  for (let step = 0; step < count; step++) {
    let best = 0;
    for (let index = 1; index < width; index++) {
      if ((values[step * width + index] ?? 0) > (values[step * width + best] ?? 0)) best = index;
    }
    classes[step] = best;
    scores[step] = values[step * width + best] ?? 0;
  }
  return { classes, scores };
};

export interface FloatEngineOptions {
  /** Threads inside an operator. Default 1. */
  threads?: number;
  /** Shapes other than those the models are compiled for. */
  shapes?: Partial<Record<ModelName, Shape>>;
  /** Models in place of the package's, whether they take centred bytes, and what the engine is called. */
  models?: { onnx: Readonly<Record<ModelName, Uint8Array>>; pixels: boolean; name?: string };
}

const realsOf = (data: Float32Array | BigInt64Array): Float32Array => {
  if (data instanceof Float32Array) return data;
  throw new RangeError('a model gives indices where probabilities were expected');
};

/** The models as they were published, in float, in ONNX Runtime on the CPU. */
export const createFloatEngine = async ({
  threads = 1,
  shapes = {},
  models,
}: FloatEngineOptions = {}): Promise<OcrEngine> => {
  const open = async (model: ModelName) =>
    ort.InferenceSession.create(models?.onnx[model] ?? (await readModel(model)), {
      executionProviders: ['cpu'],
      intraOpNumThreads: threads,
      logSeverityLevel: 3,
    });
  const sessions: Record<ModelName, ort.InferenceSession> = {
    detector: await open('detector'),
    recogniser: await open('recogniser'),
    classifier: await open('classifier'),
  };
  const run = async (model: ModelName, tensor: PixelTensor) => {
    const session = sessions[model];
    const values = (models?.pixels ? centre : normalise)(tensor, INPUT_AFFINES[model]);
    const results = await session.run({
      [MODEL_FILES[model].input]: new ort.Tensor('float32', values, tensor.shape),
    });
    const [output] = session.outputNames.map((name) => results[name]);
    if (output === undefined) throw new RangeError(`the ${model} has no output`);
    const answer = {
      data: (output.data as Float32Array | BigInt64Array).slice(),
      dims: output.dims,
    };
    output.dispose();
    return answer;
  };
  return {
    name: models?.name ?? (models?.pixels ? 'float of pixels' : 'float'),
    shapes: {
      detector: shapes.detector ?? MODEL_FILES.detector.shape,
      recogniser: shapes.recogniser ?? MODEL_FILES.recogniser.shape,
      classifier: shapes.classifier ?? MODEL_FILES.classifier.shape,
    },
    detect: async (tensor) => realsOf((await run('detector', tensor)).data),
    async recognise(tensor) {
      const { data, dims } = await run('recogniser', tensor);
      // A model that ends in its argmax says which, and not how sure it is.
      if (data instanceof BigInt64Array) return { classes: Int32Array.from(data, Number) };
      return largestOfEach(data, dims.at(-1) ?? 1);
    },
    async classify(tensor) {
      const { data } = await run('classifier', tensor);
      const [upright = 0, turned = 0] = realsOf(data);
      return { turned: turned > upright, score: Math.max(upright, turned) };
    },
    async dispose() {
      for (const session of Object.values(sessions)) await session.release();
    },
  };
};
