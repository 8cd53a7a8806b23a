/**
 * A float model of MobileNetV2's shape, as exporters write it: width 1.0, 224 × 224 pixels, 1000 classes, 156 nodes.
 *
 * Its weights are **not trained**: no package ships trained ones that could be declared as a dependency. They are drawn
 * from a seed as He et al. initialise, and the normalisations have the statistics of a forward pass over seeded images,
 * so that no layer is dead: it costs, rounds and saturates as a trained model would, and recognises nothing.
 */
import * as ort from 'onnxruntime-node';
import { createModelBuilder } from '../onnx/builder.ts';
import { decodeModel, TENSOR_TYPE, withInterface } from '../onnx/schema.ts';
import { createRandom, type Random } from '../random.ts';

export interface MobileNetOptions {
  seed?: number;
  /** Height and width of the image in pixels, a multiple of 32. Default 224. */
  size?: number;
  classes?: number;
}

const CHANNELS = 3;
const OPSET = 12;
const EPSILON = 1e-5;
/** Images over which the normalisations are taken. */
const STATISTICS_IMAGES = 2;

/** Expansion, channels, repeats and first stride of the inverted residuals. */
const STAGES = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const;

/** A standard normal value. */
const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());

/**
 * Images such as cameras see, in rough statistics: waves whose strength falls with their frequency, a few discs with
 * sharp edges, a little noise. Each is `[3, size, size]`, normalised to about zero mean and unit variance.
 */
export const naturalImages = (count: number, size: number, seed: number): Float32Array[] =>
  Array.from({ length: count }, (_, index) => {
    const random = createRandom(seed + index);
    const waves = Array.from({ length: 24 }, () => {
      const frequency = 2 ** (random.next() * 6);
      const angle = random.next() * 2 * Math.PI;
      return {
        x: (Math.cos(angle) * frequency * 2 * Math.PI) / size,
        y: (Math.sin(angle) * frequency * 2 * Math.PI) / size,
        phase: random.next() * 2 * Math.PI,
        strength: Array.from({ length: CHANNELS }, () => (0.6 + 0.4 * random.next()) / frequency),
      };
    });
    const discs = Array.from({ length: 6 }, () => ({
      x: random.next() * size,
      y: random.next() * size,
      squared: (size * (0.05 + 0.2 * random.next())) ** 2,
      colour: Array.from({ length: CHANNELS }, () => normal(random)),
    }));
    const image = new Float32Array(CHANNELS * size * size);
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        const levels = waves.map((wave) => Math.sin(wave.x * x + wave.y * y + wave.phase));
        const disc = discs.find((d) => (x - d.x) ** 2 + (y - d.y) ** 2 < d.squared);
        for (let channel = 0; channel < CHANNELS; channel++) {
          const base = levels.reduce(
            (sum, level, at) => sum + level * (waves[at]?.strength[channel] ?? 0),
            disc?.colour[channel] ?? 0,
          );
          image[(channel * size + y) * size + x] = base + 0.05 * normal(random);
        }
      }
    }
    const mean = image.reduce((sum, value) => sum + value, 0) / image.length;
    const spread = Math.sqrt(
      image.reduce((sum, value) => sum + (value - mean) ** 2, 0) / image.length,
    );
    return image.map((value) => (value - mean) / spread);
  });

interface Activation {
  values: Float32Array;
  shape: [number, number, number, number];
}

