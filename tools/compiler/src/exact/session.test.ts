/** What a session hands over. */
import * as ort from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { writeElements } from '../model/tensors.ts';
import { createRandom } from '../random.ts';
import { graphOf } from '../testing/graphs.ts';
import { evaluateReference } from '../testing/reference.ts';
import { randomGraph, randomInputs } from './draw.ts';
import { createExactProgram, inputName, nodeName } from './program.ts';
import { createExactSession, PROGRAM_CONFIG } from './session.ts';

it('leaves the outputs of a run as they are, whatever comes after', async () => {
  const graph = randomGraph(12, { size: 6 });
  const session = await createExactSession(graph, { threads: 1 });
  const runs: { outputs: Uint8Array[]; copies: Uint8Array[] }[] = [];
  for (let run = 0; run < 20; run++) {
    const outputs = await session.run(randomInputs(graph, run));
    runs.push({ outputs, copies: outputs.map((bytes) => bytes.slice()) });
  }
  await session.dispose();
  const churn = await createExactSession(randomGraph(13), { threads: 1 });
  for (let run = 0; run < 20; run++) await churn.run(randomInputs(randomGraph(13), run));
  await churn.dispose();
  for (const { outputs, copies } of runs) expect(outputs).toEqual(copies);
  const distinct = new Set(runs.flatMap(({ outputs }) => outputs.map(({ buffer }) => buffer)));
  expect(distinct.size).toBe(runs.length * graph.nodes.length);
});

it('needs its configuration: the runtime would compute in 8 bits what is to be computed in singles', async () => {
  const random = createRandom(81);
  const weights = Array.from({ length: 8 * 8 * 9 }, () => random.integer(-126, 127));
  const shape = [1, 8, 12, 12];
  const output = { dtype: 'I8' as const, shape: [1, 8, 10, 10] };
  const graph = graphOf(
    [{ dtype: 'U8', shape }],
    [
      { spec: { dtype: 'I8', shape: [8, 8, 3, 3] }, data: writeElements('I8', weights) },
      { spec: { dtype: 'F32', shape: [1] }, data: writeElements('F32', [0.0013]) },
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
            xZero: 100,
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
        output,
      },
    ],
  );
  const x = Uint8Array.from({ length: 8 * 12 * 12 }, () => random.integer(0, 255));
  const [want = new Uint8Array()] = evaluateReference(graph, [x]);
  const session = await createExactSession(graph, { threads: 1 });
  expect(await session.run([x])).toEqual([want]);
  await session.dispose();

  const { bytes } = createExactProgram(graph, { provider: 'cpu', outputs: 'all' });
  const differing = async (options: ort.InferenceSession.SessionOptions): Promise<number> => {
    const other = await ort.InferenceSession.create(bytes, { logSeverityLevel: 3, ...options });
    const results = await other.run({ [inputName(0)]: new ort.Tensor('uint8', x, shape) });
    await other.release();
    const got = results[nodeName(0)]?.data as Int8Array;
    return got.filter((value, at) => (value & 255) !== want[at]).length;
  };
  expect(await differing({ extra: PROGRAM_CONFIG })).toBe(0);
  expect(await differing({})).toBeGreaterThan(0);
});
