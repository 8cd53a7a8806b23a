/** New scenarios: each behaviour has one that checks, and what is expected in them comes true. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  createEmbeddedDriver,
  type DraftBehaviour,
  draftBehaviours,
  endEmbedded,
  loadScenario,
  play,
  workerBehaviourSpecs,
} from '@veritrace/harness';
import { afterAll, describe, expect, it } from 'vitest';
import { runHere } from '../testing/run-here.ts';
import { schemaFrom } from './scenario-new.ts';

const scenarios = fileURLToPath(new URL('../../../../scenarios/', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'veritrace-new-'));
afterAll(async () => {
  await endEmbedded();
  await rm(folder, { recursive: true });
});

/** Writes a scenario into a folder that is not there yet; its file. */
const made = async (name: string, ...flags: string[]): Promise<string> => {
  const file = join(folder, 'deep', `${name}.yaml`);
  const { code, stdout } = await runHere(['scenario', 'new', file, ...flags]);
  expect(code).toBe(0);
  expect(stdout).toContain(`npx veritrace scenario check ${file}\n`);
  expect(stdout).toContain(`npx veritrace scenario run ${file}\n`);
  return file;
};

/** Plays a file as `scenario run` does, without a record. */
const played = async (file: string) => {
  const loaded = await loadScenario(file);
  return play(loaded, { driver: createEmbeddedDriver(), seed: 1, record: undefined });
};

describe('veritrace scenario new', { timeout: 300_000 }, () => {
  it('offers what the harness has', () => {
    expect(draftBehaviours).toEqual(Object.keys(workerBehaviourSpecs));
  });

  it.each(draftBehaviours)('writes a scenario of "%s" that checks', async (behaviour) => {
    const file = await made(`of-${behaviour}`, '--behaviour', behaviour);
    const { code, stdout } = await runHere(['scenario', 'check', file]);
    expect([code, stdout]).toEqual([0, `${file}: ok\n`]);
    const { scenario } = await loadScenario(file);
    const behaviours = Object.values(scenario.actors.workers).map(
      (worker) => worker.behaviour.kind,
    );
    expect(behaviours).toContain(behaviour);
    // Somebody's money is expected by amount, and somebody is honest.
    expect(scenario.expect.map(({ that }) => that)).toEqual(
      expect.arrayContaining(['paid', 'cost']),
    );
    expect(Object.keys(scenario.actors.workers)).toContain('ada');
  });

  it('leads from where the file is to the schema, the model and the input, and explains each part', async () => {
    const file = await made('led');
    const text = await readFile(file, 'utf8');
    const paths = [
      /^# yaml-language-server: \$schema=(\S+)$/m,
      /dir: ([^,\s]+)/,
      /input: (\S+)$/m,
    ].map((pattern) => pattern.exec(text)?.[1] ?? '');
    expect(paths.map((path) => existsSync(resolve(dirname(file), path)))).toEqual([
      true,
      true,
      true,
    ]);
    const lines = text.split('\n');
    for (const [index, line] of lines.entries()) {
      if (/^( {2})?[a-z]+:/.test(line))
        expect([line, lines[index - 1]]).toEqual([line, expect.stringMatching(/^ *#/)]);
    }
    expect(schemaFrom(scenarios)).toBe('./scenario.schema.json');
    expect(schemaFrom(join(scenarios, 'faults'))).toBe('../scenario.schema.json');
  });

  it('takes another model, a node of it and more workers, and says what it wrote', async () => {
    const file = join(folder, 'bit.yaml');
    const { code, stdout } = await runHere([
      ...['scenario', 'new', file, '--behaviour', 'flip-one-bit', '--node', '5', '--workers', '3'],
      ...['--model', join(scenarios, 'models/digits-cnn/compiled'), '--json'],
    ]);
    expect([code, JSON.parse(stdout)]).toEqual([
      0,
      {
        file,
        name: 'bit',
        behaviour: 'flip-one-bit',
        next: [`npx veritrace scenario check ${file}`, `npx veritrace scenario run ${file}`],
      },
    ]);
    const { scenario } = await loadScenario(file);
    expect(Object.keys(scenario.actors.workers)).toEqual(['mallory', 'ada', 'ben', 'cleo']);
    expect(scenario.expect).toContainEqual({
      // Its inputs are larger than what is shown whole.
      ...{ that: 'convicted', worker: 'mallory', request: 'asked', node: 5, transactions: 3 },
    });
  });

  it.each([
    [['x.txt'], 'x.txt: a scenario is a .yaml file'],
    [
      ['x.yaml', '--name', 'y'],
      'a scenario is called as its file is: give --name x, or the file y.yaml',
    ],
    [['X Y.yaml'], '"X Y" is no name of a scenario: lower-case letters'],
    [['x.yaml', '--behaviour', 'lazy', '--node', '1'], '"lazy" takes no node'],
    [['x.yaml', '--node', '9'], 'the model has nodes 0 to 2; there is no node 9'],
    [['x.yaml', '--workers', '1', '--behaviour', 'colluding'], 'has 2 to 6 honest workers, not 1'],
    [['x.yaml', '--model', scenarios], 'is no compiled model'],
    [
      ['x.yaml', '--input', join(scenarios, 'inputs/deep/sixteen.json')],
      'sixteen.json has 16 values: the model takes 64 values',
    ],
  ])('%s is refused in words, and nothing is written', async ([file = '', ...flags], message) => {
    const path = join(folder, 'refused', file);
    const { code, stdout, stderr } = await runHere(['scenario', 'new', path, ...flags]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(existsSync(path)).toBe(false);
  });

  it.each<[DraftBehaviour, number[]]>([
    ['wrong-node', [1]],
    ['honest', []],
    ['late', []],
  ])('what a scenario of "%s" expects comes true', async (behaviour, transactions) => {
    const file = await made(`plays-${behaviour}`, '--behaviour', behaviour);
    const { passed, expectations, invariants, verdicts } = await played(file);
    expect(expectations.filter((one) => !one.passed)).toEqual([]);
    expect(expectations.length).toBeGreaterThan(8);
    expect(invariants.violated).toEqual([]);
    expect(verdicts.map((one) => one.transactions)).toEqual(transactions);
    expect(passed).toBe(true);
  });
});
