import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { createEmbeddedDriver, endEmbedded } from '../embedded/driver.ts';
import { type LoadedScenario, loadScenario } from '../scenario/load.ts';
import { play } from './play.ts';
import type { Progress } from './progress.ts';

const scenarios = fileURLToPath(new URL('../../../../scenarios/', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'veritrace-play-'));
const driver = createEmbeddedDriver();

afterAll(async () => {
  await endEmbedded();
  await rm(folder, { recursive: true });
});

const happy = await loadScenario(join(scenarios, 'happy-k1.yaml'));

/** The scenario with other expectations. */
const expecting = (change: (scenario: LoadedScenario['scenario']) => void): LoadedScenario => {
  const scenario = structuredClone(happy.scenario);
  change(scenario);
  return { ...happy, scenario };
};

describe('a run', { timeout: 120_000 }, () => {
  it('passes when everything holds, and leaves a whole record', async () => {
    const record = join(folder, 'good');
    const told: Progress[] = [];
    const report = await play(happy, {
      driver,
      seed: 3,
      record,
      onProgress: (progress) => told.push(progress),
    });
    expect(report.expectations.filter(({ passed }) => !passed)).toEqual([]);
    expect(report).toMatchObject({ passed: true, seed: 3, driver: 'embedded', stepLimit: 1024 });
    expect(report.invariants.violated).toEqual([]);
    expect(report.requests).toMatchObject([
      { name: 'seven', state: 'settled', label: 7, claims: [{ worker: 'ada', true: true }] },
    ]);
    expect(told.filter(({ type }) => type === 'block').length).toBe(report.blocks);
    expect((await readdir(record)).sort()).toEqual(
      [
        ...['actors', 'blocks.jsonl', 'chain.json', 'claims.json', 'events.jsonl', 'genesis.json'],
        ...['happy-k1.yaml', 'inputs', 'models', 'report.html', 'run.json', 'runtime.wasm'],
        ...['summary.json', 'verdicts.json'],
        ...['accounts.json', 'disputes.json', 'models.json', 'names.json', 'steps.json'],
        ...['genesis-config.json', 'manifest.json'],
      ].sort(),
    );
    const blocks = (await readFile(join(record, 'blocks.jsonl'), 'utf8')).trim().split('\n');
    expect(blocks.length).toBe(report.blocks);
    const page = await readFile(join(record, 'report.html'), 'utf8');
    expect(page).toContain('ada answers &quot;seven&quot;');
    expect(page).toMatch(/<svg [^>]*>(<rect [^>]*>){64}<\/svg>/);
    expect(page).not.toContain('undefined');
    expect(JSON.parse(await readFile(join(record, 'summary.json'), 'utf8')).passed).toBe(true);
  });

  it('fails when an expectation does not hold, and says what was found', async () => {
    const wrong = expecting((scenario) => {
      const [request] = scenario.steps;
      if (request?.do === 'request') request.expect = { state: 'settled', label: 8 };
      scenario.expect = [{ that: 'cost', user: 'paul', is: 2 }];
      scenario.money = { ada: { ends: 'lost', because: 'so that it is not what happens' } };
    });
    const report = await play(wrong, { driver, seed: 1, record: undefined });
    expect(report.passed).toBe(false);
    expect(report.record).toBeUndefined();
    expect(report.expectations.slice(0, 3)).toEqual([
      { name: '"seven" ends settled', passed: true, detail: 'it is settled', line: 21 },
      { name: '"seven" is answered with 8', passed: false, detail: 'the answer is 7', line: 21 },
      { name: 'it costs paul 2 VTR, fees aside', passed: false, detail: 'it cost 1 VTR', line: 24 },
    ]);
    // Everyone's money is an expectation, too.
    expect(report.expectations.slice(3).map(({ name, passed }) => [name, passed])).toEqual([
      ['iris ends with at least what it is owed', true],
      ['paul ends with at least what it is owed', true],
      ['ada ends with less than it came with', false],
      ['vera ends with at least what it is owed', true],
      ['treasury ends with at least what it is owed', true],
    ]);
    // To the last unit: what the rules come to is what was paid.
    for (const { name, net, owed } of report.actors) expect(net, name).toBe(owed);
  });

  it('fails when the story does not come about', async () => {
    const stuck = expecting((scenario) => {
      scenario.steps.splice(1, 1, {
        do: 'await-event',
        event: 'disputes.ClaimConvicted',
        within: 3,
        skipOn: [],
      });
    });
    const report = await play(stuck, { driver, seed: 1, record: undefined });
    expect(report.passed).toBe(false);
    expect(report.expectations[0]).toEqual({
      name: 'the story comes to its end',
      passed: false,
      detail: 'disputes.ClaimConvicted did not occur within 3 blocks; nothing of disputes did',
    });
  });

  it('ends when it is told to, and a later run is not disturbed', async () => {
    const controller = new AbortController();
    const aborted = play(happy, {
      driver,
      seed: 1,
      record: undefined,
      signal: controller.signal,
      onProgress: ({ type }) => {
        if (type === 'step') controller.abort(new Error('enough'));
      },
    });
    await expect(aborted).rejects.toThrow('enough');
    const report = await play(happy, { driver, seed: 1, record: undefined });
    expect(report.passed).toBe(true);
  });
});
