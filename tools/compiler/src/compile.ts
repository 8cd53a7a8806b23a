/** From an ONNX file, float or quantised, to a compiled model. */
import { createHash } from 'node:crypto';
import { elementCount, encodeGraph, type Graph, type TensorSpec } from '@veritrace/referee/graph';
import { asCompileError, CompileError, ownEntry } from './errors.ts';
import { emitOnnx } from './float/emit.ts';
import type { ActivationQuantisation, FloatGraph, Quantisation } from './float/graph.ts';
import { emitQdq } from './float/qdq.ts';
import { simplify } from './float/simplify.ts';
import { type ImportOptions, importOnnx } from './onnx/import.ts';
import { parseModel } from './onnx/parse.ts';
import { type ChannelRanges, type Equalised, equalise } from './quantise/equalise.ts';
import { type Head, withHead } from './quantise/head.ts';
import { type LayoutVersion, type LogitsForm, lower } from './quantise/lower.ts';
import { type CalibrationSample, observe, type Probe } from './quantise/observe.ts';
import {
  type CalibrationMethod,
  chooseQuantisation,
  inputQuantisation,
  type Observation,
  quantisationOf,
} from './quantise/ranges.ts';
import { quantisationRole } from './quantise/role.ts';
import { trimmed } from './quantise/trim.ts';
import { observedName, type View } from './quantise/view.ts';

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
    /** Share of the values at either end that `percentile` keeps. Default 0.9999. */
    percentile?: number;
    /** Whether biases take back what rounding the weights does to mean outputs. Default false. */
    correctBiases?: boolean;
    /**
     * Whether the channels of a tensor are brought to one range, by factors in the weights around it and a few tables
     * instead of one where a function stands between. Default false.
     */
    equalise?: boolean;
  };
  /** Quantisation of inputs by name, instead of one chosen from the calibration samples. Unsigned. */
  inputs?: Readonly<Record<string, Quantisation>>;
  /** How the last layer's sums leave: requantised to 8 bits (default), or as 32-bit accumulators. */
  logits?: LogitsForm;
  /** Whether a single output of rank 2 or more gets a companion `label`. Default true. */
  label?: boolean;
  /** Only which elements are the largest along the last axis, instead of outputs that are too large to be shown. */
  head?: Head;
  /** Layout version of the graph. Default: 2, or 1 where all operators are of kernel version 1. */
  layout?: LayoutVersion;
  /** What the classes are called. */
  labels?: readonly string[];
  /** Whether the float model is also written with `QuantizeLinear` and `DequantizeLinear`, as other tools do. Default false. */
  qdq?: boolean;
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
  /** Nodes whose integers stand for a tensor of the file. */
  tensors: CompiledTensor[];
  /** The ONNX model in 8 bits, if it was asked for: of the same ranges and weights, without equalisation or corrected biases. */
  qdq?: Uint8Array;
}

/** A node whose output has a counterpart among the tensors of the ONNX file. */
export interface CompiledTensor {
  node: number;
  /** Name in the file. */
  tensor: string;
  /** Operator and name of the file's node that computes it. */
  onnxOp: string;
  name: string;
  quantisation: Quantisation;
  /** Which of the tensor's channels, and divided by what, if not all of them as they are. */
  view?: View;
  /** Reals beyond which values are not told apart, as nothing made of them is. */
  useful?: [min: number, max: number];
}

/** Tensors that need a quantisation which the file does not prescribe. */
const unprescribed = (graph: FloatGraph): string[] =>
  graph.nodes
    .filter(({ op, output }) => quantisationRole(op) === 'chooses' && !graph.prescribed.has(output))
    .map(({ output }) => output);

/** A model in which the graph's tensors can be observed, and what they are called there. */
interface Observable {
  source: Uint8Array;
  /** Name, in the source, of a tensor of the graph. */
  nameOf: (tensor: string) => string;
  /** Names of all tensors that the source takes and computes. */
  known: ReadonlySet<string>;
  /** The same of the file. */
  inFile: ReadonlySet<string>;
}

/** The file itself, unless a tensor of ours is wanted that the file does not have: then the graph, written as a model. */
const observable = (onnx: Uint8Array, graph: FloatGraph, options: ImportOptions): Observable => {
  const { node } = parseModel(onnx, options.maxBytes).graph;
  const inFile = new Set(node.flatMap(({ input, output }) => [...input, ...output]));
  const fileName = (tensor: string) => observedName(graph, tensor);
  const layers = graph.nodes.filter(({ op }) => op.tag === 'LayerNorm');
  const wanted = [...unprescribed(graph), ...layers.flatMap(({ inputs }) => inputs)];
  if (wanted.every((tensor) => inFile.has(fileName(tensor)))) {
    return { source: onnx, nameOf: fileName, known: inFile, inFile };
  }
  const { onnx: source, nameOf } = emitOnnx(graph);
  return { source, nameOf, known: new Set([...graph.shapes.keys()].map(nameOf)), inFile };
};

