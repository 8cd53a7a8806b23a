/** Small ONNX models drawn at random, and what ONNX Runtime makes of them. */
import * as ort from 'onnxruntime-node';
import {
  type AttributeValue,
  type BuilderType,
  createModelBuilder,
  type ModelBuilder,
} from '../onnx/builder.ts';
import { TENSOR_TYPE, withInterface } from '../onnx/schema.ts';
import { createRandom, type Random } from '../random.ts';

/** A place to draw a model of one operator, or a few, on. */
export interface Sheet {
  random: Random;
  opset: number;
  builder: ModelBuilder;
  /** A float input of this shape, with values between the bounds (default -2 and 2). */
  input(shape: readonly number[], low?: number, high?: number): string;
  /** Random float constants between the bounds (default -1 and 1). */
  weights(shape: readonly number[], low?: number, high?: number): string;
  floats(shape: readonly number[], values: readonly number[]): string;
  constant(type: BuilderType, shape: readonly number[], values: readonly number[]): string;
  ints(values: readonly number[]): string;
  op(
    opType: string,
    inputs: readonly string[],
    attributes?: Readonly<Record<string, AttributeValue>>,
  ): string;
  /** A node of several outputs, or of another domain. */
  ops(
    opType: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>>,
    count: number,
    domain?: string,
  ): string[];
}

/** Outputs by name; those of other types than float32 say so. */
export type Drawn = readonly (
  | string
  | { name: string; type: 'int64' | 'int32' | 'uint8' | 'int8' }
)[];

export interface DrawnModel {
  onnx: Uint8Array;
  inputs: { name: string; shape: readonly number[]; values: Float32Array }[];
  outputs: string[];
}

const TYPES = {
  int64: TENSOR_TYPE.INT64,
  int32: TENSOR_TYPE.INT32,
  uint8: TENSOR_TYPE.UINT8,
  int8: TENSOR_TYPE.INT8,
} as const;

/** Draws a model. The same seed draws the same. */
export const drawModel = (
  draw: (sheet: Sheet) => Drawn,
  opset: number,
  seed: number,
): DrawnModel => {
  const builder = createModelBuilder('test', opset);
  const random = createRandom(seed);
  const inputs: DrawnModel['inputs'] = [];
  const filled = (shape: readonly number[], low: number, high: number) =>
    Float32Array.from(
      { length: shape.reduce((product, d) => product * d, 1) },
      () => low + random.next() * (high - low),
    );
  let counter = 0;
  const outputs = draw({
    random,
    opset,
    builder,
    input(shape, low = -2, high = 2) {
      const name = `in${inputs.length}`;
      builder.input(name, 'float32', shape);
      inputs.push({ name, shape, values: filled(shape, low, high) });
      return name;
    },
    weights: (shape, low = -1, high = 1) =>
      builder.constant('float32', shape, filled(shape, low, high)),
    floats: (shape, values) => builder.constant('float32', shape, values),
    constant: (type, shape, values) => builder.constant(type, shape, values),
    ints: (values) => builder.constant('int64', [values.length], values),
    op: (opType, operands, attributes = {}) => builder.op(opType, operands, attributes),
    ops(opType, operands, attributes, count, domain = '') {
      const names = Array.from({ length: count }, () => `many_${counter++}`);
      builder.node({ opType, domain, inputs: operands, outputs: names, attributes });
      return names;
    },
  }).map((output) => (typeof output === 'string' ? { name: output, type: undefined } : output));
  const onnx = withInterface(builder.build(), {
    output: outputs.map(({ name, type }) => ({
      name,
      type: { tensorType: { elemType: type ? TYPES[type] : TENSOR_TYPE.FLOAT } },
    })),
  });
  return { onnx, inputs, outputs: outputs.map(({ name }) => name) };
};

/** What ONNX Runtime computes, unoptimised and on one thread. */
export const runOnnx = async (
  onnx: Uint8Array,
  inputs: DrawnModel['inputs'],
): Promise<Map<string, { shape: readonly number[]; values: Float64Array }>> => {
  const session = await ort.InferenceSession.create(onnx, {
    executionProviders: ['cpu'],
    graphOptimizationLevel: 'disabled',
    intraOpNumThreads: 1,
    logSeverityLevel: 4,
  });
  try {
    const results = await session.run(
      Object.fromEntries(
        inputs.map(({ name, shape, values }) => [
          name,
          new ort.Tensor('float32', values, [...shape]),
        ]),
      ),
    );
    return new Map(
      Object.entries(results).map(([name, { dims, data }]) => [
        name,
        { shape: dims, values: Float64Array.from(data as ArrayLike<number>, Number) },
      ]),
    );
  } finally {
    await session.release();
  }
};

/** The largest difference, as a share of the largest value that is wanted. */
export const relativeError = (wanted: ArrayLike<number>, given: ArrayLike<number>): number => {
  if (wanted.length !== given.length) return Number.POSITIVE_INFINITY;
  let most = 0;
  let worst = 0;
  for (let index = 0; index < wanted.length; index++) {
    const [a, b] = [wanted[index] ?? 0, given[index] ?? 0];
    // Where the float model overflows so may ours.
    if (a === b || (Number.isNaN(a) && Number.isNaN(b))) continue;
    if (Number.isFinite(a)) most = Math.max(most, Math.abs(a));
    worst = Math.max(worst, Number.isNaN(b) ? Number.POSITIVE_INFINITY : Math.abs(a - b));
  }
  return worst === 0 ? 0 : worst / Math.max(most, 1e-6);
};
