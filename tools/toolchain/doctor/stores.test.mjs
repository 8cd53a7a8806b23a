import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { examine } from './examine.mjs';
import { render } from './render.mjs';
import { storeChecks, storeProbe } from './stores.mjs';

let folder;
const closing = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'doctor-stores-'));
});
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
  rmSync(folder, { recursive: true });
});

const serve = async (listener) => {
  const server = createServer(listener);
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  closing.push(
    () =>
      new Promise((done) => {
        server.close(done);
        server.closeAllConnections();
      }),
  );
  return `http://127.0.0.1:${server.address().port}`;
};

/** What the doctor says of places. */
const given = async (places, patience) => {
  const report = await examine(storeChecks(places), { store: storeProbe({ patience }) });
  return { report, verdicts: report.checks.map(({ verdict, found }) => `${verdict}: ${found}`) };
};

describe('a store that the doctor is asked about', () => {
  it('is a folder that can be read, and written', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const { verdicts } = await given([folder, join(folder, 'none'), file]);
    expect(verdicts).toEqual([
      'ok: a folder, read and written',
      'warning: no such folder yet',
      'missing: it is not a folder',
    ]);
  });

  it.skipIf(process.getuid?.() === 0)('is told when it cannot be written', async () => {
    chmodSync(folder, 0o500);
    const { verdicts } = await given([folder]);
    chmodSync(folder, 0o700);
    expect(verdicts).toEqual(['warning: a folder that can be read and not written']);
  });

  it('is a server that says what it has not', async () => {
    const asked = [];
    const url = await serve((request, response) => {
      asked.push(request.url);
      response.writeHead(404).end();
    });
    const { verdicts, report } = await given([`${url}/`]);
    expect(verdicts).toEqual(['warning: it answers, over plain http']);
    expect(asked).toEqual([`/blob/${'0'.repeat(64)}`]);
    expect(report.checks[0].remedy).toContain('--own');
  });

  it('is told when it does not answer, fails, or sends elsewhere', async () => {
    const broken = await serve((_request, response) => response.writeHead(500).end());
    const moved = await serve((_request, response) =>
      response.writeHead(302, { location: '/x' }).end(),
    );
    const silent = await serve(() => undefined);
    const { verdicts, report } = await given(
      [broken, moved, silent, 'http://127.0.0.1:1', 'ftp://127.0.0.1'],
      50,
    );
    expect(verdicts).toEqual([
      'missing: it answers with status 500',
      'missing: it answers with status 302, a redirect, which is not followed',
      'missing: no answer within 50 ms',
      'missing: no answer: ECONNREFUSED',
      'missing: ftp: cannot be used',
    ]);
    expect(report.ready).toMatchObject({ start: true });
    expect(render(report)).toMatch(/Asked for\n ✗ store http:\S+ it answers with status 500\n/);
  });
});
