/**
 * The exact program: the canonical graph as an ONNX model whose integers ride in float32 tensors.
 *
 * Why it gives the chain's bits:
 * - convolutions of 8-bit integers are made by the runtime's 8-bit kernels, of weights in the form that is exact on the
 *   machine (`kernels.ts`); their requantisation is the chain's;
 * - other reductions ride in float32: products are of integers below 2^9 and every reduction is bounded by 2^24, else cut
 *   into parts whose sums are cast to int32 before they are added, so no sum is ever rounded, in whatever order it is made;
 *   where clamping to 32 bits could matter, steps are made in doubles and clamped;
 * - on CUDA all sums of products are made in doubles and rounded (`summing` of `linear.ts`), for there a single may lose bits
 *   to TF32 or to a convolution by Winograd's way, whatever the provider is told;
 * - requantisation is one `Mul`, or a division that was found equal (`steps.ts`), and one `QuantizeLinear`, which rounds
 *   half to even, adds the zero point and saturates, as the kernel defines it; carriers hold `q - zero point`, so that
 *   padding is zero;
 * - quotients and roots are `Div` and `Sqrt`, which IEEE-754 wants correctly rounded;
 * - scales are overridable initialisers, which optimisers must not fold into weights, and nothing is to be taken for an
 *   invitation to compute in 8 bits (`PROGRAM_CONFIG`);
 * - what leaves the program are integers.
 */
import type { DType, Graph, GraphNode, Ref } from '@veritrace/referee/graph';
import { CompileError } from '../errors.ts';
import { dtypeRange } from '../model/tensors.ts';
import { createModelBuilder } from '../onnx/builder.ts';
import { type ChannelTables, channelTables } from './channels.ts';
import {
  added,
  looked,
  lookedByChannel,
  quotient,
  scaled,
  squareRoot,
  times,
} from './elementwise.ts';
import type { WeightForm } from './kernels.ts';
import { batchMultiplied, convolved, multiplied, summed } from './linear.ts';
import {
  gathered,
  joined,
  padded,
  pooled,
  reshaped,
  resized,
  selected,
  sliced,
  transposed,
} from './moves.ts';
import { EXACT_PROVIDERS, type ExactProvider } from './providers.ts';
import { largestIndex, reducedOver } from './reductions.ts';
import {
  type Context,
  constantValue,
  integersOf,
  integerType,
  integerValue,
  type Value,
} from './values.ts';

export { integerType } from './values.ts';

export interface ExactProgramOptions {
  provider: ExactProvider;
  /** `all`: every node's output, for the trace; `declared`: only those that answer a request. */
  outputs: 'all' | 'declared';
  /** On `cpu`: `unsigned` (default) is exact everywhere; `signed` where `weightForm` says so. */
  weights?: WeightForm;
  /** What sums of products are made in. Default: what is exact on the provider. */
  sums?: Context['sums'];
}

/** Opset of the emitted model. */
export const EXACT_OPSET = 17;

/** Name of the program's input for request input `index`. */
export const inputName = (index: number): string => `input_${index}`;

/** Name of the program's output for node `index`. */
export const nodeName = (index: number): string => `node_${index}`;

const lowered = (context: Context, node: GraphNode): Value => {
  const { op } = node;
  switch (op.tag) {
    case 'Conv':
      return convolved(context, node, op.value, false);
    case 'ConvTranspose':
      return convolved(context, node, op.value, true);
    case 'MatMul':
      return multiplied(context, node, op.value);
    case 'BatchMatMul':
      return batchMultiplied(context, node, op.value);
    case 'SumPool':
      return summed(context, node, op.value);
    case 'Add':
    case 'WeightedSum':
      return added(context, node, op.value);
    case 'Product':
      return times(context, node, op.value);
    case 'Quotient':
      return quotient(context, node, op.value);
    case 'SquareRoot':
      return squareRoot(context, node, op.value);
    case 'Requantise':
      return scaled(context, node, op.value);
    case 'Table':
    case 'Lookup':
      return looked(context, node);
    case 'MaxPool':
      return pooled(context, node, op.value);
    case 'Reshape':
      return reshaped(context, node);
    case 'Transpose':
      return transposed(context, node, op.value);
    case 'Pad':
      return padded(context, node, op.value);
    case 'Concat':
      return joined(context, node, op.value);
    case 'Slice':
      return sliced(context, node, op.value);
    case 'Gather':
      return gathered(context, node, op.value);
    case 'Resize':
      return resized(context, node, op.value);
    case 'TopK':
      return selected(context, node, op.value);
    case 'Reduce':
      return reducedOver(context, node, op.value);
    case 'ArgMax':
      return largestIndex(context, node, op.value);
  }
};

