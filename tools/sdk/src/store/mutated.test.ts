/** Answers of store servers that something happened to: content that was asked for, nothing, or a `StoreError`. */
import { type AddressInfo, createServer } from 'node:net';
import { createReferee } from '@veritrace/referee';
import { mutatedBytes } from '@veritrace/referee/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blobAddress } from './address.ts';
import { StoreError } from './backend.ts';
import { createContentStore } from './content-store.ts';
import { createHttpBackend } from './http.ts';

const RUNS = Number(process.env.VERITRACE_FUZZ_RUNS ?? 200);
const content = Uint8Array.from({ length: 300 }, (_, index) => index % 251);
const body = Buffer.from(content);

const answer = (head: string, ...parts: (string | Buffer)[]): Uint8Array =>
  new Uint8Array(Buffer.concat([head, ...parts].map((part) => Buffer.from(part))));

const SOUND = [
  answer(
    'HTTP/1.1 200 OK\r\ncontent-type: application/octet-stream\r\ncontent-length: 300\r\n\r\n',
    body,
  ),
  answer('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n12c\r\n', body, '\r\n0\r\n\r\n'),
  answer('HTTP/1.1 404 Not Found\r\ncontent-length: 2\r\n\r\nno'),
  answer('HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/\r\ncontent-length: 0\r\n\r\n'),
];

describe('an answer that something happened to', { timeout: 600_000 }, () => {
  it('is the content, nothing, or trouble that is told', async () => {
    let next: Uint8Array = new Uint8Array();
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end(next));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = blobAddress(content);
    const backend = createHttpBackend(
      `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      {
        schemes: ['http'],
        privateAddresses: true,
      },
    );
    const referee = createReferee();
    const told: StoreError[] = [];
    const store = createContentStore({
      backends: [backend],
      referee,
      cacheBytes: 0,
      onTrouble: (error) => told.push(error),
    });
    try {
      for (const sound of SOUND.slice(0, 2)) {
        next = sound;
        expect(await store.get(address)).toEqual(content);
      }
      await fc.assert(
        fc.asyncProperty(mutatedBytes(SOUND), async (bytes) => {
          next = bytes;
          const read = await backend.read(address, 300).catch((error: unknown) => {
            expect(error).toBeInstanceOf(StoreError);
            return undefined;
          });
          expect(read?.length ?? 0).toBeLessThanOrEqual(300);
          // Whatever a server says, nothing of another hash comes out.
          const got = await store.get(address);
          if (got !== undefined) expect(got).toEqual(content);
        }),
        { numRuns: RUNS },
      );
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });
});
