/** ONNX Runtime at every optimisation level, the chain's kernels and a third evaluator: not one bit may differ. */
import { createReferee } from '@veritrace/referee';
import { encodeGraph, type Graph } from '@veritrace/referee/graph';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { writeElements } from '../model/tensors.ts';
import { decodeModel, withInterface } from '../onnx/schema.ts';
import { createRandom } from '../random.ts';
import { graphOf } from '../testing/graphs.ts';
import { evaluateReference } from '../testing/reference.ts';
import { randomGraph, randomInputs } from './draw.ts';
import { buildExactProgram, inputName, nodeName } from './program.ts';
import { createExactSession, type OptimisationLevel } from './session.ts';

const LEVELS: readonly OptimisationLevel[] = ['disabled', 'basic', 'extended', 'all'];
const GRAPHS = 240;
const INPUTS = 3;
const referee = createReferee();

/** Nodes whose bytes differ, with the operator, for the message of a failure. */
const differences = (graph: Graph, got: readonly Uint8Array[], want: readonly Uint8Array[]) =>
  want.flatMap((bytes, node) => {
    const other = got[node];
    if (other !== undefined && Buffer.compare(bytes, other) === 0) return [];
    const at = bytes.findIndex((byte, index) => byte !== other?.[index]);
    return [{ node, op: graph.nodes[node]?.op.tag, firstByte: at }];
  });

describe.each(LEVELS)('random graphs at level %s', (graphOptimizationLevel) => {
  it('give the same bits everywhere', async () => {
    let elements = 0;
    const kinds = new Map<string, number>();
    for (let seed = 1; seed <= GRAPHS; seed++) {
      const graph = randomGraph(seed);
      const loaded = referee.loadGraph(encodeGraph(graph));
      const threads = seed % 5 === 0 ? 2 : 1;
      const session = await createExactSession(graph, {
        threads,
        graphOptimizationLevel,
        ...(seed % 2 === 0 && { weights: 'unsigned' }),
      });
      for (const { op } of graph.nodes) kinds.set(op.tag, (kinds.get(op.tag) ?? 0) + 1);
      for (let input = 0; input < INPUTS; input++) {
        const inputs = randomInputs(graph, seed * 1000 + input);
        const want = evaluateReference(graph, inputs);
        const got = await session.run(inputs);
        const label = `graph ${seed}, input ${input}`;
        expect(differences(graph, got, want), label).toEqual([]);
        expect(differences(graph, loaded.evaluate(inputs), want), label).toEqual([]);
        elements += got.reduce((sum, bytes) => sum + bytes.length, 0);
      }
      await session.dispose();
      loaded.free();
    }
    expect(elements).toBeGreaterThan(100_000);
    // Every operator, and each often.
    expect(kinds.size).toBe(24);
    expect(Math.min(...kinds.values())).toBeGreaterThan(20);
  }, 300_000);
});

/** One requantised convolution with many outputs, of which every tenth or so is a tie once rounded to single. */
const wideConv = (): Graph => {
  const random = createRandom(7);
  const weights = Array.from({ length: 16 * 16 * 9 }, () => random.integer(-2, 2));
  const scales = Array.from({ length: 16 }, (_, channel) => 0.1 * (1 + 2 * (channel % 4)));
  return graphOf(
    [{ dtype: 'U8', shape: [1, 16, 48, 48] }],
    [
      { spec: { dtype: 'I8', shape: [16, 16, 3, 3] }, data: writeElements('I8', weights) },
      { spec: { dtype: 'F32', shape: [16] }, data: writeElements('F32', scales) },
    ],
    [
      {
        op: {
          tag: 'Conv',
          value: {
            groups: 1,
            strides: [1, 1],
            pads: [1, 1, 1, 1],
            dilations: [1, 1],
            xZero: 128,
            wZero: 0,
            bias: false,
            requant: { zero: 3, min: -128, max: 127 },
          },
        },
        inputs: [
          { tag: 'Request', value: 0 },
          { tag: 'Initialiser', value: 0 },
          { tag: 'Initialiser', value: 1 },
        ],
        output: { dtype: 'I8', shape: [1, 16, 48, 48] },
      },
    ],
  );
};