/** What to look at in the float model. */
const probesOf = (
  graph: FloatGraph,
  views: ReadonlyMap<string, View>,
  { nameOf, known }: Observable,
  means: boolean,
): Probe[] => {
  const probes = new Map<string, Probe>();
  const probe = (tensor: string): Probe | undefined => {
    const view = views.get(tensor);
    const name = nameOf(view?.file ?? tensor);
    if (!known.has(name)) return undefined;
    const made = probes.get(tensor) ?? {
      tensor,
      name,
      view,
      elements: elementCount(graph.shapes.get(tensor) ?? []),
    };
    probes.set(tensor, made);
    return made;
  };
  for (const tensor of unprescribed(graph)) probe(tensor);
  for (const { op, inputs } of graph.nodes) {
    const [input = ''] = inputs;
    const shape = graph.shapes.get(input) ?? [];
    if (op.tag === 'LayerNorm') {
      const made = probe(input);
      if (made) made.together = elementCount(shape.slice(shape.length - op.axes));
    }
    if (means && (op.tag === 'Conv' || op.tag === 'ConvTranspose')) {
      const made = probe(input);
      if (made) made.channels = { count: shape[1] ?? 1, inner: elementCount(shape.slice(2)) };
    }
    if (means && op.tag === 'Dense') {
      const made = probe(input);
      if (made) made.channels = { count: shape[1] ?? 1, inner: 1 };
    }
  }
  return [...probes.values()];
};

/** Values of a channel that its range can be told from: those of a squeezed plane are one a sample. */
const FEWEST_VALUES = 256;

/** Ranges per channel of what equalisation asks for. */
const channelRanges = async (
  { source, nameOf, known }: Observable,
  graph: FloatGraph,
  samples: readonly CalibrationSample[],
): Promise<Map<string, ChannelRanges>> => {
  const probes = unprescribed(graph).flatMap((tensor): Probe[] => {
    const shape = graph.shapes.get(tensor) ?? [];
    const name = nameOf(tensor);
    if (shape.length !== 4 || graph.observedAs.has(tensor) || !known.has(name)) return [];
    const channels = { count: shape[1] ?? 1, inner: elementCount(shape.slice(2)) };
    if (channels.inner * samples.length < FEWEST_VALUES) return [];
    return [{ tensor, name, elements: elementCount(shape), channels }];
  });
  const seen = await observe(source, graph, probes, samples, { histograms: false });
  return new Map(
    [...seen].flatMap(([tensor, { lows, highs }]) =>
      lows && highs ? [[tensor, { min: lows, max: highs }] as const] : [],
    ),
  );
};

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

/** A graph, what its tensors are in the file, and the ranges that are known without looking. */
type Calibratable = Pick<Equalised, 'graph' | 'views' | 'ranges'>;

interface Calibrated {
  observationOf(tensor: string): Observation | undefined;
  /** Quantisations of whole ranges, and of those parts that matter. */
  whole: Map<string, ActivationQuantisation>;
  chosen: Map<string, ActivationQuantisation>;
}

/** Observes the tensors that need a quantisation, and chooses it. */
const calibrate = async (
  { graph, views, ranges }: Calibratable,
  seen: Observable,
  { samples, method = 'minmax', percentile }: NonNullable<CompileOptions['calibration']>,
  means: boolean,
): Promise<Calibrated> => {
  const observations: Map<string, Observation> =
    samples.length > 0
      ? await observe(seen.source, graph, probesOf(graph, views, seen, means), samples)
      : new Map();
  const observationOf = (tensor: string): Observation | undefined => observations.get(tensor);
  const probabilities = new Set(
    graph.nodes.flatMap(({ op, output }) => (op.tag === 'Softmax' ? [output] : [])),
  );
  const whole = new Map(
    unprescribed(graph).flatMap((tensor) => {
      const useful = ranges.get(tensor);
      if (useful !== undefined) return [[tensor, quantisationOf(...useful)] as const];
      const observation = observationOf(tensor);
      if (observation === undefined) return [];
      const isWhole = graph.outputs.includes(tensor);
      // Calibration need not have seen the surest answer.
      if (isWhole && probabilities.has(tensor)) return [[tensor, quantisationOf(0, 1)] as const];
      const quantisation = chooseQuantisation(observation, isWhole ? 'minmax' : method, percentile);
      return [[tensor, quantisation] as const];
    }),
  );
  return { observationOf, whole, chosen: trimmed(graph, whole) };
};

