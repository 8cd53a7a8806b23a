/**
 * The sidecar behind HTTP, on the loopback interface alone: `POST /v1/act` takes a job and gives an answer, both SCALE;
 * `GET /health` gives its state as JSON. What reaches it is bounded in size, number and time before it is looked at.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { byteLength } from '@veritrace/referee';
import { FatalError } from '../loop.ts';
import type { LoadedModel, Logger } from '../types.ts';
import { type Listen, LOOPBACK } from './loopback.ts';
import { decodeJob, encodeAnswer, ProtocolError } from './protocol.ts';
import type { Sidecar } from './sidecar.ts';
import { bringsToken } from './token.ts';

export interface ServerLimits {
  /** Most bytes of a body. */
  bodyBytes: number;
  /** Requests handled at a time; more are told that it is busy. */
  concurrency: number;
  /** Milliseconds for the headers of a request, and for all of it. */
  headersTimeout: number;
  requestTimeout: number;
}

/** What a job takes beside its inputs: the list of a worker's requests, digests, lengths. */
const JOB_OVERHEAD = 64 * 1024;

/** Limits under which every job for these models fits. */
export const limitsFor = (models: readonly LoadedModel[]): ServerLimits => ({
  bodyBytes:
    JOB_OVERHEAD +
    Math.max(
      0,
      ...models.map(({ loaded }) =>
        loaded.header.inputs.reduce((sum, spec) => sum + byteLength(spec), 0),
      ),
    ),
  concurrency: 16,
  headersTimeout: 2_000,
  requestTimeout: 5_000,
});

/** The port cannot be had. The message says what to do. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

export interface SidecarServer {
  readonly sidecar: Sidecar;
  /** Such as `http://127.0.0.1:8931`. */
  readonly url: string;
  /** Takes no more requests, answers those it has, ends what still hangs. */
  close(): Promise<void>;
}

/** Something that is answered with a status and a line of text. */
class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * Listens, then opens the sidecar: of two processes with one config file the second fails before it touches the journal.
 * Throws a `ListenError`.
 */
export const serveSidecar = async ({
  listen,
  limits,
  token,
  open,
  version,
  logger,
}: {
  listen: Listen;
  limits: ServerLimits;
  /** What whoever posts a job has to bring; anybody may when absent. */
  token?: string | undefined;
  open: () => Sidecar;
  /** Of the package; shown in `/health`. */
  version: string;
  logger: Logger;
}): Promise<SidecarServer> => {
  const server = createServer({
    headersTimeout: limits.headersTimeout,
    requestTimeout: limits.requestTimeout,
    connectionsCheckingInterval: Math.min(500, limits.headersTimeout),
    maxHeaderSize: 8 * 1024,
  });
  server.maxConnections = 4 * limits.concurrency;
  const { host, port } = await listening(server, listen);
  // No request can have come yet: this follows in the same turn as the port was taken.
  let sidecar: Sidecar;
  try {
    sidecar = open();
  } catch (error) {
    server.close();
    throw error;
  }

  const running = new Map<Promise<void>, IncomingMessage>();
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const handled = handle(request, response).finally(() => running.delete(handled));
    running.set(handled, request);
  });

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    // The next question comes a block later, when a connection that was kept would be about to go.
    response.setHeader('connection', 'close');
    try {
      if (running.size >= limits.concurrency) throw new Refusal(503, 'busy; ask again');
      ensureLocal(request);
      const [path] = (request.url ?? '').split('?');
      switch (path) {
        case '/v1/act': {
          ensureMethod(request, response, 'POST');
          ensureKnown(request, response, token);
          const answer = await sidecar.act(decodeJob(await bodyOf(request, limits.bodyBytes)));
          reply(response, 200, 'application/octet-stream', encodeAnswer(answer));
          return;
        }
        case '/health': {
          ensureMethod(request, response, 'GET');
          const health = { name: 'veritrace-sidecar', version, ...sidecar.status() };
          reply(response, 200, 'application/json', Buffer.from(`${JSON.stringify(health)}\n`));
          return;
        }
        default:
          throw new Refusal(404, 'there are POST /v1/act and GET /health');
      }
    } catch (error) {
      const { status, message } = refusalOf(error);
      if (status >= 500) logger.error({ status, error: String(error) }, 'a request failed');
      else logger.warn({ status, message }, 'a request was refused');
      await drained(request);
      if (response.destroyed) return;
      reply(response, status, 'text/plain; charset=utf-8', Buffer.from(`${message}\n`));
    }
  };

  return {
    sidecar,
    url: `http://${host === '::1' ? '[::1]' : host}:${port}`,
    close: async () => {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      server.closeIdleConnections();
      for (const request of running.values()) if (!request.complete) request.destroy();
      await Promise.all(running.keys());
      server.closeAllConnections();
      await closed;
    },
  };
};

