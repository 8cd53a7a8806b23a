/** The ways to run a model that are compared. */
import { readFileSync } from 'node:fs';
import {
  createExactSession,
  dequantiseValues,
  type ExactProvider,
  readCompiled,
} from '@veritrace/compiler';
import { createReferee, type LoadedGraph } from '@veritrace/referee';
import * as ort from 'onnxruntime-node';
import type { FoundModel } from './models.ts';

/** What every machine has. */
export const cpuEngines = ['float', 'int8', 'exact', 'exact-trace', 'referee'] as const;
/** What needs an NVIDIA card, and is measured where it is asked for. */
export const cudaEngines = ['float-cuda', 'exact-cuda', 'exact-cuda-trace'] as const;
export const engineNames = [...cpuEngines, ...cudaEngines] as const;
export type EngineName = (typeof engineNames)[number];

/** What each is, for the report. */
export const engineTitles: Record<EngineName, string> = {
  float: 'float model, ONNX Runtime',
  int8: 'QDQ model, ONNX Runtime’s own int8',
  exact: 'exact program, ONNX Runtime',
  'exact-trace': 'exact program with trace commitment',
  referee: 'referee (wasm)',
  'float-cuda': 'float model, ONNX Runtime on CUDA as it is by default',
  'exact-cuda': 'exact program on CUDA: sums in doubles',
  'exact-cuda-trace': 'exact program on CUDA with trace commitment on the CPU',
};

/** What a run gave. */
export interface Answer {
  /** The declared outputs' bytes; `undefined` where the engine gives reals. */
  outputs: Uint8Array[] | undefined;
  /** Root of the trace, where there is one. */
  traceRoot: Uint8Array | undefined;
  /** The class it names; `undefined` when the model is no classifier. */
  label: number | undefined;
}

/** An engine with a model in it. */
export interface Runner {
  /** Runs one of the prepared requests. What it gives is read out by `read`, outside of what is timed. */
  run(request: number): Promise<unknown> | unknown;
  /** Runs it and reads everything. */
  read(request: number): Promise<Answer>;
  dispose(): Promise<void>;
}

/** A model, as far as an engine needs it. */
export interface EngineModel {
  dir: string;
  /** The ONNX file of engines that have one. */
  onnx: string | undefined;
}

export interface EngineOptions {
  model: EngineModel;
  /** Each request's tensors, as bytes. */
  requests: readonly Uint8Array[][];
  threads: number;
}

/** The ONNX file an engine runs, or why it has nothing to run. */
export const sourceFor = (
  engine: EngineName,
  model: FoundModel,
): { onnx: string | undefined } | { absent: string } => {
  const format = engine === 'float-cuda' ? 'float' : engine;
  if (format !== 'float' && format !== 'int8') return { onnx: undefined };
  const source = model[format];
  return source.type === 'file' ? { onnx: source.file } : { absent: source.reason };
};

/** Why an engine cannot be given so many threads; `undefined` when it can. */
export const refusesThreads = (engine: EngineName, threads: number): string | undefined =>
  engine === 'referee' && threads > 1 ? 'the wasm module has one thread' : undefined;

const itemOf = <T>(items: readonly T[], index: number): T => {
  const item = items[index];
  if (item === undefined) throw new RangeError(`there is no item ${index} of ${items.length}`);
  return item;
};

const largest = (values: ArrayLike<number>): number => {
  let best = 0;
  for (let index = 1; index < values.length; index += 1) {
    if ((values[index] ?? 0) > (values[best] ?? 0)) best = index;
  }
  return best;
};