/**
 * Quantisations of the tensors that the canonical graph has integers for: a lowering whose result is thrown away asks for
 * each of them.
 */
const askedFor = (
  graph: FloatGraph,
  options: Omit<Parameters<typeof lower>[1], 'meansOf' | 'label'>,
): Map<string, ActivationQuantisation> => {
  const asked = new Map<string, ActivationQuantisation>();
  lower(graph, {
    ...options,
    label: false,
    quantisationOf(tensor) {
      const quantisation = options.quantisationOf(tensor);
      asked.set(tensor, quantisation);
      return quantisation;
    },
  });
  return asked;
};

const compileGuarded = async (
  onnx: Uint8Array,
  options: CompileOptions,
): Promise<CompiledModel> => {
  const imported = importOnnx(onnx, options);
  const simple = simplify(options.head ? withHead(imported, options.head) : imported);
  const calibration = options.calibration ?? { samples: [] };
  const { samples, percentile, correctBiases = false } = calibration;
  if (percentile !== undefined && !(percentile > 0.5 && percentile <= 1)) {
    throw new CompileError(
      'invalid-option',
      `percentile ${percentile} is not above 0.5 and up to 1`,
    );
  }
  const inputs = inputQuantisations(simple, options);
  const seen = observable(onnx, simple, options);
  const isEqualised = (calibration.equalise ?? false) && samples.length > 0;
  const ranges = isEqualised
    ? await channelRanges(seen, simple, samples)
    : new Map<string, ChannelRanges>();
  const equalised = isEqualised
    ? equalise(simple, (tensor) => ranges.get(tensor))
    : {
        graph: simple,
        views: new Map<string, View>(),
        ranges: new Map<string, [number, number]>(),
      };
  const { graph, views } = equalised;
  const calibrated = await calibrate(equalised, seen, calibration, correctBiases);
  const { observationOf, whole, chosen } = calibrated;
  /** The reals that a tensor's integers reach, where only those matter. */
  const usefulRange = (tensor: string): [min: number, max: number] | undefined => {
    const own = chosen.get(tensor);
    const isCut = equalised.ranges.has(tensor) || own !== whole.get(tensor);
    if (own === undefined || !isCut) return undefined;
    return [-own.zero * own.scale, (255 - own.zero) * own.scale];
  };

  const quantisations =
    (known: ReadonlyMap<string, ActivationQuantisation>) =>
    (tensor: string): ActivationQuantisation => {
      const quantisation = graph.prescribed.get(tensor) ?? inputs.get(tensor) ?? known.get(tensor);
      if (quantisation !== undefined) return quantisation;
      throw new CompileError(
        'missing-calibration',
        `the file says nothing about the range of "${tensor}"; give calibration samples`,
        { tensor },
      );
    };
  const lowering = ({ observationOf, chosen }: Calibrated) => ({
    logits: options.logits ?? 'U8',
    centredReach: (tensor: string) => observationOf(tensor)?.centred,
    quantisationOf: quantisations(chosen),
  });
  const lowered = lower(graph, {
    ...lowering(calibrated),
    label: options.label ?? true,
    ...(options.layout !== undefined && { layout: options.layout }),
    ...(correctBiases && { meansOf: (tensor: string) => observationOf(tensor)?.means }),
  });
  const qdq = async (): Promise<Uint8Array> => {
    if (simple.prescribed.size > 0) {
      throw new CompileError('invalid-option', 'the file is a quantised model already');
    }
    const plain = { graph: simple, views: new Map<string, View>(), ranges: new Map() };
    const own = isEqualised ? await calibrate(plain, seen, calibration, false) : calibrated;
    return emitQdq(simple, askedFor(simple, lowering(own)));
  };
  const producers = new Map(graph.nodes.map((node) => [node.output, node]));
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
    ...(options.qdq === true && { qdq: await qdq() }),
    tensors: lowered.tensors.flatMap(({ node, tensor, quantisation }): CompiledTensor[] => {
      const view = views.get(tensor);
      const producer = producers.get(tensor);
      const file = view?.file ?? tensor;
      const useful = usefulRange(tensor);
      if (producer === undefined || !seen.inFile.has(file)) return [];
      return [
        {
          node,
          tensor: file,
          onnxOp: producer.onnxOp,
          name: producer.name,
          quantisation,
          ...(view && { view }),
          ...(useful && { useful }),
        },
      ];
    }),
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
