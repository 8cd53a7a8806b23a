/** Gives the page out on this machine alone. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Served {
  /** Where it is: `http://127.0.0.1:PORT/`. */
  url: string;
  close(): Promise<void>;
}

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

/** Names under which a browser on this machine asks. Others would be another site that had its name point here. */
const isOwnHost = (host: string | undefined): boolean =>
  /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host ?? '');

/**
 * Serves what `page` gives at `/` until it is closed; it is asked anew every time. `port` 0 takes a free one. Rejects when the port is taken.
 */
export const servePage = async (page: () => Promise<string>, port: number): Promise<Served> => {
  const server = createServer((request, response) => {
    if (!isOwnHost(request.headers.host)) {
      response.writeHead(403).end();
      return;
    }
    if (request.method !== 'GET' || request.url?.split('?')[0] !== '/') {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('There is only /.');
      return;
    }
    page().then(
      (html) => response.writeHead(200, HEADERS).end(html),
      (error: unknown) =>
        response
          .writeHead(500, { 'content-type': 'text/plain; charset=utf-8' })
          .end(error instanceof Error ? error.message : String(error)),
    );
  });
  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    server.listen(port, '127.0.0.1', done);
  });
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${taken}/`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
};
