/** The program for CUDA, as far as it can be judged without a card. `worker check --execution-provider cuda` judges the rest. */
import { createReferee, OPERATORS } from '@veritrace/referee';
import { encodeGraph, type Graph, type Op } from '@veritrace/referee/graph';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { CompileError } from '../errors.ts';
import { decodeModel, TENSOR_TYPE } from '../onnx/schema.ts';
import { randomGraph, randomInputs } from './draw.ts';
import { createExactProgram, inputName, nodeName } from './program.ts';
import type { ExactProvider } from './providers.ts';
import { createExactSession, PROGRAM_CONFIG } from './session.ts';

const referee = createReferee();
const SUMMING: readonly string[] = ['Conv', 'ConvTranspose', 'Gemm', 'MatMul'];
const GRAPHS = 24;

const drawn = (only: Op['tag']): Graph[] => {
  const graphs: Graph[] = [];
  for (let seed = 1; graphs.length < GRAPHS; seed++) {
    const graph = randomGraph(seed, { size: 1, only });
    if (graph.nodes.length > 0) graphs.push(graph);
  }
  return graphs;
};

const programOf = (graph: Graph, provider: ExactProvider): Uint8Array =>
  createExactProgram(graph, { provider, outputs: 'all' }).bytes;

describe.each(['Conv', 'ConvTranspose', 'MatMul', 'BatchMatMul', 'SumPool'] as const)(
  '%s',
  (kind) => {
    it('is summed in doubles, and rounded before it is anything else', () => {
      let sums = 0;
      for (const graph of drawn(kind)) {
        const nodes = decodeModel(programOf(graph, 'cuda')).graph?.node ?? [];
        const types = nodes.map(({ opType }) => opType);
        expect(types).not.toContain('QLinearConv');
        expect(types).not.toContain('QGemm');
        for (const node of nodes.filter(({ opType }) => SUMMING.includes(opType))) {
          sums++;
          for (const input of node.input) {
            const source = nodes.find(({ output }) => output.includes(input));
            const to = source?.attribute.find(({ name }) => name === 'to')?.i;
            expect([source?.opType, Number(to)]).toEqual(['Cast', TENSOR_TYPE.DOUBLE]);
          }
          const readers = nodes.filter(({ input }) => input.includes(node.output[0] ?? ''));
          expect(readers.map(({ opType }) => opType)).toEqual(['Round']);
        }
      }
      expect(sums).toBeGreaterThan(0);
    });
  },
);

it.each(['float32', 'float64'] as const)(
  'gives the chain’s bits on a processor, too, with sums in %s',
  async (sums) => {
    let compared = 0;
    for (const kind of OPERATORS) {
      for (const [index, graph] of drawn(kind).entries()) {
        const { bytes } = createExactProgram(graph, { provider: 'cuda', outputs: 'all', sums });
        const types = decodeModel(bytes).graph?.node.map(({ opType }) => opType) ?? [];
        // Convolutions of doubles are CUDA's alone.
        if (sums === 'float64' && types.some((type) => type.startsWith('Conv'))) continue;
        const session = await ort.InferenceSession.create(bytes, {
          executionProviders: ['cpu'],
          intraOpNumThreads: 1,
          logSeverityLevel: 3,
          extra: PROGRAM_CONFIG,
        });
        const inputs = randomInputs(graph, index);
        const loaded = referee.loadGraph(encodeGraph(graph));
        const [want] = loaded.evaluate(inputs);
        loaded.free();
        const types8 = { U8: 'uint8', I8: 'int8', I32: 'int32', F32: 'float32' } as const;
        const results = await session.run(
          Object.fromEntries(
            graph.header.inputs.map(({ dtype, shape }, at) => {
              const given = inputs[at] as Uint8Array;
              const data =
                dtype === 'I32'
                  ? new Int32Array(given.slice().buffer)
                  : dtype === 'I8'
                    ? new Int8Array(given.slice().buffer)
                    : given;
              return [
                inputName(at),
                new ort.Tensor(types8[dtype] as 'uint8', data as Uint8Array, shape),
              ];
            }),
          ),
        );
        const got = results[nodeName(0)]?.data as Uint8Array;
        expect(Buffer.from(got.buffer, got.byteOffset, got.byteLength), `${kind} ${index}`).toEqual(
          Buffer.from(want ?? new Uint8Array()),
        );
        compared++;
        await session.release();
      }
    }
    expect(compared).toBeGreaterThan(200);
  },
);

it('clamps before it adds a zero point, and has no equal keys, as CUDA would wrap the one and take any of the other', () => {
  let [quantised, sorted] = [0, 0];
  for (const graph of OPERATORS.flatMap(drawn)) {
    const nodes = decodeModel(programOf(graph, 'cuda')).graph?.node ?? [];
    const source = (name: string | undefined) =>
      nodes.find(({ output }) => output.includes(name ?? ''));
    for (const { opType, input } of nodes) {
      if (opType === 'QuantizeLinear') {
        quantised++;
        expect(source(input[0])?.opType).toBe('Clip');
      }
      if (opType === 'TopK') {
        sorted++;
        const key = source(input[0]);
        expect([key?.opType, source(key?.input[0])?.opType]).toEqual(['Add', 'Mul']);
      }
    }
  }
  expect(Math.min(quantised, sorted)).toBeGreaterThan(10);
});

it('says what is missing where there is no card', async () => {
  const [graph] = drawn('MatMul');
  if (graph === undefined) throw new Error('nothing was drawn');
  const outcome = await createExactSession(graph, { executionProvider: 'cuda' }).then(
    async (session) => {
      // A machine that has one.
      await session.dispose();
      return undefined;
    },
    (error: unknown) => error,
  );
  if (outcome === undefined) return;
  expect(outcome).toBeInstanceOf(CompileError);
  expect(outcome).toMatchObject({ code: 'unsupported-provider' });
  expect(String(outcome)).toMatch(/"cuda" could not be used: .+ It needs an NVIDIA driver/s);
});

it('is not made for a provider that nobody has proved', () => {
  const [graph] = drawn('MatMul');
  expect(() => programOf(graph as Graph, 'webgpu' as ExactProvider)).toThrow(
    /no exact program is proved on provider "webgpu"; on "cpu" and "cuda" it is/,
  );
});
