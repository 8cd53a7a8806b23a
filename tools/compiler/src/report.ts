/** What compiling cost: of each node, what proving it takes, and how far its integers are from the float model. */
import type { LoadedGraph } from '@veritrace/referee';
import { byteLength, elementCount, type TensorSpec } from '@veritrace/referee/graph';
import type { CompiledModel, CompiledTensor } from './compile.ts';
import { CompileError } from './errors.ts';
import { readElements } from './model/tensors.ts';
import { type ImportOptions, importOnnx } from './onnx/import.ts';
import {
  type CalibrationSample,
  groupsOf,
  openTensors,
  type TensorViewer,
} from './quantise/observe.ts';
import { viewed } from './quantise/view.ts';
import { quantiseValues } from './values.ts';

/** How near integers are to the float model, over all elements of all samples. */
export interface Fidelity {
  /**
   * Signal to noise in decibels: the float values' spread about their mean over the squared errors. `Infinity` without
   * any error.
   */
  sqnr: number;
  /** Largest error, in the tensor's own unit. */
  largestError: number;
}

export interface NodeReport {
  node: number;
  op: string;
  output: TensorSpec;
  /** Multiply-accumulates of the whole node. */
  macs: number;
  inputBytes: number;
  outputBytes: number;
  /** Bytes that a proof of one tile and of one element carries, at most. */
  tileBytes: number;
  elementBytes: number;
  /** The file's tensor that it stands for. */
  source?: { tensor: string; onnxOp: string; name: string };
  fidelity?: Fidelity;
}

export interface OutputReport {
  name: string;
  fidelity?: Fidelity;
  /** Of an index of the largest element: how often it is the float model's. */
  agreement?: number;
}

export interface CompileReport {
  name: string;
  kernelVersion: number;
  /** Samples the fidelity was measured on. */
  samples: number;
  nodes: NodeReport[];
  outputs: OutputReport[];
}

/** Sums over the elements of one tensor. */
interface Tally {
  count: number;
  sum: number;
  squares: number;
  noise: number;
  largest: number;
}

const fidelityOf = ({ count, sum, squares, noise, largest }: Tally): Fidelity => {
  const spread = Math.max(0, squares - sum ** 2 / count);
  return {
    sqnr: noise === 0 ? Number.POSITIVE_INFINITY : 10 * Math.log10(spread / noise),
    largestError: largest,
  };
};

const compare = (
  tally: Tally,
  { quantisation: { scale, zero }, useful }: CompiledTensor,
  integers: ArrayLike<number>,
  values: Float32Array,
) => {
  tally.count += values.length;
  const [least, most] = useful ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let index = 0; index < values.length; index++) {
    const value = Math.min(most, Math.max(least, values[index] as number));
    const error = ((integers[index] as number) - zero) * scale - value;
    tally.sum += value;
    tally.squares += value * value;
    tally.noise += error * error;
    if (Math.abs(error) > tally.largest) tally.largest = Math.abs(error);
  }
};

/** Indices of the largest elements along an axis, the first on a tie. */
const largestAlong = (
  values: ArrayLike<number>,
  shape: readonly number[],
  axis: number,
): number[] => {
  const size = shape[axis] ?? 1;
  const inner = elementCount(shape.slice(axis + 1));
  return Array.from({ length: values.length / size }, (_, index) => {
    const start = Math.floor(index / inner) * inner * size + (index % inner);
    let best = 0;
    for (let k = 1; k < size; k++) {
      if ((values[start + k * inner] ?? 0) > (values[start + best * inner] ?? 0)) best = k;
    }
    return best;
  });
};

export interface ReportOptions extends ImportOptions {
  /** Samples as for calibration. Without any there are no fidelities. */
  samples: readonly CalibrationSample[];
  /** Every node's output for these request inputs, in order: a referee's or an exact session's. */
  evaluate(inputs: Uint8Array[]): Uint8Array[] | Promise<Uint8Array[]>;
}

/** Outputs that are the index of the largest element of a tensor of the file: `[output, tensor, axis]`. */
const indexOutputs = (compiled: CompiledModel, byNode: ReadonlyMap<number, CompiledTensor>) =>
  compiled.outputs.flatMap((output) => {
    const node = compiled.graph.nodes[output.node];
    const [source] = node?.inputs ?? [];
    if (node?.op.tag !== 'ArgMax' || source?.tag !== 'Node') return [];
    const tensor = byNode.get(source.value);
    const shape = compiled.graph.nodes[source.value]?.output.shape ?? [];
    return tensor === undefined ? [] : [{ output, tensor, shape, axis: node.op.value.axis }];
  });