export interface ExactProgram {
  /** The ONNX model. */
  bytes: Uint8Array;
  /**
   * Where it is fastest. Operators by channel are many times slower where channels come last, as the level `all` puts them
   * around 8-bit convolutions.
   */
  level: 'extended' | 'all';
}

/** An ONNX model that computes `graph` bit for bit. Throws a `CompileError` on a graph that is not well-formed. */
export const createExactProgram = (graph: Graph, options: ExactProgramOptions): ExactProgram => {
  if (!EXACT_PROVIDERS.includes(options.provider)) {
    throw new CompileError(
      'unsupported-provider',
      `no exact program is proved on provider "${String(options.provider)}"; on ${EXACT_PROVIDERS.map((name) => `"${name}"`).join(' and ')} it is`,
    );
  }
  const isCpu = options.provider === 'cpu';
  const builder = createModelBuilder('veritrace-exact', EXACT_OPSET);
  const requests = graph.header.inputs.map((spec, index): Value => {
    const type = integerType(spec.dtype, `input ${index}`);
    builder.input(inputName(index), type, spec.shape);
    const range = dtypeRange(spec.dtype as Exclude<DType, 'F32'>);
    return integerValue(spec, range, inputName(index));
  });
  const initialisers = graph.initialisers.map(constantValue);
  const values: (Value | undefined)[] = [];
  const valueAt = (ref: Ref): Value | undefined => {
    switch (ref.tag) {
      case 'Request':
        return requests[ref.value];
      case 'Initialiser':
        return initialisers[ref.value];
      case 'Node':
        return values[ref.value];
    }
  };
  const context: Context = {
    graph,
    builder,
    provider: options.provider,
    weightForm: isCpu ? (options.weights ?? 'unsigned') : undefined,
    sums: options.sums ?? (isCpu ? 'float32' : 'float64'),
    resolve(node, input) {
      const ref = node.inputs[input];
      const value = ref && valueAt(ref);
      if (value === undefined) {
        const place = graph.nodes.indexOf(node);
        throw new CompileError(
          'invalid-graph',
          `${node.op.tag} node ${place} has no input ${input}`,
          { node: String(place), op: node.op.tag },
        );
      }
      return value;
    },
  };
  const wanted = new Set(
    options.outputs === 'all' ? graph.nodes.map((_, index) => index) : graph.header.outputs,
  );
  // Where all nodes are wanted, none can be passed over.
  const byChannel: Map<number, ChannelTables> =
    options.outputs === 'all' ? new Map() : channelTables(graph);
  let isByChannel = false;
  const emitted = (index: number, node: GraphNode): Value | undefined => {
    const channels = byChannel.get(index);
    if (channels === undefined) return lowered(context, node);
    const source = valueAt(channels.source);
    const tables = channels.tables.flatMap((ref) => (ref && valueAt(ref)) ?? []);
    if (source === undefined || tables.length === 0) return source;
    const value = lookedByChannel(context, source, tables, node.output);
    isByChannel ||= value !== undefined;
    return value;
  };
  // From what is wanted to what that needs, and no more; inputs come before the nodes that read them.
  const pending = [...wanted].sort((a, b) => b - a);
  for (let index = pending.at(-1); index !== undefined; index = pending.at(-1)) {
    const node = graph.nodes[index];
    if (node === undefined) {
      throw new CompileError('invalid-graph', `the graph answers with node ${index}, and has none`);
    }
    const at = index;
    const inputs = byChannel.has(at) ? [byChannel.get(at)?.source] : node.inputs;
    const missing = inputs.flatMap((ref) =>
      ref?.tag === 'Node' && ref.value < at && values[ref.value] === undefined ? [ref.value] : [],
    );
    if (missing.length > 0) {
      pending.push(...missing.sort((a, b) => b - a));
      continue;
    }
    const value = values[at] ?? emitted(at, node);
    if (value === undefined) {
      // Not to be had in one go: by its own inputs, then.
      byChannel.delete(at);
      continue;
    }
    pending.pop();
    if (values[at] !== undefined) continue;
    values[at] = value;
    if (!wanted.has(at)) continue;
    integersOf(builder, value, nodeName(at));
    builder.output(nodeName(at), integerType(value.spec.dtype, `node ${at}`), value.spec.shape);
  }
  return { bytes: builder.build(), level: isByChannel ? 'extended' : 'all' };
};

/** Bytes of the program. To be run with `PROGRAM_CONFIG`. */
export const buildExactProgram = (graph: Graph, options: ExactProgramOptions): Uint8Array =>
  createExactProgram(graph, options).bytes;
