/** `veritrace infer DIR --input FILE`: one inference without a chain, with its commitments. */
import { createExactSession, dequantiseValues, readCompiled } from '@veritrace/compiler';
import { labelOf, loadModel, readInputFile } from '@veritrace/harness';
import { createReferee } from '@veritrace/referee';
import { CommandError } from '../errors.ts';
import type { Output } from '../output.ts';

export const engines = ['onnxruntime', 'referee'] as const;
export type EngineName = (typeof engines)[number];

export interface InferOptions {
  input: string;
  engine: EngineName;
  trace: boolean;
}

const hex = (bytes: Uint8Array): string => `0x${Buffer.from(bytes).toString('hex')}`;

/** Runs a compiled model. The same roots come out of either engine. */
export const infer = async (
  dir: string,
  { input: file, engine, trace: withTrace }: InferOptions,
  output: Output,
): Promise<boolean> => {
  const referee = createReferee();
  const { manifest } = await readCompiled(dir);
  const model = await loadModel(dir, manifest.name, referee);
  const { loaded } = model;
  try {
    const input = await readInputFile(file, model.input);
    const run = await runner(engine, model.graph, (inputs) => loaded.evaluate(inputs));
    const began = performance.now();
    const nodeOutputs = await run.evaluate([input]);
    const durationMs = performance.now() - began;
    await run.dispose();

    const trace = loaded.trace(nodeOutputs);
    const at = <T>(items: readonly T[], node: number): T => {
      const item = items[node];
      if (item === undefined) throw new CommandError(`the engine gave nothing for node ${node}`);
      return item;
    };
    const outputs = manifest.outputs.map(({ name, node, spec, quantisation }) => {
      const bytes = at(nodeOutputs, node);
      return {
        name,
        node,
        spec,
        bytes: hex(bytes),
        values: [...dequantiseValues(spec, quantisation, bytes)],
      };
    });
    const outputRoot = hex(referee.outputRoot(manifest.outputs.map(({ node }) => at(trace, node))));
    const traceRoot = hex(referee.traceRoot(trace));
    const label = labelOf(
      model,
      manifest.outputs.map(({ node }) => at(nodeOutputs, node)),
    );
    output.result(
      {
        model: manifest.name,
        engine,
        outputs,
        ...(label === undefined ? {} : { label: manifest.labels?.[label] ?? label }),
        outputRoot,
        traceRoot,
        ...(withTrace ? { trace: trace.map(hex) } : {}),
        durationMs: Math.round(durationMs * 1000) / 1000,
      },
      () =>
        [
          ...outputs.map(
            ({ name, values }) =>
              `${name}: ${values.map((value) => Number(value.toPrecision(6))).join(' ')}`,
          ),
          ...(label === undefined ? [] : [`class: ${manifest.labels?.[label] ?? label}`]),
          `output root ${outputRoot}`,
          `trace root  ${traceRoot}`,
          ...(withTrace ? trace.map((leaf, node) => `  node ${node} ${hex(leaf)}`) : []),
          `${durationMs.toFixed(2)} ms by ${engine}`,
        ].join('\n'),
    );
  } finally {
    loaded.free();
  }
  return true;
};

const runner = async (
  engine: EngineName,
  graph: Parameters<typeof createExactSession>[0],
  evaluate: (inputs: Uint8Array[]) => Uint8Array[],
): Promise<{ evaluate(inputs: Uint8Array[]): Promise<Uint8Array[]>; dispose(): Promise<void> }> => {
  if (engine === 'referee') {
    return { evaluate: async (inputs) => evaluate(inputs), dispose: async () => undefined };
  }
  const session = await createExactSession(graph);
  return { evaluate: (inputs) => session.run(inputs), dispose: () => session.dispose() };
};
