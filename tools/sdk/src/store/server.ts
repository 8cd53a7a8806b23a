/** Gives content out over HTTP: what an HTTP backend reads. Nothing is listed, nothing is taken. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ContentName, contentKinds, isDigest } from './address.ts';
import { type StoreBackend, StoreError } from './backend.ts';

export interface StoreServerOptions {
  /** What is given out. */
  backend: StoreBackend;
  /** Loopback by default. */
  host?: string;
  /** A free one by default. */
  port?: number;
  /** Largest content that is given out, in bytes. 64 MiB by default. */
  maxBytes?: number;
  /** Told why something could not be given. */
  onTrouble?: (error: unknown) => void;
}

export interface StoreServer {
  /** What an HTTP backend is made with. */
  readonly url: string;
  close(): Promise<void>;
}

const MAX_BYTES = 64 * 2 ** 20;
/** Connections at a time; the others wait. */
const MAX_CONNECTIONS = 64;
const PATIENCE_MS = 30_000;

/** `/tensor/HEX` as a name; `undefined` for every other path. */
const nameIn = (path: string | undefined): ContentName | undefined => {
  const [, kind, hex] = /^\/(\w+)\/([0-9a-f]{64})$/.exec(path ?? '') ?? [];
  const found = contentKinds.find((each) => each === kind);
  const digest = `0x${hex ?? ''}`;
  return found === undefined || !isDigest(digest) ? undefined : { kind: found, digest };
};

const say = (response: ServerResponse, status: number, text: string): void => {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
};

/** Starts a server over a backend. Throws when the port cannot be had. */
export const startStoreServer = async ({
  backend,
  host = '127.0.0.1',
  port = 0,
  maxBytes = MAX_BYTES,
  onTrouble = () => undefined,
}: StoreServerOptions): Promise<StoreServer> => {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      return say(response, 405, 'content is got here, and nothing else');
    }
    const name = nameIn(request.url);
    if (name === undefined) return say(response, 404, 'paths are /tensor/DIGEST and /blob/DIGEST');
    const content = await backend.read(name, maxBytes);
    if (content === undefined) return say(response, 404, 'not here');
    response.writeHead(200, {
      'content-type': 'application/octet-stream',
      'content-length': content.length,
      'x-content-type-options': 'nosniff',
      // What a digest names never changes.
      'cache-control': 'public, max-age=31536000, immutable',
    });
    response.end(request.method === 'HEAD' ? undefined : content);
  };

  const server = createServer((request, response) => {
    // Nobody has anything to send.
    request.resume();
    answer(request, response).catch((error: unknown) => {
      onTrouble(error);
      if (response.headersSent) response.destroy();
      else say(response, error instanceof StoreError ? 404 : 500, 'it cannot be given');
    });
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.headersTimeout = PATIENCE_MS;
  server.requestTimeout = PATIENCE_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const { address, family, port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
};