/**
 * Measures a compiled model against the file it was compiled from. Throws a `CompileError` when a sample does not fit
 * the model's inputs.
 */
export const compileReport = async (
  onnx: Uint8Array,
  compiled: CompiledModel,
  loaded: Pick<LoadedGraph, 'costs'>,
  options: ReportOptions,
): Promise<CompileReport> => {
  const { samples } = options;
  const graph = importOnnx(onnx, options);
  const byNode = new Map(compiled.tensors.map((tensor) => [tensor.node, tensor]));
  const byName = new Map<string, CompiledTensor[]>();
  for (const tensor of byNode.values()) {
    byName.set(tensor.tensor, [...(byName.get(tensor.tensor) ?? []), tensor]);
  }
  const indexed = indexOutputs(compiled, byNode);
  const tallies = new Map<number, Tally>();
  const agreements = new Map<string, { same: number; count: number }>();
  const groups = groupsOf(
    [...byName].map(([name, [first]]) => ({
      name,
      elements: elementCount(compiled.graph.nodes[first?.node ?? 0]?.output.shape ?? []),
    })),
  );
  const viewers: TensorViewer[] = [];
  try {
    if (samples.length > 0) {
      for (const group of groups) {
        viewers.push(
          await openTensors(
            onnx,
            graph,
            group.map(({ name }) => name),
          ),
        );
      }
    }
    for (const sample of samples) {
      const request = compiled.inputs.map(({ spec, quantisation }, index) =>
        quantiseValues(spec, quantisation, sample[index] ?? []),
      );
      const outputs = await options.evaluate(request);
      const integersOf = (node: number) => {
        const bytes = outputs[node];
        const spec = compiled.graph.nodes[node]?.output;
        if (bytes === undefined || spec === undefined) {
          throw new CompileError('invalid-graph', `node ${node} has no output`);
        }
        return readElements(spec.dtype, bytes);
      };
      for (const viewer of viewers) {
        await viewer.view(sample, (name, values) => {
          for (const tensor of byName.get(name) ?? []) {
            const integers = integersOf(tensor.node);
            const wanted = viewed(values, tensor.view);
            // A rewrite may have left a tensor with another size than the file's of that name.
            if (integers.length !== wanted.length) continue;
            const tally = tallies.get(tensor.node) ?? {
              count: 0,
              sum: 0,
              squares: 0,
              noise: 0,
              largest: 0,
            };
            tallies.set(tensor.node, tally);
            compare(tally, tensor, integers, wanted);
          }
          for (const { output, tensor, shape, axis } of indexed) {
            if (tensor.tensor !== name) continue;
            const got = integersOf(output.node);
            const seen = agreements.get(output.name) ?? { same: 0, count: 0 };
            for (const [index, want] of largestAlong(values, shape, axis).entries()) {
              seen.count++;
              if (got[index] === want) seen.same++;
            }
            agreements.set(output.name, seen);
          }
        });
      }
    }
  } finally {
    for (const viewer of viewers) await viewer.close();
  }
  const fidelity = (node: number): { fidelity?: Fidelity } => {
    const tally = tallies.get(node);
    return tally === undefined ? {} : { fidelity: fidelityOf(tally) };
  };
  return {
    name: compiled.name,
    kernelVersion: compiled.graph.header.kernelVersion,
    samples: samples.length,
    nodes: compiled.graph.nodes.map(({ op, output }, node) => {
      const cost = loaded.costs[node];
      const source = byNode.get(node);
      return {
        node,
        op: op.tag,
        output,
        macs: Number(cost?.wholeMacs ?? 0),
        inputBytes: cost?.wholeBytes ?? 0,
        outputBytes: byteLength(output),
        tileBytes: cost?.tileBytes ?? 0,
        elementBytes: cost?.elementBytes ?? 0,
        ...(source && {
          source: { tensor: source.tensor, onnxOp: source.onnxOp, name: source.name },
        }),
        ...fidelity(node),
      };
    }),
    outputs: compiled.outputs.map(({ name, node }) => {
      const seen = agreements.get(name);
      return { name, ...fidelity(node), ...(seen && { agreement: seen.same / seen.count }) };
    }),
  };
};
