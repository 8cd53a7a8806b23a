import { fileURLToPath } from 'node:url';
import { createReferee } from '@veritrace/referee';
import type { WorkContext } from '@veritrace/worker';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { loadModel, makeDeepModel } from '../models/model.ts';
import { challengerBehaviour } from './challengers.ts';
import { changeOneValue, evaluateFrom } from './lie.ts';
import {
  behaviourSchema,
  challengerBehaviourSpecs,
  type WorkerBehaviourSpec,
  workerBehaviourSpecs,
} from './specs.ts';
import { workerBehaviour } from './workers.ts';

const dir = fileURLToPath(
  new URL('../../../../scenarios/models/digits-cnn/compiled', import.meta.url),
);
const referee = createReferee();
const model = await loadModel(dir, 'digits', referee);
const { loaded } = model;
const nodes = loaded.header.nodeCount;
const input = Uint8Array.from({ length: 64 }, (_, pixel) => (pixel * 7) % 17);
const honest = loaded.evaluate([input]);

afterAll(() => loaded.free());

/** Nodes that are not what the chain would compute from the claim's own leaves. */
const wrongNodes = (outputs: Uint8Array[]): number[] =>
  Array.from({ length: nodes }, (_, node) => node).filter((node) =>
    Array.from({ length: loaded.tileCount(node) }, (_, tile) => tile).some(
      (tile) => !loaded.checkTile(node, tile, [input], outputs),
    ),
  );

const work = (change: Partial<Record<'id' | 'worker', unknown>> = {}): WorkContext =>
  ({
    request: { id: change.id ?? 1n, since: 10, slots: [] },
    inputs: [input],
    model,
    worker: change.worker ?? 'me',
    head: { number: 12 },
    honest: () => Promise.resolve(honest),
  }) as unknown as WorkContext;

const behave = (spec: WorkerBehaviourSpec, name = 'mallory') =>
  workerBehaviour(spec, { referee, seed: 1, name });

const compute = async (spec: WorkerBehaviourSpec, name?: string, context = work()) => {
  const computed = await behave(spec, name).computeTrace?.(context);
  if (computed === undefined) throw new Error('nothing was computed');
  return computed;
};

