/** Records and results that something happened to: the page shows what is left of them, and says what is not as it should be. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { mutatedText, withinBounds } from '@veritrace/referee/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binsOf, disputeRows, newest, tracksOf } from '../bench/read.ts';
import { flowsOf } from '../money/flows.ts';
import { readAttachments } from '../page/attachments.ts';
import { lanesOf } from '../run/lanes.ts';
import { livesOf } from '../run/phases.ts';
import { tellStory } from '../run/story.ts';
import { demoRecord } from '../testing/fixture.ts';
import { latencyResult } from '../testing/results.ts';
import type { Content } from './files.ts';
import { openRecord } from './open.ts';
import { problemText, UnusableRecord } from './problem.ts';

const RUNS = Number(process.env.VERITRACE_FUZZ_RUNS ?? 40);
const demo = await demoRecord();

const texts = [...demo.files].flatMap(([name, content]): [string, string][] =>
  typeof content === 'string' ? [[name, content]] : [],
);
const bench = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../testdata/bench/${name}`, import.meta.url)), 'utf8');

describe('what the page is given, and something happened to', { timeout: 600_000 }, () => {
  it.each(texts)('is shown as far as it can be: %s', (name, sound) => {
    fc.assert(
      fc.property(mutatedText([sound]), (text) => {
        const files = new Map<string, Content>(demo.files);
        files.set(name, text);
        try {
          const record = withinBounds(() => openRecord({ name: 'changed', files }));
          for (const problem of record.problems) expect(problemText(problem)).toContain(': ');
          withinBounds(() => {
            flowsOf(record);
            livesOf(record);
            lanesOf(record, tellStory(record));
          });
        } catch (error) {
          expect(error).toBeInstanceOf(UnusableRecord);
          expect(String(error)).toContain('summary.json');
        }
      }),
      { numRuns: RUNS },
    );
  });

  it.each([
    ['disputes.json', bench('disputes.json')],
    ['gate.json', bench('gate.json')],
    ['latency.json', JSON.stringify(latencyResult(20, 2, 'bbbbbbbbbb', '2026-11-21'))],
  ])('is a result or a report, or its name is told: %s', (name, sound) => {
    fc.assert(
      fc.property(mutatedText([sound]), (text) => {
        withinBounds(() => {
          const { results, gates, compiled, problems } = readAttachments(new Map([[name, text]]));
          expect(results.length + gates.length + compiled.length + problems.length).toBe(1);
          for (const problem of problems) expect(problem.file).toBe(name);
          for (const row of results.flatMap(disputeRows)) expect(row.model).toBeTypeOf('string');
          for (const { metrics } of newest(results)) {
            for (const metric of metrics) if (metric.kind === 'sampled') binsOf(metric.samples);
          }
          tracksOf(results, () => undefined);
        });
      }),
      { numRuns: 5 * RUNS },
    );
  });
});