const listening = async (server: Server, { host, port }: Listen): Promise<Listen> => {
  if (!LOOPBACK.includes(host)) {
    throw new ListenError(`${host} is not a loopback address; allowed are ${LOOPBACK.join(', ')}`);
  }
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, resolve);
  }).catch((cause: NodeJS.ErrnoException) => {
    const hint =
      cause.code === 'EADDRINUSE'
        ? 'it is taken; if not by this very sidecar, choose another with --port'
        : cause.message;
    throw new ListenError(`cannot listen on ${host} port ${port}: ${hint}`, { cause });
  });
  return { host, port: (server.address() as AddressInfo).port };
};

/** Web pages reach the loopback interface too, by their own name for it or by the browser's leave. */
const ensureLocal = ({ headers }: IncomingMessage): void => {
  if (headers.origin !== undefined) throw new Refusal(403, 'not for web pages');
  if (!/^(127\.0\.0\.1|\[::1\]|localhost)(:\d+)?$/i.test(headers.host ?? '')) {
    throw new Refusal(403, 'only by the name of the loopback interface');
  }
};

/** Everybody with an account on the machine gets here. */
const ensureKnown = (
  { headers }: IncomingMessage,
  response: ServerResponse,
  token: string | undefined,
): void => {
  if (token === undefined || bringsToken(headers.authorization, token)) return;
  response.setHeader('www-authenticate', 'Bearer');
  throw new Refusal(
    401,
    'a job comes with the token of this sidecar: authorization: Bearer, and what is in its token file',
  );
};

const ensureMethod = (
  { method, headers }: IncomingMessage,
  response: ServerResponse,
  wanted: 'GET' | 'POST',
): void => {
  if (method !== wanted) {
    response.setHeader('allow', wanted);
    throw new Refusal(405, `${wanted} only`);
  }
  const type = headers['content-type'];
  if (wanted === 'POST' && type !== undefined && type !== 'application/octet-stream') {
    throw new Refusal(415, 'a job is application/octet-stream');
  }
};

/** The body; nothing of it is kept once it is longer than the limit. */
const bodyOf = async (request: IncomingMessage, limit: number): Promise<Uint8Array> => {
  const chunks: Buffer[] = [];
  let length = 0;
  await new Promise<void>((resolve, reject) => {
    const cutOff = () => reject(new Refusal(400, 'the body was cut off'));
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= limit) chunks.push(chunk);
      else {
        chunks.length = 0;
        reject(new Refusal(413, `more than the ${limit} bytes that a job can have here`));
      }
    });
    request.on('end', resolve).on('error', cutOff).on('close', cutOff);
  });
  return Buffer.concat(chunks);
};

/** Reads the rest of a body to nowhere: a connection closed on unread bytes takes the reply with it. */
const drained = async (request: IncomingMessage): Promise<void> => {
  if (request.complete || request.destroyed) return;
  await new Promise<void>((resolve) => {
    request.on('end', resolve).on('error', resolve).on('close', resolve);
    request.resume();
  });
};

const refusalOf = (error: unknown): { status: number; message: string } => {
  if (error instanceof Refusal) return error;
  if (error instanceof ProtocolError) return { status: 400, message: error.message };
  if (error instanceof FatalError) return { status: 500, message: error.message };
  return { status: 500, message: 'the sidecar failed; its log says why' };
};

const reply = (response: ServerResponse, status: number, type: string, body: Uint8Array): void => {
  response.writeHead(status, { 'content-type': type, 'content-length': body.length });
  response.end(body);
};
