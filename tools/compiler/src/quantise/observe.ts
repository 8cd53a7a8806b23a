/** Runs the float model on calibration inputs and notes the range of every tensor asked for. */
import * as ort from 'onnxruntime-node';
import { CompileError } from '../errors.ts';
import type { FloatGraph } from '../float/graph.ts';
import { TENSOR_TYPE, withInterface } from '../onnx/schema.ts';
import type { Observation } from './ranges.ts';

/** One value list per model input, row-major. */
export type CalibrationSample = readonly Float32Array[];

const BINS = 2048;

/** The same model with further tensors as outputs. */
const withOutputs = (onnx: Uint8Array, names: readonly string[]): Uint8Array =>
  withInterface(onnx, {
    output: names.map((name) => ({
      name,
      type: { tensorType: { elemType: TENSOR_TYPE.FLOAT } },
    })),
  });

/** Feeds of a sample. Throws when it does not fit the model's inputs. */
export const feedsOf = (
  graph: FloatGraph,
  sample: CalibrationSample,
): Record<string, ort.Tensor> => {
  if (sample.length !== graph.inputs.length) {
    throw new CompileError(
      'invalid-option',
      `a calibration sample has ${sample.length} inputs, the model ${graph.inputs.length}`,
    );
  }
  return Object.fromEntries(
    graph.inputs.map(({ name, shape }, index) => {
      const values = sample[index] ?? new Float32Array();
      const count = shape.reduce((product, d) => product * d, 1);
      if (values.length !== count || !values.every(Number.isFinite)) {
        throw new CompileError(
          'invalid-option',
          `a calibration sample for "${name}" must be ${count} finite numbers ([${shape.join(',')}])`,
          { tensor: name },
        );
      }
      return [name, new ort.Tensor('float32', values, shape)];
    }),
  );
};

/**
 * Observes tensors of the float model, by name, in two passes: ranges, then histograms.
 * One thread and no optimisation: the same values in every run.
 */
export const observe = async (
  onnx: Uint8Array,
  graph: FloatGraph,
  names: readonly string[],
  samples: readonly CalibrationSample[],
): Promise<Map<string, Observation>> => {
  const observations = new Map<string, Observation>();
  if (names.length === 0) return observations;
  const session = await ort.InferenceSession.create(withOutputs(onnx, names), {
    executionProviders: ['cpu'],
    graphOptimizationLevel: 'disabled',
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const pass = async (note: (name: string, values: Float32Array) => void) => {
    for (const sample of samples) {
      const results = await session.run(feedsOf(graph, sample));
      for (const name of names) {
        const tensor = results[name];
        if (tensor) note(name, tensor.data as Float32Array);
        tensor?.dispose();
      }
    }
  };
  try {
    await pass((name, values) => {
      const seen = observations.get(name) ?? {
        min: Number.POSITIVE_INFINITY,
        max: Number.NEGATIVE_INFINITY,
        bins: new Float64Array(BINS),
      };
      for (const value of values) {
        if (!Number.isFinite(value)) {
          throw new CompileError(
            'invalid-option',
            `"${name}" is not finite on a calibration sample`,
            {
              tensor: name,
            },
          );
        }
        if (value < seen.min) seen.min = value;
        if (value > seen.max) seen.max = value;
      }
      observations.set(name, seen);
    });
    await pass((name, values) => {
      const seen = observations.get(name);
      if (seen === undefined) return;
      const width = (seen.max - seen.min) / BINS || 1;
      for (const value of values) {
        const bin = Math.min(BINS - 1, Math.max(0, Math.floor((value - seen.min) / width)));
        seen.bins[bin] = (seen.bins[bin] ?? 0) + 1;
      }
    });
  } finally {
    await session.release();
  }
  return observations;
};
