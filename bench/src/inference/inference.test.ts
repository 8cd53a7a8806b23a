import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { INPUTS, MODELS } from '../paths.ts';
import { createRandom, shuffled } from '../random.ts';
import { benchResultSchema } from '../result.ts';
import { type Answer, cpuEngines, createRefereeRunner } from './engines.ts';
import { inputsFor } from './inputs.ts';
import { chooseModels, findModels, InvalidModel } from './models.ts';
import { type InferenceDetail, metricsOf, type Row, renderInference } from './report.ts';
import { measureInference, openSubject, WrongAnswer } from './run.ts';
import { startSubject } from './start-subject.ts';
import { truthsOf, verify } from './truth.ts';

const folder = mkdtempSync(join(tmpdir(), 'veritrace-bench-models-'));
afterAll(() => rmSync(folder, { recursive: true }));

const [mlp] = chooseModels(findModels(MODELS), ['digits-mlp']);
if (mlp === undefined) throw new Error('unreachable: it was chosen');

describe('the models of the tree', () => {
  it('are found by their manifests, with the files they were made from', () => {
    const models = findModels(MODELS);
    expect(models.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['digits-cnn', 'digits-mlp']),
    );
    expect(mlp.float).toMatchObject({ file: expect.stringMatching(/model\.onnx$/) });
    expect(mlp.int8).toMatchObject({ file: expect.stringMatching(/model\.qdq\.onnx$/) });
  });

  it('lack the engines whose files are missing, and say why', () => {
    const alone = join(folder, 'alone');
    cpSync(mlp.dir, join(alone, 'compiled'), { recursive: true });
    expect(findModels(alone)[0]).toMatchObject({
      float: { type: 'absent', reason: expect.stringContaining('model.onnx') },
      int8: { type: 'absent' },
    });
    cpSync(join(mlp.dir, '../model.onnx'), join(alone, 'model.onnx'));
    expect(findModels(alone)[0]).toMatchObject({
      float: { type: 'file' },
      int8: { type: 'absent', reason: 'there is no QDQ model beside it' },
    });
  });

  it('are refused when they are not what was compiled', () => {
    const other = join(folder, 'other');
    cpSync(mlp.dir, join(other, 'compiled'), { recursive: true });
    writeFileSync(join(other, 'model.onnx'), 'another model');
    expect(() => findModels(other)).toThrow(InvalidModel);
  });

  it('are missed where there are none, so that no benchmark measures nothing', () => {
    const linked = join(folder, 'linked');
    mkdirSync(linked);
    symlinkSync(mlp.dir, join(linked, 'compiled'));
    expect(() => findModels(linked)).toThrow(/there is no compiled model.*links/);
    expect(() => findModels(join(folder, 'nowhere'))).toThrow(
      /nowhere: there is no compiled model/,
    );
  });

  it('are refused where two have one name, by which results go', () => {
    const twice = join(folder, 'twice');
    for (const name of ['one', 'other']) {
      cpSync(mlp.dir, join(twice, name, 'compiled'), { recursive: true });
    }
    expect(() => findModels(twice)).toThrow(/one.*other.*are both called "digits-mlp"/);
  });

  it('are named when one is asked for that is not there', () => {
    expect(() => chooseModels(findModels(MODELS), ['digits'])).toThrow(/there are: .*digits-mlp/);
  });
});

describe('inputs', () => {
  it('are the held-out digits where they fit', () => {
    const { source, requests, labels } = inputsFor(mlp.manifest, INPUTS, 1);
    expect(source).toBe('400 held-out digits');
    expect(requests).toHaveLength(400);
    // The first is the sample 7-0.png.
    expect(labels?.[0]).toBe(7);
    expect(requests[0]?.[0]).toHaveLength(64);
    expect(Math.max(...(requests[0]?.[0] ?? []))).toBe(16);
  });

  it('are drawn where nothing fits, the same for a seed', () => {
    const [image] = mlp.manifest.inputs;
    if (image === undefined) throw new Error('no input');
    const wide = {
      ...mlp.manifest,
      inputs: [{ ...image, spec: { dtype: 'U8' as const, shape: [1, 3, 5, 7] } }],
    };
    const { requests, labels } = inputsFor(wide, INPUTS, 1);
    expect(requests).toEqual(inputsFor(wide, INPUTS, 1).requests);
    expect(requests[0]?.[0]).toHaveLength(105);
    expect(labels).toBeUndefined();
  });
});

describe('answers', () => {
  const requests = inputsFor(mlp.manifest, INPUTS, 1).requests.slice(0, 4);
  const referee = () =>
    createRefereeRunner({ model: { dir: mlp.dir, onnx: undefined }, requests, threads: 1 });

  it('that are the referee’s are found to be', async () => {
    const runner = await referee();
    const truths = await truthsOf(runner, requests.length, 10_000);
    expect(truths.map(({ label }) => label)).toEqual([7, 7, 8, 1]);
    expect(await verify('exact-trace', runner, truths, [7, 7, 8, 2])).toEqual({
      compared: 4,
      different: [],
      agreeing: 4,
      correct: 3,
    });
    await runner.dispose();
  });

  it.each([
    ['one bit of an output', (answer: Answer) => answer.outputs?.[0] ?? []],
    ['one bit of the trace', (answer: Answer) => answer.traceRoot ?? []],
  ])('that differ in %s are found', async (_title, where) => {
    const runner = await referee();
    const truths = await truthsOf(runner, requests.length, 10_000);
    const wrong = {
      read: async (request: number) => {
        const answer = await runner.read(request);
        const bytes = where(answer) as Uint8Array;
        if (request === 2) bytes[0] = (bytes[0] ?? 0) ^ 1;
        return answer;
      },
    };
    expect((await verify('exact-trace', wrong, truths, undefined)).different).toEqual([2]);
    await runner.dispose();
  });

  it('are had from the referee once at least, however long it takes', async () => {
    const runner = await referee();
    expect(await truthsOf(runner, requests.length, 0)).toHaveLength(1);
    await runner.dispose();
  });
});

