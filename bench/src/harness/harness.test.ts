import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endEmbedded } from '@veritrace/harness';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT } from '../paths.ts';
import { benchResultSchema } from '../result.ts';
import { startEmbedded } from './first-block.ts';
import { ChildFailed, timeChild } from './npm.ts';
import { type HarnessDetail, metricsOf, renderHarness } from './report.ts';
import { restOf, timeScenario } from './scenario-overhead.ts';

const folder = mkdtempSync(join(tmpdir(), 'veritrace-bench-harness-'));
afterAll(async () => {
  await endEmbedded();
  rmSync(folder, { recursive: true, force: true });
});

describe('a child', () => {
  const options = (log: string) => ({ cwd: folder, env: process.env, log: join(folder, log) });
  const node = (text: string) => [process.execPath, ['-e', text]] as const;

  it('is timed, and what it writes kept', async () => {
    const took = await timeChild(
      ...node("setTimeout(() => { console.log('out'); console.error('err') }, 50)"),
      options('good.log'),
    );
    expect(took).toBeGreaterThan(40);
    expect(readFileSync(join(folder, 'good.log'), 'utf8')).toMatch(/out\nerr|err\nout/);
  });

  it('that fails is told of with its last words', async () => {
    const child = timeChild(...node("console.error('alas'); process.exit(3)"), options('bad.log'));
    await expect(child).rejects.toThrow(ChildFailed);
    await expect(child).rejects.toThrow(/exit code 3; .*bad\.log\nalas/);
  });

  it('is ended with everything it has started', async () => {
    const stopping = new AbortController();
    const child = timeChild(
      ...node(
        "require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' }); console.log('up')",
      ),
      { ...options('long.log'), signal: stopping.signal },
    );
    setTimeout(() => stopping.abort(new Error('enough')), 500);
    // Its output is closed only once the grandchild, which has it too, is gone.
    await expect(child).rejects.toThrow('enough');
  });
});

describe('the embedded chain', () => {
  it('makes its first block in a process of its own', { timeout: 120_000 }, async () => {
    const { totalMs, importMs, startMs, blockMs } = await startEmbedded();
    expect(Math.min(importMs, startMs, blockMs)).toBeGreaterThan(0);
    expect(totalMs).toBeGreaterThan(importMs + startMs + blockMs);
  });

  it('plays a scenario, and its parts are within the whole', { timeout: 240_000 }, async () => {
    const run = await timeScenario(join(ROOT, 'scenarios/cancelled.yaml'), 1);
    expect(run.scenario).toBe('cancelled');
    expect(run.blocks).toBeGreaterThan(3);
    expect(Math.min(run.startMs, run.buildingMs, run.watchingMs)).toBeGreaterThan(0);
    expect(run.startMs + run.buildingMs + run.watchingMs + restOf(run)).toBeCloseTo(run.wallMs, 3);
  });
});

describe('the report', () => {
  const detail: HarnessDetail = {
    embedded: [{ totalMs: 4_000, importMs: 1_000, startMs: 2_500, blockMs: 400 }],
    networks: [{ name: 'solo', firstBlockMs: 12_000, readyMs: 20_000, phases: [] }],
    scenarios: [
      {
        scenario: 'demo',
        blocks: 10,
        wallMs: 10_000,
        startMs: 2_000,
        buildingMs: 4_000,
        watchingMs: 1_000,
      },
    ],
    npm: [{ command: 'start', coldMs: 90_000, warmMs: 15_000 }],
  };

  it('has a row for each, in seconds and shares', () => {
    const text = renderHarness(detail);
    expect(text).toMatch(/embedded: from the command +1 +4\.00/);
    expect(text).toMatch(/network solo +1 +12\.0/);
    expect(text).toMatch(/not making blocks +1 +60\.0 %/);
    expect(text).toMatch(/daemons, steps and the end +1 +30\.0 %/);
    expect(text).toMatch(/npm start, cold +1 +90\.0/);
  });

  it('has metrics the gate can read, and none of what was not measured', () => {
    const metrics = metricsOf({ ...detail, networks: [], npm: [] });
    expect(benchResultSchema.shape.metrics.parse(metrics)).toEqual(metrics);
    expect(metrics.map(({ name }) => name)).toEqual([
      'harness/first-block/embedded',
      'harness/first-block/embedded/import',
      'harness/first-block/embedded/start',
      'harness/first-block/embedded/block',
      'harness/scenario/demo/per-block',
      'harness/scenario/demo/building-per-block',
      'harness/scenario/demo/watching-per-block',
      'harness/scenario/demo/overhead',
      'harness/scenario/demo/rest',
    ]);
  });
});
