/** From an ONNX file, float or quantised, to a compiled model. */
import { createHash } from 'node:crypto';
import { encodeGraph, type Graph, type TensorSpec } from '@veritrace/referee/graph';
import { asCompileError, CompileError, ownEntry } from './errors.ts';
import type { ActivationQuantisation, FloatGraph, Quantisation } from './float/graph.ts';
import { simplify } from './float/simplify.ts';
import { type ImportOptions, importOnnx } from './onnx/import.ts';
import { type LogitsForm, lower } from './quantise/lower.ts';
import { type CalibrationSample, observe } from './quantise/observe.ts';
import {
  type CalibrationMethod,
  chooseQuantisation,
  inputQuantisation,
  type Observation,
} from './quantise/ranges.ts';

export interface CompileOptions extends ImportOptions {
  /** What the model is called. */
  name: string;
  /** Name of the source file, for the manifest. Default `model.onnx`. */
  sourceFile?: string;
  /** Needed wherever the file does not prescribe a quantisation. */
  calibration?: {
    /** Each sample has one value list per model input, in order, row-major. */
    samples: readonly CalibrationSample[];
    /** Default `minmax`. Outputs are always quantised over their whole range. */
    method?: CalibrationMethod;
  };
  /** Quantisation of inputs by name, instead of one chosen from the calibration samples. Unsigned. */
  inputs?: Readonly<Record<string, Quantisation>>;
  /** How the last layer's sums leave: requantised to 8 bits (default), or as 32-bit accumulators. */
  logits?: LogitsForm;
  /** Whether a single output of rank 2 or more gets a companion `label`. Default true. */
  label?: boolean;
  /** What the classes are called. */
  labels?: readonly string[];
}

export interface CompiledInput {
  name: string;
  spec: TensorSpec;
  /** `real = (q - zero) * scale`. */
  quantisation: Quantisation;
}

export interface CompiledOutput {
  name: string;
  /** Node whose output it is. */
  node: number;
  spec: TensorSpec;
  /** Absent for indices. */
  quantisation?: Quantisation;
}

export interface CompiledModel {
  name: string;
  /** `sha256` in lower-case hex, of the ONNX file. */
  source: { file: string; sha256: string };
  graph: Graph;
  /** SCALE bytes of the graph: the artefact. */
  graphBin: Uint8Array;
  inputs: CompiledInput[];
  outputs: CompiledOutput[];
  labels: readonly string[] | undefined;
}

const OWN_QUANTISATION = new Set(['Conv', 'Dense', 'Affine', 'Map', 'Binary', 'AveragePool']);

/** Tensors that need a quantisation which the file does not prescribe, with the names to observe them by. */
const unprescribed = (graph: FloatGraph): { tensor: string; observed: string }[] =>
  graph.nodes
    .filter(({ op, output }) => OWN_QUANTISATION.has(op.tag) && !graph.prescribed.has(output))
    .map(({ output }) => ({ tensor: output, observed: graph.observedAs.get(output) ?? output }));

const inputQuantisations = (
  graph: FloatGraph,
  options: CompileOptions,
): Map<string, ActivationQuantisation> => {
  const known = new Map<string, ActivationQuantisation>();
  for (const name of Object.keys(options.inputs ?? {})) {
    if (!graph.inputs.some((input) => input.name === name)) {
      throw new CompileError(
        'invalid-option',
        `the model has no input "${name}"; it has ${graph.inputs.map((input) => input.name).join(', ')}`,
      );
    }
  }
  graph.inputs.forEach(({ name }, index) => {
    const prescribed = graph.prescribed.get(name);
    const given = ownEntry(options.inputs, name);
    if (prescribed !== undefined) {
      known.set(name, prescribed);
    } else if (given !== undefined) {
      if (
        !(given.scale > 0) ||
        !Number.isInteger(given.zero) ||
        given.zero < 0 ||
        given.zero > 255
      ) {
        throw new CompileError(
          'invalid-option',
          `input "${name}" needs a positive scale and a zero point from 0 to 255`,
        );
      }
      known.set(name, { dtype: 'U8', scale: given.scale, zero: given.zero });
    } else if (options.calibration !== undefined && options.calibration.samples.length > 0) {
      const values = options.calibration.samples.map(
        (sample) => sample[index] ?? new Float32Array(),
      );
      known.set(name, inputQuantisation(values));
    }
  });
  return known;
};

const compileGuarded = async (
  onnx: Uint8Array,
  options: CompileOptions,
): Promise<CompiledModel> => {
  const graph = simplify(importOnnx(onnx, options));
  const samples = options.calibration?.samples ?? [];
  const method = options.calibration?.method ?? 'minmax';
  const inputs = inputQuantisations(graph, options);
  const wanted = unprescribed(graph);
  const observations: Map<string, Observation> =
    samples.length > 0
      ? await observe(onnx, graph, [...new Set(wanted.map(({ observed }) => observed))], samples)
      : new Map();
  const chosen = new Map(
    wanted.flatMap(({ tensor, observed }) => {
      const observation = observations.get(observed);
      if (observation === undefined) return [];
      const whole = graph.outputs.includes(tensor);
      return [[tensor, chooseQuantisation(observation, whole ? 'minmax' : method)] as const];
    }),
  );

  const lowered = lower(graph, {
    logits: options.logits ?? 'U8',
    label: options.label ?? true,
    quantisationOf(tensor) {
      const known = graph.prescribed.get(tensor) ?? inputs.get(tensor) ?? chosen.get(tensor);
      if (known !== undefined) return known;
      throw new CompileError(
        'missing-calibration',
        `the file says nothing about the range of "${tensor}"; give calibration samples`,
        { tensor },
      );
    },
  });
  const specOf = (node: number): TensorSpec => {
    const spec = lowered.graph.nodes[node]?.output;
    if (spec === undefined) throw new CompileError('malformed', `there is no node ${node}`);
    return spec;
  };
  return {
    name: options.name,
    source: {
      file: options.sourceFile ?? 'model.onnx',
      sha256: createHash('sha256').update(onnx).digest('hex'),
    },
    graph: lowered.graph,
    graphBin: encodeGraph(lowered.graph),
    inputs: lowered.inputs.map(({ name, quantisation: { dtype, scale, zero } }, index) => ({
      name,
      spec: { dtype, shape: graph.inputs[index]?.shape ?? [] },
      quantisation: { scale, zero },
    })),
    outputs: lowered.outputs.map(({ name, node, quantisation }) => ({
      name,
      node,
      spec: specOf(node),
      ...(quantisation && { quantisation }),
    })),
    labels: options.labels,
  };
};

/**
 * Compiles a model. A float model needs calibration samples, a QDQ model none. The result depends on nothing but the
 * arguments. Throws a `CompileError`, and nothing else, whatever the file holds.
 */
export const compile = async (
  onnx: Uint8Array,
  options: CompileOptions,
): Promise<CompiledModel> => {
  try {
    return await compileGuarded(onnx, options);
  } catch (cause) {
    throw asCompileError(cause, 'the model cannot be compiled');
  }
};