describe('the scale of a convolution', () => {
  const graph = wideConv();
  const random = createRandom(11);
  const inputs = [Uint8Array.from({ length: 16 * 48 * 48 }, () => random.integer(118, 138))];
  const [want = new Uint8Array()] = evaluateReference(graph, inputs);

  it.each(LEVELS)('is not folded into the weights at level %s', async (graphOptimizationLevel) => {
    const session = await createExactSession(graph, { graphOptimizationLevel });
    const got = await session.run(inputs);
    await session.dispose();
    expect(differences(graph, got, [want])).toEqual([]);
  });

  it('would be folded, and give other bits, were it an ordinary constant', async () => {
    const exact = buildExactProgram(graph, { provider: 'cpu', outputs: 'all' });
    const inputsOf = decodeModel(exact).graph?.input ?? [];
    const program = withInterface(exact, {
      input: inputsOf.filter(({ name }) => name === inputName(0)) as never,
    });
    const session = await ort.InferenceSession.create(program, { graphOptimizationLevel: 'all' });
    const results = await session.run({
      [inputName(0)]: new ort.Tensor('uint8', inputs[0] ?? [], [1, 16, 48, 48]),
    });
    await session.release();
    const got = results[nodeName(0)]?.data as Int8Array;
    const wrong = got.filter((value, index) => value << 24 !== (want[index] ?? 0) << 24).length;
    expect(wrong).toBeGreaterThan(0);
  });
});

/** A reduction far past 2^24, its weights at their extremes, on as many threads as there are. */
const long = (): Graph => {
  const random = createRandom(23);
  const weights = Array.from({ length: 32 * 128 * 9 }, () => random.pick([-128, 127, 127]));
  const biases = Array.from({ length: 32 }, () =>
    random.pick([2 ** 24, -(2 ** 24), 1, -30_000_000]),
  );
  const columns = Array.from({ length: 16 * 4608 }, () => random.pick([-128, 127]));
  const requant = { zero: 128, min: 0, max: 255 };
  return graphOf(
    [{ dtype: 'U8', shape: [1, 128, 14, 14] }],
    [
      { spec: { dtype: 'I8', shape: [32, 128, 3, 3] }, data: writeElements('I8', weights) },
      { spec: { dtype: 'I32', shape: [32] }, data: writeElements('I32', biases) },
      { spec: { dtype: 'F32', shape: [1] }, data: writeElements('F32', [2 ** -18]) },
      { spec: { dtype: 'I8', shape: [16, 4608] }, data: writeElements('I8', columns) },
    ],
    [
      {
        op: {
          tag: 'Conv',
          value: {
            groups: 1,
            strides: [1, 1],
            pads: [0, 0, 0, 0],
            dilations: [1, 1],
            xZero: 0,
            wZero: 0,
            bias: true,
            requant,
          },
        },
        inputs: [
          { tag: 'Request', value: 0 },
          { tag: 'Initialiser', value: 0 },
          { tag: 'Initialiser', value: 1 },
          { tag: 'Initialiser', value: 2 },
        ],
        output: { dtype: 'U8', shape: [1, 32, 12, 12] },
      },
      {
        op: { tag: 'Reshape', value: undefined },
        inputs: [{ tag: 'Node', value: 0 }],
        output: { dtype: 'U8', shape: [1, 4608] },
      },
      {
        op: { tag: 'MatMul', value: { xZero: 128, wZero: 0, bias: false, requant: undefined } },
        inputs: [
          { tag: 'Node', value: 1 },
          { tag: 'Initialiser', value: 3 },
        ],
        output: { dtype: 'I32', shape: [1, 16] },
      },
    ],
  );
};

describe('reductions past 2^24', () => {
  const graph = long();
  const loaded = referee.loadGraph(encodeGraph(graph));
  const random = createRandom(29);
  const inputs = [
    new Uint8Array(128 * 14 * 14).fill(255),
    Uint8Array.from({ length: 128 * 14 * 14 }, () => random.pick([0, 255, 255, 254])),
  ];

  it.each(LEVELS)('are split at level %s', async (graphOptimizationLevel) => {
    const session = await createExactSession(graph, { graphOptimizationLevel });
    for (const input of inputs) {
      const want = loaded.evaluate([input]);
      expect(differences(graph, await session.run([input]), want)).toEqual([]);
    }
    await session.dispose();
  });
});