describe('a lie', { timeout: 30_000 }, () => {
  it('is wrong at its node and nowhere else, wherever it is told', () => {
    expect(wrongNodes(honest)).toEqual([]);
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: nodes - 1 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (node, where) => {
          const told = honest[node] as Uint8Array;
          const output = changeOneValue(loaded.graph, node, told, where);
          expect([...output].filter((byte, at) => byte !== told[at]).length).toBe(1);
          const outputs = evaluateFrom(referee, loaded, [input], node, output);
          expect(wrongNodes(outputs)).toEqual([node]);
          expect(outputs.slice(0, node)).toEqual(honest.slice(0, node));
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('worker behaviours', { timeout: 30_000 }, () => {
  it('are as many as the schema knows, and each can be made', () => {
    const schema = behaviourSchema(workerBehaviourSpecs);
    const parameters = { node: 0, blocks: 3, group: 'ring', version: 'first' };
    for (const [kind, spec] of Object.entries(workerBehaviourSpecs)) {
      const wanted = Object.fromEntries(
        Object.keys(spec.shape)
          .filter((key) => key in parameters)
          .map((key) => [key, parameters[key as keyof typeof parameters]]),
      );
      const parsed = schema.parse({ kind, ...wanted }) as WorkerBehaviourSpec;
      expect(behave(parsed)).toBeTypeOf('object');
    }
  });

  it('honest changes nothing, silent computes nothing', async () => {
    expect(behave({ kind: 'honest' })).toEqual({});
    expect(await behave({ kind: 'silent' }).computeTrace?.(work())).toBeUndefined();
  });

  it('wrong-node lies at its node, the same way however often it is asked', async () => {
    const spec = { kind: 'wrong-node', node: 2, probability: 1 } as const;
    const { nodeOutputs } = await compute(spec);
    expect(wrongNodes(nodeOutputs)).toEqual([2]);
    expect((await compute(spec)).nodeOutputs).toEqual(nodeOutputs);
    expect((await compute({ ...spec, probability: 0 })).nodeOutputs).toEqual(honest);
  });

  it('wrong-node at random lies at different nodes for different requests', async () => {
    const spec = { kind: 'wrong-node', node: 'random', probability: 1 } as const;
    const places = await Promise.all(
      Array.from({ length: 20 }, async (_, id) =>
        wrongNodes((await compute(spec, 'mallory', work({ id: BigInt(id) }))).nodeOutputs),
      ),
    );
    expect(places.every((place) => place.length === 1)).toBe(true);
    expect(new Set(places.flat()).size).toBeGreaterThan(2);
  });

  it('wrong-tile changes every byte of one tile of its node, and computes the rest from it', async () => {
    const spec = { kind: 'wrong-tile', node: 0 } as const;
    const { nodeOutputs } = await compute(spec);
    expect(wrongNodes(nodeOutputs)).toEqual([0]);
    const [told, right] = [nodeOutputs[0] ?? [], honest[0] ?? new Uint8Array()];
    const changed = [...told].flatMap((byte, at) => (byte === right[at] ? [] : [at]));
    const first = changed[0] ?? -1;
    expect(first % 256).toBe(0);
    expect(changed).toEqual(Array.from({ length: 256 }, (_, at) => first + at));
    expect((await compute(spec)).nodeOutputs).toEqual(nodeOutputs);
  });

  it('stale-model computes faithfully what another version would, and takes none of another size', async () => {
    const [first, second] = [1, 2].map((seed) =>
      makeDeepModel({ nodes: 12, seed }, seed === 1 ? 'first' : 'second', referee),
    );
    if (first === undefined || second === undefined) throw new Error('there are two');
    const asked = Uint8Array.from({ length: 16 }, (_, at) => at * 7);
    const context = { ...work(), model: second, inputs: [asked] } as unknown as WorkContext;
    const stale = workerBehaviour(
      { kind: 'stale-model', version: 'first' },
      { referee, seed: 1, name: 'mallory', models: [first, second, model] },
    );
    const answer = await stale.computeTrace?.(context);
    expect(answer?.nodeOutputs).toEqual(first.loaded.evaluate([asked]));
    expect(answer?.nodeOutputs).not.toEqual(second.loaded.evaluate([asked]));
    const other = { ...context, model } as WorkContext;
    await expect(stale.computeTrace?.(other)).rejects.toThrow('"first" has another graph');
    first.loaded.free();
    second.loaded.free();
  });

  it('flip-one-bit is wrong at its node, and keeps what follows', async () => {
    const { nodeOutputs } = await compute({ kind: 'flip-one-bit', node: 5 });
    expect(wrongNodes(nodeOutputs)[0]).toBe(5);
    expect(nodeOutputs.filter((output, node) => node !== 5 && output !== honest[node])).toEqual([]);
  });

  it('wrong-output is wrong at the outputs alone', async () => {
    const { nodeOutputs } = await compute({ kind: 'wrong-output' });
    expect(wrongNodes(nodeOutputs)[0]).toBe(loaded.header.outputs[0]);
  });

  it('lazy answers the same whatever it is asked, and is wrong from some node on', async () => {
    const { nodeOutputs } = await compute({ kind: 'lazy' });
    expect(nodeOutputs.every((output) => output.every((byte) => byte === 0))).toBe(true);
    expect(wrongNodes(nodeOutputs).length).toBeGreaterThan(0);
  });

  it('garbage-trace has honest outputs under leaves that are nothing', async () => {
    const { nodeOutputs, leaves = [] } = await compute({ kind: 'garbage-trace' });
    const right = loaded.trace(honest);
    expect(nodeOutputs).toEqual(honest);
    const equal = leaves.flatMap((leaf, node) =>
      Buffer.from(leaf).equals(Buffer.from(right[node] ?? [])) ? [node] : [],
    );
    expect(equal).toEqual([...loaded.header.outputs].sort((a, b) => a - b));
  });

  it('colluding workers tell the same lie, of each group its own', async () => {
    const lie = async (name: string, group: string) =>
      (await compute({ kind: 'colluding', group, node: 2 }, name)).nodeOutputs;
    const first = await lie('mallory', 'ring');
    expect(wrongNodes(first)).toEqual([2]);
    expect(await lie('mike', 'ring')).toEqual(first);
    expect(await lie('mike', 'gang')).not.toEqual(first);
    const alone = await compute({ kind: 'wrong-node', node: 2, probability: 1 }, 'mike');
    expect(alone.nodeOutputs).not.toEqual(first);
  });

  it('copycat waits for a commitment and sends that', async () => {
    const { mayCommit, commitment } = behave({ kind: 'copycat' });
    const committed = `0x${'ab'.repeat(32)}`;
    const before = work();
    const after = {
      ...before,
      request: {
        ...before.request,
        slots: [
          { worker: 'me', state: { type: 'Assigned' }, challenges: 0 },
          { worker: 'other', state: { type: 'Committed', value: committed }, challenges: 0 },
        ],
      },
    } as WorkContext;
    expect(await mayCommit?.(before, {} as never)).toBe(false);
    expect(await mayCommit?.(after, {} as never)).toBe(true);
    const copied = await commitment?.(after, new Uint8Array(32));
    expect(Buffer.from(copied ?? []).toString('hex')).toBe('ab'.repeat(32));
  });

  it('late answers in its own time', async () => {
    const { maySubmit } = behave({ kind: 'late', blocks: 3 });
    const at = (number: number) => ({ ...work(), head: { number } }) as WorkContext;
    expect(await maySubmit?.(at(12), {} as never)).toBe(false);
    expect(await maySubmit?.(at(13), {} as never)).toBe(true);
  });

  it('withheld reveals and openings do not come', async () => {
    expect(await behave({ kind: 'withhold-reveal' }).mayReveal?.(work(), {} as never)).toBe(false);
    const { onChallenge, onPageChallenge } = behave({ kind: 'withhold-opening', node: 1 });
    expect(await onChallenge?.(work(), {} as never, () => new Uint8Array())).toBeUndefined();
    expect(await onPageChallenge?.(work(), {} as never, () => [])).toBeUndefined();
    const withholder = behave({ kind: 'withhold-page', node: 1 });
    expect(await withholder.onPageChallenge?.(work(), {} as never, () => [])).toBeUndefined();
    expect(withholder.onChallenge).toBeUndefined();
    expect(wrongNodes((await compute({ kind: 'withhold-page', node: 1 })).nodeOutputs)).toEqual([
      1,
    ]);
  });
});

describe('challenger behaviours', () => {
  it('are as many as the schema knows', () => {
    for (const kind of Object.keys(challengerBehaviourSpecs)) {
      const spec = behaviourSchema(challengerBehaviourSpecs).parse({ kind });
      expect(challengerBehaviour(spec, { referee, seed: 1, name: 'frank' })).toBeTypeOf('object');
    }
  });

  it('false-accuser challenges what is right', async () => {
    const { findFault, inOne } = challengerBehaviour(
      { kind: 'false-accuser', node: 3 },
      { referee, seed: 1, name: 'frank' },
    );
    expect(await findFault?.({} as never)).toEqual({ node: 3 });
    expect(inOne?.({} as never, 3)).toBe(false);
  });
});
