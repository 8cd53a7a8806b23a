/** Requests to a sidecar that something happened to, byte by byte: each has an answer or an end, and the next is served. */
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { mutatedBytes } from '@veritrace/referee/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex } from '../digest.ts';
import { quiet } from '../testing/quiet-logger.ts';
import { serveSidecar } from './server.ts';
import type { Sidecar } from './sidecar.ts';

const RUNS = Number(process.env.VERITRACE_FUZZ_RUNS ?? 200);
const TOKEN = 'a-token-that-is-long-enough';

const golden = JSON.parse(
  readFileSync(
    new URL('../../../../pallets/inference/testdata/sidecar.json', import.meta.url),
    'utf8',
  ),
) as { jobs: { hex: string }[] };

const request = (head: string, body: Uint8Array = new Uint8Array()): Uint8Array =>
  new Uint8Array(Buffer.concat([Buffer.from(head), body]));

const SOUND = golden.jobs
  .map(({ hex }) => fromHex(hex))
  .map((job) =>
    request(
      `POST /v1/act HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${TOKEN}\r\n` +
        `content-type: application/octet-stream\r\ncontent-length: ${job.length}\r\n\r\n`,
      job,
    ),
  )
  .concat(request('GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n'));

const status = (): ReturnType<Sidecar['status']> =>
  ({ protocol: 1, models: [], jobs: {}, computing: 0, claims: 0 }) as unknown as ReturnType<
    Sidecar['status']
  >;

describe('a request that something happened to', { timeout: 600_000 }, () => {
  it('is answered or ended, and the next one is served', async () => {
    const { url, close } = await serveSidecar({
      listen: { host: '127.0.0.1', port: 0 },
      limits: { bodyBytes: 100_000, concurrency: 4, headersTimeout: 2_000, requestTimeout: 2_000 },
      token: TOKEN,
      version: '1.2.3',
      logger: quiet,
      open: () => ({
        act: async () => ({ tag: 'Pending', value: undefined }),
        status,
        idle: async () => undefined,
        stop: async () => undefined,
        failed: new AbortController().signal,
      }),
    });
    const port = Number(new URL(url).port);
    /** What is answered until the connection ends. */
    const said = (bytes: Uint8Array): Promise<string> =>
      new Promise((resolve) => {
        const socket = connect({ host: '127.0.0.1', port }, () => socket.end(bytes));
        let text = '';
        socket.setEncoding('latin1').on('data', (part: string) => {
          text += part;
        });
        socket.on('error', () => undefined);
        socket.on('close', () => resolve(text));
      });
    try {
      for (const sound of SOUND) expect(await said(sound)).toMatch(/^HTTP\/1\.1 200 /);
      await fc.assert(
        fc.asyncProperty(mutatedBytes(SOUND), async (bytes) => {
          const answer = await said(bytes);
          if (answer !== '')
            expect(answer).toMatch(
              /^HTTP\/1\.1 (200|400|401|403|404|405|408|411|413|414|415|417|431) /,
            );
        }),
        { numRuns: RUNS },
      );
      expect((await fetch(`${url}/health`)).status).toBe(200);
    } finally {
      await close();
    }
  });
});
