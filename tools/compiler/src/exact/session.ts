/** Running exact programs in ONNX Runtime. */
import { byteLength, type Graph, type TensorSpec } from '@veritrace/referee/graph';
import * as ort from 'onnxruntime-node';
import { CompileError } from '../errors.ts';
import { bytesOf, describeSpec, readElements } from '../model/tensors.ts';
import { type WeightForm, weightForm } from './kernels.ts';
import { createExactProgram, inputName, integerType, nodeName } from './program.ts';
import type { ExactProvider } from './providers.ts';

/** How hard ONNX Runtime optimises. The exactness suite passes at every level. */
export type OptimisationLevel = 'disabled' | 'basic' | 'extended' | 'all';

export interface ExactSessionOptions {
  /** Only providers on which the exactness suite passes are accepted. Default `cpu`. */
  executionProvider?: ExactProvider;
  /** Threads inside an operator. Default: ONNX Runtime's choice. */
  threads?: number;
  /** Default: the one at which the program is fastest. */
  graphOptimizationLevel?: OptimisationLevel;
  /** `all` (default): every node's output; `declared`: only those that answer a request. */
  outputs?: 'all' | 'declared';
  /** On `cpu`. Default: what is fastest of what is exact on this machine. */
  weights?: WeightForm;
}

export interface ExactSession {
  /** Nodes whose outputs `run` returns, in its order. */
  readonly nodes: readonly number[];
  /**
   * Runs one request. Inputs and outputs are row-major, little-endian bytes; the outputs are those of every node, in
   * order (or of the declared ones), as the referee's `evaluate` gives them.
   * Throws a `CompileError` when an input is missing or has another length.
   */
  run(inputs: readonly Uint8Array[]): Promise<Uint8Array[]>;
  /** Frees the session. */
  dispose(): Promise<void>;
}

const toTensor = (spec: TensorSpec, bytes: Uint8Array, index: number): ort.Tensor => {
  const type = integerType(spec.dtype, `input ${index}`);
  const elements = readElements(spec.dtype, bytes);
  return new ort.Tensor(type as 'uint8', elements as Uint8Array, spec.shape);
};

/**
 * What a program has to be run with. Otherwise the runtime takes an operator between `DequantizeLinear` and
 * `QuantizeLinear` for one to compute in 8 bits, rounds its weights, and gives other bits.
 */
export const PROGRAM_CONFIG = { session: { disable_quant_qdq: '1' } } as const;

/** What to do where a provider is not there, and what the runtime said of it. */
const withoutProvider = (provider: ExactProvider, cause: unknown): CompileError =>
  new CompileError(
    'unsupported-provider',
    `the execution provider "${provider}" could not be used: ${cause instanceof Error ? cause.message : String(cause)}. It needs an NVIDIA driver, CUDA with cuDNN 9, and ONNX Runtime's own CUDA libraries beside its CPU ones (tools/worker/README.md says how); executionProvider "cpu" needs nothing`,
    {},
    cause,
  );

/** Compiles `graph` into a session on this machine. Throws a `CompileError` where the provider is not to be had. */
export const createExactSession = async (
  graph: Graph,
  options: ExactSessionOptions = {},
): Promise<ExactSession> => {
  const provider = options.executionProvider ?? 'cpu';
  const outputs = options.outputs ?? 'all';
  const program = createExactProgram(graph, {
    provider,
    outputs,
    weights: options.weights ?? (await weightForm()),
  });
  const create = () =>
    ort.InferenceSession.create(program.bytes, {
      executionProviders: [provider],
      graphOptimizationLevel: options.graphOptimizationLevel ?? program.level,
      logSeverityLevel: 3,
      extra: PROGRAM_CONFIG,
      ...(options.threads === undefined ? {} : { intraOpNumThreads: options.threads }),
    });
  const session =
    provider === 'cpu'
      ? await create()
      : await create().catch((cause: unknown) => {
          throw withoutProvider(provider, cause);
        });
  const nodes =
    outputs === 'all' ? graph.nodes.map((_, index) => index) : [...graph.header.outputs];

  return {
    nodes,
    async run(inputs) {
      const { inputs: specs } = graph.header;
      if (inputs.length !== specs.length) {
        throw new CompileError(
          'invalid-option',
          `the graph takes ${specs.length} inputs, not ${inputs.length}`,
        );
      }
      const feeds = Object.fromEntries(
        specs.map((spec, index) => {
          const bytes = inputs[index];
          if (bytes === undefined || bytes.length !== byteLength(spec)) {
            throw new CompileError(
              'invalid-option',
              `input ${index} is ${describeSpec(spec)}: ${byteLength(spec)} bytes, not ${bytes?.length ?? 0}`,
            );
          }
          return [inputName(index), toTensor(spec, bytes, index)];
        }),
      );
      const results = await session.run(feeds, [...new Set(nodes.map(nodeName))]);
      const outputsOfRun = nodes.map((node) => {
        const tensor = results[nodeName(node)];
        if (tensor === undefined) {
          throw new CompileError('invalid-graph', `the program gave no output for node ${node}`);
        }
        // The runtime hands over memory of its own for each run; the bytes outlive the tensor.
        return bytesOf(tensor.data as Uint8Array);
      });
      for (const tensor of Object.values(results)) tensor.dispose();
      return outputsOfRun;
    },
    dispose: () => session.release(),
  };
};
