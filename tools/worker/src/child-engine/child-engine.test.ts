/** What a model may do to the process that computes, and what the daemon has of it. */
import { fileURLToPath } from 'node:url';
import { createReferee } from '@veritrace/referee';
import { afterEach, describe, expect, it } from 'vitest';
import { toyGraph, toyInput, toyModel } from '../testing/toy-model.ts';
import type { Engine } from '../types.ts';
import { createChildEngines, EngineError, type EngineLimits } from './child-engine.ts';

const UNRULY = fileURLToPath(new URL('../testing/unruly-engine.ts', import.meta.url));
const CPU = { executionProvider: 'cpu', threads: 1 } as const;

const made: Engine[] = [];
const engineOf = async (limits: Partial<EngineLimits>, program?: string): Promise<Engine> => {
  const create = createChildEngines({ memoryMiB: 2_048, seconds: 120, ...limits }, program);
  const engine = await create(toyGraph(), CPU);
  made.push(engine);
  return engine;
};
afterEach(async () => {
  await Promise.all(made.splice(0).map((engine) => engine.dispose()));
});

const [EAT, SPIN, ABORT, SHOW_ENVIRONMENT, LIE] = [1, 2, 3, 4, 5].map((byte) => [
  Uint8Array.of(byte),
]) as [Uint8Array[], Uint8Array[], Uint8Array[], Uint8Array[], Uint8Array[]];
const BEHAVE = [Uint8Array.of(0, 7)];

describe('an engine in a process of its own', () => {
  it('gives the bits that the referee gives, run after run', async () => {
    const model = toyModel(createReferee());
    const engine = await engineOf({});
    try {
      const [one, two] = await Promise.all([3, 4].map((seed) => engine.run([toyInput(seed)])));
      expect(one).toEqual(model.loaded.evaluate([toyInput(3)]));
      expect(two).toEqual(model.loaded.evaluate([toyInput(4)]));
    } finally {
      model.loaded.free();
    }
  }, 120_000);

  it('says why a run failed, and goes on', async () => {
    const engine = await engineOf({});
    const few = engine.run([Uint8Array.of(1)]);
    await expect(few).rejects.toThrow(EngineError);
    await expect(few).rejects.toThrow(/cannot run the model: input 0 is .* 64 bytes, not 1/);
    await expect(engine.run([toyInput(3)])).resolves.toHaveLength(3);
  }, 120_000);

  it('says why a model cannot be loaded', async () => {
    const graph = toyGraph();
    const create = createChildEngines({ memoryMiB: 2_048, seconds: 120 });
    const broken = { ...graph, nodes: graph.nodes.map((node) => ({ ...node, inputs: [] })) };
    await expect(create(broken, CPU)).rejects.toThrow(/the engine cannot load the model: /);
  }, 120_000);

  it.skipIf(process.platform !== 'linux')(
    'loses the process, and nothing else, to a model that eats memory',
    async () => {
      const engine = await engineOf({ memoryMiB: 600 }, UNRULY);
      const eaten = engine.run(EAT);
      await expect(eaten).rejects.toThrow(EngineError);
      await expect(eaten).rejects.toThrow(/limit of 600 MiB .* engine\.memoryMiB/);
      await expect(engine.run(BEHAVE)).resolves.toHaveLength(2);
    },
    120_000,
  );

  it('ends a run that takes too long, and goes on', async () => {
    const engine = await engineOf({ seconds: 2 }, UNRULY);
    await expect(engine.run(SPIN)).rejects.toThrow(
      'the process that computes took more than 2 s to run the model and was ended: see engine.seconds',
    );
    await expect(engine.run(BEHAVE)).resolves.toHaveLength(2);
  }, 120_000);

  it('survives a process that dies, or answers another question', async () => {
    const engine = await engineOf({}, UNRULY);
    await expect(engine.run(ABORT)).rejects.toThrow(
      /the process that computes was ended by SIGABRT/,
    );
    await expect(engine.run(LIE)).rejects.toThrow(/gave an answer to another question/);
    await expect(engine.run(BEHAVE)).resolves.toHaveLength(2);
  }, 120_000);

  it('shows the process no secret of the daemon', async () => {
    process.env.VERITRACE_TEST_OPERATOR = '//a-secret-that-is-nobodys';
    try {
      const engine = await engineOf({}, UNRULY);
      const [shown] = await engine.run(SHOW_ENVIRONMENT);
      const text = Buffer.from(shown ?? []).toString();
      expect(text).toContain('PATH');
      expect(text).not.toContain('a-secret-that-is-nobodys');
      expect(text).not.toContain('VERITRACE_TEST_OPERATOR');
    } finally {
      delete process.env.VERITRACE_TEST_OPERATOR;
    }
  }, 120_000);

  it('leaves no process behind when it is closed during a run', async () => {
    const engine = await engineOf({}, UNRULY);
    const running = engine.run(SPIN);
    const outcome = expect(running).rejects.toThrow(EngineError);
    await engine.dispose();
    await outcome;
    await expect(engine.run(BEHAVE)).rejects.toThrow('the engine is closed');
  }, 120_000);
});
