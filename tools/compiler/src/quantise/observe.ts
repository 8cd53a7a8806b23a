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

/** What to look at. */
export interface Probe {
  /** The tensor's name in the file. */
  name: string;
  /** Its elements, to know how much memory it takes. */
  elements: number;
  /** Elements that a step of dimension 1 spans, and that dimension's size, if means per channel are asked for. */
  channels?: { count: number; inner: number } | undefined;
  /** Elements that are normalised together, if the largest distance from their mean is asked for. */
  together?: number | undefined;
}

/** Bytes of tensors that are held at a time: the rest waits for the next run of the model. */
const HELD_BYTES = 256 * 2 ** 20;

/** Tensors in groups that fit into memory together. */
export const groupsOf = <P extends Pick<Probe, 'elements'>>(probes: readonly P[]): P[][] => {
  const groups: P[][] = [];
  let held = Number.POSITIVE_INFINITY;
  for (const probe of probes) {
    const bytes = probe.elements * 4;
    if (held + bytes > HELD_BYTES) {
      groups.push([]);
      held = 0;
    }
    groups.at(-1)?.push(probe);
    held += bytes;
  }
  return groups;
};

/** The float model, ready to show some of its tensors. */
export interface TensorViewer {
  /** Runs one sample and hands over the tensors, one after the other; values are valid only until `note` returns. */
  view(
    sample: CalibrationSample,
    note: (name: string, values: Float32Array) => void,
  ): Promise<void>;
  close(): Promise<void>;
}

/** One thread and no optimisation: the same values in every run. */
export const openTensors = async (
  onnx: Uint8Array,
  graph: FloatGraph,
  names: readonly string[],
): Promise<TensorViewer> => {
  const session = await ort.InferenceSession.create(withOutputs(onnx, names), {
    executionProviders: ['cpu'],
    graphOptimizationLevel: 'disabled',
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  return {
    async view(sample, note) {
      const results = await session.run(feedsOf(graph, sample));
      for (const name of names) {
        const tensor = results[name];
        if (tensor) note(name, tensor.data as Float32Array);
        tensor?.dispose();
      }
    },
    close: () => session.release(),
  };
};

const emptyObservation = ({ channels }: Probe): Observation => ({
  min: Number.POSITIVE_INFINITY,
  max: Number.NEGATIVE_INFINITY,
  bins: new Float64Array(BINS),
  means: channels && new Float64Array(channels.count),
  centred: undefined,
});

/** Adds one sample's range to what was seen. */
const noteRange = (seen: Observation, { name }: Probe, values: Float32Array) => {
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as number;
    if (!Number.isFinite(value)) {
      throw new CompileError('invalid-option', `"${name}" is not finite on a calibration sample`, {
        tensor: name,
      });
    }
    if (value < seen.min) seen.min = value;
    if (value > seen.max) seen.max = value;
  }
};

const noteMeans = (
  means: Float64Array,
  { count, inner }: NonNullable<Probe['channels']>,
  values: Float32Array,
  samples: number,
) => {
  const share = count / values.length / samples;
  for (let start = 0, channel = 0; start < values.length; start += inner) {
    let sum = 0;
    for (let index = start; index < start + inner; index++) sum += values[index] as number;
    means[channel] = (means[channel] as number) + sum * share;
    channel = channel + 1 === count ? 0 : channel + 1;
  }
};

const centredReach = (values: Float32Array, together: number): number => {
  let most = 0;
  for (let start = 0; start < values.length; start += together) {
    const row = values.subarray(start, start + together);
    const mean = row.reduce((sum, value) => sum + value, 0) / together;
    for (const value of row) most = Math.max(most, Math.abs(value - mean));
  }
  return most;
};

const noteBins = (seen: Observation, values: Float32Array) => {
  const { min, max, bins } = seen;
  const width = (max - min) / BINS || 1;
  for (let index = 0; index < values.length; index++) {
    const place = Math.floor(((values[index] as number) - min) / width);
    const bin = Math.min(BINS - 1, Math.max(0, place));
    bins[bin] = (bins[bin] as number) + 1;
  }
};

/** Observes tensors of the float model, by name, in two passes: ranges and means, then histograms. */
export const observe = async (
  onnx: Uint8Array,
  graph: FloatGraph,
  probes: readonly Probe[],
  samples: readonly CalibrationSample[],
): Promise<Map<string, Observation>> => {
  const observations = new Map<string, Observation>();
  for (const group of groupsOf(probes)) {
    const byName = new Map(group.map((probe) => [probe.name, probe]));
    const tensors = await openTensors(onnx, graph, [...byName.keys()]);
    try {
      for (const sample of samples) {
        await tensors.view(sample, (name, values) => {
          const probe = byName.get(name);
          if (probe === undefined) return;
          const seen = observations.get(name) ?? emptyObservation(probe);
          observations.set(name, seen);
          noteRange(seen, probe, values);
          const { channels, together } = probe;
          if (channels && seen.means) noteMeans(seen.means, channels, values, samples.length);
          if (together !== undefined) {
            seen.centred = Math.max(seen.centred ?? 0, centredReach(values, together));
          }
        });
      }
      for (const sample of samples) {
        await tensors.view(sample, (name, values) => {
          const seen = observations.get(name);
          if (seen !== undefined) noteBins(seen, values);
        });
      }
    } finally {
      await tensors.close();
    }
  }
  return observations;
};