describe('an order', () => {
  it('has everything once, and is another one each time', () => {
    const random = createRandom(1, 'order');
    const items = Array.from({ length: 20 }, (_, index) => index);
    const [one, other] = [shuffled(items, random), shuffled(items, random)];
    expect([...one].sort((a, b) => a - b)).toEqual(items);
    expect(one).not.toEqual(other);
  });
});

const row: Row = {
  model: 'm',
  engine: 'exact',
  threads: 1,
  loadMs: 12,
  verified: { compared: 400, different: [], agreeing: 400, correct: 391 },
  stream: Array.from({ length: 100 }, (_, index) => 1 + index / 100),
  offline: [900, 1000, 1100],
  server: { type: 'too-few', count: 100, needed: 662 },
  memoryBytes: 3 * 2 ** 20,
};

describe('the report', () => {
  const detail: InferenceDetail = {
    models: [
      {
        name: 'm',
        dir: 'd',
        nodes: 3,
        macs: 2_368,
        inputs: '400 held-out digits',
        bound: { milliseconds: 5, from: 'given' },
      },
    ],
    rows: [row],
    absent: [{ model: 'm', engine: 'int8', threads: undefined, reason: 'there is none' }],
  };

  it('says of a percentile that it has too few samples', () => {
    const text = renderInference(detail);
    expect(text).toContain('not enough samples (100 of 662)');
    expect(text).toContain('1.89');
    expect(text).toContain('absent: m, int8: there is none');
    expect(text).toContain('400 bit for bit, 391 right');
  });

  it('keeps raw samples as metrics, and none of what was not measured', () => {
    const metrics = metricsOf(detail);
    expect(metrics.map(({ name }) => name)).toEqual([
      'inference/m/exact/threads-1/single-stream',
      'inference/m/exact/threads-1/offline',
      'inference/m/exact/threads-1/memory',
      'inference/m/exact/threads-1/load',
    ]);
    expect(metrics[0]).toMatchObject({ better: 'lower', samples: row.stream });
    const { metrics: schema } = benchResultSchema.shape;
    expect(schema.parse(metrics)).toEqual(metrics);
  });
});

describe('a subject', () => {
  it('whose engine is to be exact and is not ends everything', async () => {
    const verified = { compared: 400, different: [3, 9], agreeing: 399, correct: 390 };
    const subject = {
      ask: async () => ({ loadMs: 1, typicalMs: 1, verified }) as never,
      stop: async () => undefined,
    };
    const asks = {
      model: { dir: mlp.dir, onnx: undefined },
      requests: [],
      labels: undefined,
      truths: [],
    };
    const opened = openSubject(subject, { ...row, engine: 'exact' }, asks);
    await expect(opened).rejects.toThrow(WrongAnswer);
    await expect(opened).rejects.toThrow(/2 of 400 .* request 3\./);
  });

  it('that ends says so to who asks it', { timeout: 60_000 }, async () => {
    const subject = startSubject('one that is stopped');
    const asked = subject.ask('memory', {});
    await Promise.all([subject.stop(), expect(asked).rejects.toThrow(/one that is stopped ended/)]);
    await expect(subject.ask('memory', {})).rejects.toThrow(/ended/);
  });

  it('tells what failed in it', { timeout: 60_000 }, async () => {
    const subject = startSubject('one without an engine');
    await expect(subject.ask('stream', { runs: 1 })).rejects.toThrow(/no engine was opened/);
    await subject.stop();
  });
});

describe('a run', () => {
  const settings = {
    engines: cpuEngines,
    threads: [1],
    samples: 12,
    seconds: 5,
    rounds: 2,
    searches: 1,
    boundMs: undefined,
    seed: 1,
    note: () => undefined,
  };

  it('times real engines whose answers are right', { timeout: 120_000 }, async () => {
    const { rows, absent } = await measureInference({ ...settings, models: [mlp] });
    expect(rows.map(({ engine }) => engine)).toEqual(cpuEngines);
    expect(absent).toEqual([]);
    for (const { stream, offline, loadMs, memoryBytes, verified, server } of rows) {
      expect(stream).toHaveLength(12);
      expect(offline).toHaveLength(2);
      expect([...stream, ...offline, loadMs, memoryBytes].every((sample) => sample > 0)).toBe(true);
      expect(verified).toMatchObject({ compared: 400, different: [] });
      expect(verified.correct).toBeGreaterThan(385);
      // Twelve samples tell no p99: no rate is searched for.
      expect(server).toEqual({ type: 'too-few', count: 12, needed: 662 });
    }
  });
});