/** A convolution's output, by ONNX Runtime. */
const convolve = async (
  { values, shape }: Activation,
  weights: Float32Array,
  kernel: readonly number[],
  attributes: Record<string, number | number[]>,
): Promise<Activation> => {
  const builder = createModelBuilder('layer', OPSET);
  builder.input('x', 'float32', shape);
  const y = builder.op('Conv', ['x', builder.constant('float32', kernel, weights)], attributes);
  const onnx = withInterface(builder.build(), {
    output: [{ name: y, type: { tensorType: { elemType: TENSOR_TYPE.FLOAT } } }],
  });
  const session = await ort.InferenceSession.create(onnx, {
    executionProviders: ['cpu'],
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  try {
    const result = (await session.run({ x: new ort.Tensor('float32', values, shape) }))[y];
    if (result === undefined) throw new Error('the layer has no output');
    return {
      values: new Float32Array(result.data as Float32Array),
      shape: result.dims as [number, number, number, number],
    };
  } finally {
    await session.release();
  }
};

/** Mean and variance of each channel. */
const statistics = ({ values, shape: [batch, channels, height, width] }: Activation) => {
  const plane = height * width;
  const mean = new Float32Array(channels);
  const variance = new Float32Array(channels);
  for (let channel = 0; channel < channels; channel++) {
    let [sum, squares] = [0, 0];
    for (let image = 0; image < batch; image++) {
      const start = (image * channels + channel) * plane;
      for (const value of values.subarray(start, start + plane)) {
        sum += value;
        squares += value * value;
      }
    }
    const count = batch * plane;
    mean[channel] = sum / count;
    variance[channel] = Math.max(1e-6, squares / count - (sum / count) ** 2);
  }
  return { mean, variance };
};

/** Builds the model. The same options give the same bytes on one build of ONNX Runtime. */
export const mobileNetV2 = async ({
  seed = 1,
  size = 224,
  classes = 1000,
}: MobileNetOptions = {}): Promise<Uint8Array> => {
  const random = createRandom(seed);
  const builder = createModelBuilder('mobilenet-v2', OPSET);
  builder.input('image', 'float32', [1, CHANNELS, size, size]);
  const images = naturalImages(STATISTICS_IMAGES, size, seed + 1);
  const pixels = new Float32Array(images.length * CHANNELS * size * size);
  images.forEach((image, index) => {
    pixels.set(image, index * image.length);
  });

  interface Tensor {
    name: string;
    seen: Activation;
  }

  /** Convolution, normalisation and, with `clip`, a clamp to 0..6. */
  const block = async (
    { name, seen }: Tensor,
    outputs: number,
    kernel: number,
    stride: number,
    groups: number,
    clip: boolean,
  ): Promise<Tensor> => {
    const depth = seen.shape[1] / groups;
    const shape = [outputs, depth, kernel, kernel];
    const spread = Math.sqrt(2 / (depth * kernel * kernel));
    const weights = Float32Array.from(
      { length: outputs * depth * kernel * kernel },
      () => normal(random) * spread,
    );
    const pad = (kernel - 1) / 2;
    const attributes = {
      group: groups,
      kernel_shape: [kernel, kernel],
      strides: [stride, stride],
      pads: [pad, pad, pad, pad],
      dilations: [1, 1],
    };
    const convolved = await convolve(seen, weights, shape, attributes);
    const { mean, variance } = statistics(convolved);
    // Trained models shift most channels a little above zero, and differ from channel to channel.
    const gamma = Float32Array.from({ length: outputs }, () => 0.6 + 0.8 * random.next());
    const beta = Float32Array.from(
      { length: outputs },
      () => (clip ? 0.2 : 0) + 0.3 * normal(random),
    );
    const { values } = convolved;
    const plane = convolved.shape[2] * convolved.shape[3];
    for (let index = 0; index < values.length; index++) {
      const channel = Math.floor(index / plane) % outputs;
      const scaled = (values[index] ?? 0) - (mean[channel] ?? 0);
      const value =
        (scaled / Math.sqrt((variance[channel] ?? 1) + EPSILON)) * (gamma[channel] ?? 1) +
        (beta[channel] ?? 0);
      values[index] = clip ? Math.min(6, Math.max(0, value)) : value;
    }
    const conv = builder.op(
      'Conv',
      [name, builder.constant('float32', shape, weights)],
      attributes,
    );
    const vector = (data: Float32Array) => builder.constant('float32', [outputs], data);
    const normalised = builder.op(
      'BatchNormalization',
      [conv, vector(gamma), vector(beta), vector(mean), vector(variance)],
      { epsilon: { float: EPSILON }, momentum: { float: 0.9 } },
    );
    const output = clip
      ? builder.op('Clip', [
          normalised,
          builder.constant('float32', [], [0]),
          builder.constant('float32', [], [6]),
        ])
      : normalised;
    return { name: output, seen: convolved };
  };

  let tensor: Tensor = {
    name: 'image',
    seen: { values: pixels, shape: [images.length, CHANNELS, size, size] },
  };
  tensor = await block(tensor, 32, 3, 2, 1, true);
  for (const [expansion, channels, repeats, firstStride] of STAGES) {
    for (let repeat = 0; repeat < repeats; repeat++) {
      const before = tensor;
      const wide = before.seen.shape[1] * expansion;
      const stride = repeat === 0 ? firstStride : 1;
      const expanded = expansion === 1 ? before : await block(before, wide, 1, 1, 1, true);
      const filtered = await block(expanded, wide, 3, stride, wide, true);
      tensor = await block(filtered, channels, 1, 1, 1, false);
      if (repeat === 0) continue;
      const { values, shape } = tensor.seen;
      tensor = {
        name: builder.op('Add', [before.name, tensor.name]),
        seen: { values: values.map((value, at) => value + (before.seen.values[at] ?? 0)), shape },
      };
    }
  }
  tensor = await block(tensor, 1280, 1, 1, 1, true);
  const pooled = builder.op('GlobalAveragePool', [tensor.name]);
  // Flattened the long way, as PyTorch's exporter did.
  const batch = builder.op(
    'Gather',
    [builder.op('Shape', [pooled]), builder.constant('int64', [], [0])],
    { axis: 0 },
  );
  const shape = builder.op(
    'Concat',
    [builder.op('Unsqueeze', [batch], { axes: [0] }), builder.constant('int64', [1], [-1])],
    { axis: 0 },
  );
  const flat = builder.op('Reshape', [pooled, shape]);
  const last = tensor.seen.shape[1];
  const head = Float32Array.from(
    { length: classes * last },
    () => normal(random) / Math.sqrt(last),
  );
  const bias = Float32Array.from({ length: classes }, () => 0.1 * normal(random));
  builder.op(
    'Gemm',
    [
      flat,
      builder.constant('float32', [classes, last], head),
      builder.constant('float32', [classes], bias),
    ],
    { transB: 1 },
    'logits',
  );
  builder.output('logits', 'float32', [1, classes]);
  return builder.build();
};

export interface LayerHistogram {
  /** Name of the tensor, and the operator it comes from. */
  tensor: string;
  op: string;
  /** Shares of elements that are zero, and that are at six. */
  zeros: number;
  saturated: number;
  /** Share of channels that are zero throughout. */
  deadChannels: number;
  /** Counts over `[-8, 8)`, in sixteenths of the range, beyond it in the outermost. */
  bins: Uint32Array;
}

const BINS = 16;
const REACH = 8;

/** What each clamp and sum of a model holds on these images, `[3, size, size]` each. */
export const activationHistograms = async (
  onnx: Uint8Array,
  images: readonly Float32Array[],
): Promise<LayerHistogram[]> => {
  const { graph } = decodeModel(onnx);
  const input = graph?.input[0];
  if (!graph || !input) throw new Error('the model has no graph or no input');
  const layers = graph.node.filter(({ opType }) => opType === 'Clip' || opType === 'Add');
  const names = layers.map(({ output }) => output[0] ?? '');
  const session = await ort.InferenceSession.create(
    withInterface(onnx, {
      output: names.map((name) => ({
        name,
        type: { tensorType: { elemType: TENSOR_TYPE.FLOAT } },
      })),
    }),
    { executionProviders: ['cpu'], intraOpNumThreads: 1, logSeverityLevel: 3 },
  );
  const shape = (input.type?.tensorType?.shape?.dim ?? []).map(({ dimValue }) => dimValue);
  const tallies = names.map(() => ({
    elements: 0,
    zeros: 0,
    saturated: 0,
    bins: new Uint32Array(BINS),
    alive: new Set<number>(),
    channels: 1,
  }));
  try {
    for (const image of images) {
      const results = await session.run({ [input.name]: new ort.Tensor('float32', image, shape) });
      tallies.forEach((tally, index) => {
        const result = results[names[index] ?? ''];
        if (result === undefined) throw new Error(`no tensor ${names[index]}`);
        const [, channels = 1, height = 1, width = 1] = result.dims;
        tally.channels = channels;
        (result.data as Float32Array).forEach((value, at) => {
          tally.elements += 1;
          if (value === 0) tally.zeros += 1;
          else tally.alive.add(Math.floor(at / (height * width)) % channels);
          if (value === 6) tally.saturated += 1;
          const bin = Math.floor(((value + REACH) / (2 * REACH)) * BINS);
          const kept = Math.min(BINS - 1, Math.max(0, bin));
          tally.bins[kept] = (tally.bins[kept] ?? 0) + 1;
        });
        result.dispose();
      });
    }
  } finally {
    await session.release();
  }
  return tallies.map(({ elements, zeros, saturated, bins, alive, channels }, index) => ({
    tensor: names[index] ?? '',
    op: layers[index]?.opType ?? '',
    zeros: zeros / elements,
    saturated: saturated / elements,
    deadChannels: 1 - alive.size / channels,
    bins,
  }));
};