/** An ONNX file as ONNX Runtime runs it by default. */
const createOnnx =
  (provider: ExactProvider) =>
  async ({ model, requests, threads }: EngineOptions): Promise<Runner> => {
    if (model.onnx === undefined) throw new Error(`${model.dir} has no such ONNX file`);
    const { manifest } = await readCompiled(model.dir);
    const session = await ort.InferenceSession.create(readFileSync(model.onnx), {
      executionProviders: [provider],
      graphOptimizationLevel: 'all',
      intraOpNumThreads: threads,
      logSeverityLevel: 3,
    });
    const prepared = requests.map((tensors) =>
      tensors.map((bytes, index) => {
        const { spec, quantisation } = itemOf(manifest.inputs, index);
        return Float32Array.from(dequantiseValues(spec, quantisation, bytes));
      }),
    );
    const run = (request: number): Promise<ort.InferenceSession.OnnxValueMapType> =>
      session.run(
        Object.fromEntries(
          itemOf(prepared, request).map((values, index) => [
            itemOf(session.inputNames, index),
            new ort.Tensor('float32', values, itemOf(manifest.inputs, index).spec.shape),
          ]),
        ),
      );
    const hasLabels = manifest.labels !== undefined;
    return {
      run,
      read: async (request) => {
        const results = await run(request);
        const first = results[itemOf(session.outputNames, 0)];
        return {
          outputs: undefined,
          traceRoot: undefined,
          label: hasLabels && first !== undefined ? largest(first.data as Float32Array) : undefined,
        };
      },
      dispose: () => session.release(),
    };
  };

/** The class that declared outputs name. */
const labelIn = ({ graph, header }: LoadedGraph, outputs: readonly Uint8Array[]) => {
  const position = header.outputs.findIndex((node) => graph.nodes[node]?.op.tag === 'ArgMax');
  const bytes = outputs[position];
  if (bytes === undefined) return undefined;
  return new DataView(bytes.buffer, bytes.byteOffset).getInt32(0, true);
};

const createExact =
  (executionProvider: ExactProvider, withTrace: boolean) =>
  async ({ model, requests, threads }: EngineOptions): Promise<Runner> => {
    const { graph, graphBin } = await readCompiled(model.dir);
    const referee = createReferee();
    const loaded = referee.loadGraph(graphBin);
    const session = await createExactSession(graph, {
      executionProvider,
      threads,
      outputs: withTrace ? 'all' : 'declared',
    });
    const compute = (request: number) => session.run(itemOf(requests, request));
    const rootOf = (outputs: Uint8Array[]) => referee.traceRoot(loaded.trace(outputs));
    return {
      run: withTrace ? async (request) => rootOf(await compute(request)) : compute,
      read: async (request) => {
        const computed = await compute(request);
        const outputs = withTrace
          ? loaded.header.outputs.map((node) => itemOf(computed, node))
          : computed;
        return {
          outputs,
          traceRoot: withTrace ? rootOf(computed) : undefined,
          label: labelIn(loaded, outputs),
        };
      },
      dispose: async () => {
        loaded.free();
        await session.dispose();
      },
    };
  };

/** The chain's own code, compiled to plain wasm. */
export const createRefereeRunner = async ({ model, requests }: EngineOptions): Promise<Runner> => {
  const { graphBin } = await readCompiled(model.dir);
  const referee = createReferee();
  const loaded = referee.loadGraph(graphBin);
  const run = (request: number) => loaded.evaluate(itemOf(requests, request));
  return {
    run,
    read: async (request) => {
      const computed = run(request);
      const outputs = loaded.header.outputs.map((node) => itemOf(computed, node));
      return {
        outputs,
        traceRoot: referee.traceRoot(loaded.trace(computed)),
        label: labelIn(loaded, outputs),
      };
    },
    dispose: async () => loaded.free(),
  };
};

const engines: Record<EngineName, (options: EngineOptions) => Promise<Runner>> = {
  float: createOnnx('cpu'),
  int8: createOnnx('cpu'),
  exact: createExact('cpu', false),
  'exact-trace': createExact('cpu', true),
  referee: createRefereeRunner,
  'float-cuda': createOnnx('cuda'),
  'exact-cuda': createExact('cuda', false),
  'exact-cuda-trace': createExact('cuda', true),
};

export const createRunner = (engine: EngineName, options: EngineOptions): Promise<Runner> =>
  engines[engine](options);
