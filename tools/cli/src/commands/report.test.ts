import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { embeddedIn, openRecord } from '@veritrace/dashboard';
import { afterAll, describe, expect, it } from 'vitest';
import type { Output } from '../output.ts';
import { dashboard, report } from './report.ts';

const record = fileURLToPath(new URL('../../../dashboard/testdata/demo', import.meta.url));
const bench = fileURLToPath(
  new URL('../../../dashboard/testdata/bench/gate.json', import.meta.url),
);
const folder = await mkdtemp(join(tmpdir(), 'veritrace-report-'));
afterAll(() => rm(folder, { recursive: true }));

const recording = (onResult: (document: unknown) => void = () => undefined) => {
  const documents: unknown[] = [];
  const output: Output = {
    json: true,
    result: (document) => {
      documents.push(document);
      onResult(document);
    },
    note: () => undefined,
  };
  return { documents, output };
};

describe('veritrace report', { timeout: 120_000 }, () => {
  it('writes one file with the record and the results inside', async () => {
    const { documents, output } = recording();
    const out = join(folder, 'deep', 'public');
    expect(await report(record, { out, files: [bench] }, output)).toBe(true);
    const page = await readFile(join(out, 'index.html'), 'utf8');
    expect(documents).toEqual([
      { record, page: join(out, 'index.html'), bytes: Buffer.byteLength(page) },
    ]);
    const given = embeddedIn(page);
    expect([...given.attachments.keys()]).toEqual(['gate.json']);
    expect(given.record && openRecord(given.record).summary.scenario).toBe('demo');
    // It fetches nothing: no script, style or picture from elsewhere.
    expect(page).not.toMatch(/<(script|img)[^>]* src=|<link[^>]* href="(?!data:)/);
  });

  it('says what is no record', async () => {
    const { output } = recording();
    await expect(
      report(join(folder, 'nowhere'), { out: folder, files: [] }, output),
    ).rejects.toThrow(/nowhere: no such folder\. A record is the folder/);
    await expect(
      report(fileURLToPath(new URL('.', import.meta.url)), { out: folder, files: [] }, output),
    ).rejects.toThrow(/this is no record: it has no summary\.json/);
  });
});

describe('veritrace dashboard', { timeout: 120_000 }, () => {
  it('serves the record on this machine until it is interrupted', async () => {
    let page = '';
    const { documents, output } = recording((document) => {
      fetch((document as { url: string }).url)
        .then((response) => response.text())
        .then((text) => {
          page = text;
        })
        .finally(() => process.emit('SIGINT'));
    });
    expect(await dashboard(record, { port: 0, files: [] }, output)).toBe(true);
    expect(documents).toEqual([
      { url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/$/), record, endpoints: [] },
    ]);
    expect(embeddedIn(page).record?.name).toBe('demo');
  });

  it('takes addresses of nodes', async () => {
    const { documents, output } = recording(() => {
      setImmediate(() => process.emit('SIGINT'));
    });
    await dashboard(
      'ws://user:hunter2@127.0.0.1:1,ws://127.0.0.1:2',
      { port: 0, files: [] },
      output,
    );
    expect(documents).toEqual([
      {
        url: expect.stringMatching(/#\/network$/),
        record: undefined,
        endpoints: ['ws://…@127.0.0.1:1', 'ws://127.0.0.1:2'],
      },
    ]);
  });
});
