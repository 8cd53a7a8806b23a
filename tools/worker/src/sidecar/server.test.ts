import { request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { createReferee } from '@veritrace/referee';
import { afterEach, describe, expect, it } from 'vitest';
import { toHex } from '../digest.ts';
import { FatalError } from '../loop.ts';
import { quiet } from '../testing/quiet-logger.ts';
import { toyInput, toyModel } from '../testing/toy-model.ts';
import { decodeAnswer, encodeJob, type Job, PROTOCOL_VERSION, withheld } from './protocol.ts';
import { ListenError, limitsFor, type ServerLimits, serveSidecar } from './server.ts';
import type { Sidecar } from './sidecar.ts';

const digest = (byte: number) => toHex(new Uint8Array(32).fill(byte));
const job: Job = {
  version: PROTOCOL_VERSION,
  genesis: digest(1),
  block: 1,
  request: 5n,
  model: digest(2),
  graphRoot: digest(3),
  worker: digest(4),
  work: Array.from({ length: 64 }, (_, index) => BigInt(index)),
  inputRoots: [digest(5)],
  inputs: [toyInput(1)],
  action: { tag: 'Submit', value: undefined },
};

const LIMITS: ServerLimits = {
  bodyBytes: 4_096,
  concurrency: 2,
  headersTimeout: 20_000,
  requestTimeout: 20_000,
};

let opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(opened.map((close) => close()));
  opened = [];
});

const serve = async (
  act: Sidecar['act'],
  limits: Partial<ServerLimits> = {},
  host: '127.0.0.1' | '::1' = '127.0.0.1',
  port = 0,
  token?: string,
) => {
  const server = await serveSidecar({
    listen: { host, port },
    token,
    limits: { ...LIMITS, ...limits },
    version: '1.2.3',
    logger: quiet,
    open: () => ({
      act,
      status: () => ({
        protocol: 1,
        models: [],
        jobs: {
          Pending: 0,
          Submit: 1,
          Commit: 0,
          Reveal: 0,
          Open: 0,
          Withheld: 0,
          Unavailable: 0,
          Attest: 0,
        },
        computing: 0,
        claims: 1,
      }),
      idle: async () => undefined,
      stop: async () => undefined,
      failed: new AbortController().signal,
    }),
  });
  opened.push(server.close);
  return server;
};

const pending: Sidecar['act'] = async () => ({ tag: 'Pending', value: undefined });

const post = (url: string, body: Uint8Array, headers: Record<string, string> = {}) =>
  fetch(`${url}/v1/act`, {
    method: 'POST',
    body: body as BodyInit,
    headers: { 'content-type': 'application/octet-stream', ...headers },
  });

/** A request whose headers are exactly these. */
const raw = (
  url: string,
  options: { method: string; path: string; headers?: Record<string, string> },
  body?: Uint8Array,
): Promise<{ status: number | undefined; text: string }> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const sent = httpRequest({ host: hostname, port, ...options }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode, text: Buffer.concat(chunks).toString() }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });

/** What a socket is told until it is closed. */
const heard = (socket: Socket): Promise<string> =>
  new Promise((resolve) => {
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(text));
    socket.resume();
  });

describe('a sidecar server', () => {
  it('takes a job and gives an answer', async () => {
    const jobs: Job[] = [];
    const { url } = await serve(async (each) => {
      jobs.push(each);
      return withheld('because');
    });
    const response = await post(url, encodeJob(job));
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    expect(response.headers.get('connection')).toBe('close');
    expect(decodeAnswer(new Uint8Array(await response.arrayBuffer()))).toEqual(withheld('because'));
    expect(jobs).toEqual([job]);
  });

  it('takes a job in chunks and without a content type, as nodes send it', async () => {
    const { url } = await serve(pending);
    const { status } = await raw(
      url,
      { method: 'POST', path: '/v1/act', headers: { 'transfer-encoding': 'chunked' } },
      encodeJob(job),
    );
    expect(status).toBe(200);
  });

  it('takes no job without its token', async () => {
    let asked = 0;
    const counted: Sidecar['act'] = (each) => {
      asked += 1;
      return pending(each);
    };
    const token = 'a-token-that-is-long-enough';
    const { url } = await serve(counted, {}, '127.0.0.1', 0, token);
    const wrong: Record<string, string>[] = [
      {},
      { authorization: token },
      { authorization: `Bearer ${token.slice(1)}` },
      { authorization: 'Bearer ' },
      { cookie: `Bearer ${token}` },
    ];
    for (const headers of wrong) {
      const response = await post(url, encodeJob(job), headers);
      expect(response.status, JSON.stringify(headers)).toBe(401);
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
      expect(await response.text()).not.toContain(token.slice(1));
    }
    expect(asked).toBe(0);
    const response = await post(url, encodeJob(job), { authorization: `Bearer ${token}` });
    expect(response.status).toBe(200);
    expect(asked).toBe(1);
    // What it tells of itself is no secret.
    expect((await fetch(`${url}/health`)).status).toBe(200);
  });

  it('tells its state', async () => {
    const { url } = await serve(pending);
    const response = await fetch(`${url}/health`);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual({
      name: 'veritrace-sidecar',
      version: '1.2.3',
      protocol: 1,
      models: [],
      jobs: {
        Pending: 0,
        Submit: 1,
        Commit: 0,
        Reveal: 0,
        Open: 0,
        Withheld: 0,
        Unavailable: 0,
        Attest: 0,
      },
      computing: 0,
      claims: 1,
    });
  });

  it.each([
    ['nothing', new Uint8Array(), 'there are no bytes'],
    ['garbage', Uint8Array.from({ length: 300 }, (_, index) => index % 7), 'begins with 0'],
    ['a job of another version', encodeJob({ ...job, version: 9 }), 'begins with 9'],
    ['half a job', encodeJob(job).slice(0, 99), 'this is no job'],
  ])('refuses %s', async (_, body, message) => {
    let isAsked = false;
    const { url } = await serve((each) => {
      isAsked = true;
      return pending(each);
    });
    const response = await post(url, body);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(message);
    expect(isAsked).toBe(false);
  });

  it.each([
    ['announced', {}],
    ['in chunks', { 'transfer-encoding': 'chunked' }],
  ])('refuses a body that is too large, %s', async (_, headers) => {
    const { url } = await serve(pending);
    const exact = new Uint8Array(LIMITS.bodyBytes);
    const request = { method: 'POST', path: '/v1/act', headers };
    expect((await raw(url, request, exact)).status).toBe(400);
    for (const size of [LIMITS.bodyBytes + 1, 4_000_000]) {
      const { status, text } = await raw(url, request, new Uint8Array(size));
      expect([status, text]).toEqual([413, expect.stringContaining('4096 bytes')]);
    }
  });

  it.each([
    ['GET', '/v1/act', 405],
    ['POST', '/health', 405],
    ['POST', '/', 404],
    ['GET', '//', 404],
    ['POST', '/v1/act/more', 404],
  ])('has no %s %s', async (method, path, status) => {
    const { url } = await serve(pending);
    expect((await raw(url, { method, path })).status).toBe(status);
  });

  it('is heard by who sends everything before listening, though it does not want it', async () => {
    const { url } = await serve(pending);
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.pause();
    const size = 8_000_000;
    socket.write(`POST /nowhere HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${size}\r\n\r\n`);
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.write(new Uint8Array(size), () => resolve());
    });
    expect(await heard(socket)).toContain('404');
  });

  it('is not for web pages', async () => {
    const { url } = await serve(pending);
    const body = encodeJob(job);
    const statusFor = async (headers: Record<string, string>) =>
      (await raw(url, { method: 'POST', path: '/v1/act', headers }, body)).status;
    expect(await statusFor({ origin: 'http://127.0.0.1' })).toBe(403);
    expect(await statusFor({ host: 'rebound.example' })).toBe(403);
    expect(await statusFor({ host: 'localhost.example' })).toBe(403);
    expect(await statusFor({ 'content-type': 'text/plain' })).toBe(415);
    expect(await statusFor({ host: 'LOCALHOST:1' })).toBe(200);
  });

  it('has no more in hand than it may, and is free again after', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let asked = 0;
    let allAsked: () => void = () => undefined;
    const full = new Promise<void>((resolve) => {
      allAsked = resolve;
    });
    const { url } = await serve(async (each) => {
      asked += 1;
      if (asked === LIMITS.concurrency) allAsked();
      await held;
      return pending(each);
    });
    const inHand = [post(url, encodeJob(job)), post(url, encodeJob(job))];
    await full;
    const refused = await post(url, encodeJob(job));
    expect([refused.status, await refused.text()]).toEqual([503, 'busy; ask again\n']);
    release();
    expect((await Promise.all(inHand)).map(({ status }) => status)).toEqual([200, 200]);
    expect((await post(url, encodeJob(job))).status).toBe(200);
  });

  it.each([
    ['headers', 'POST /v1/act HTTP/1.1\r\nHost: 127.0.0.1\r\n'],
    ['a body', 'POST /v1/act HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n1234'],
  ])('ends a connection that never sends all of %s', async (_, text) => {
    const { url } = await serve(pending, { headersTimeout: 100, requestTimeout: 100 });
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write(text);
    expect(await heard(socket)).toContain('408');
  });

  it('does not tell what failed inside', async () => {
    const { url } = await serve(async () => {
      throw new Error('a secret path');
    });
    const response = await post(url, encodeJob(job));
    expect([response.status, await response.text()]).toEqual([
      500,
      'the sidecar failed; its log says why\n',
    ]);
  });

  it('says why it stops', async () => {
    const { url } = await serve(async () => {
      throw new FatalError('cannot write the journal: ENOSPC');
    });
    const response = await post(url, encodeJob(job));
    expect([response.status, await response.text()]).toEqual([
      500,
      'cannot write the journal: ENOSPC\n',
    ]);
  });

  it('answers what it has when it closes, and ends what hangs', async () => {
    let isAsked: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => {
      isAsked = resolve;
    });
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const server = await serve(async (each) => {
      isAsked();
      await held;
      return pending(each);
    });
    const [idle, half] = [1, 2].map(() => connect(Number(new URL(server.url).port), '127.0.0.1'));
    half?.write('POST /v1/act HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n1234');
    const silence = Promise.all([idle, half].map((each) => heard(each as Socket)));
    const inHand = post(server.url, encodeJob(job));
    await asked;
    const closed = server.close();
    release();
    expect((await inHand).status).toBe(200);
    await closed;
    expect(await silence).toEqual(['', '']);
    await expect(fetch(`${server.url}/health`)).rejects.toThrow();
  });
});

describe('where a sidecar listens', () => {
  it('is the loopback interface, and no other', async () => {
    const { url } = await serve(pending);
    const port = Number(new URL(url).port);
    const outside = Object.values(networkInterfaces())
      .flatMap((list) => list ?? [])
      .filter(({ internal, family }) => !internal && family === 'IPv4')
      .map(({ address }) => address);
    // Another address of the loopback interface is not listened on either.
    const other = process.platform === 'linux' ? ['127.0.0.2'] : [];
    for (const address of [...outside, ...other]) {
      const refused = new Promise((resolve, reject) => {
        const socket = connect(port, address);
        socket.on('connect', () => {
          socket.destroy();
          reject(new Error(`${address} answers`));
        });
        socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code));
      });
      expect(await refused).toBe('ECONNREFUSED');
    }
  });

  it.each(['0.0.0.0', '::', '192.168.1.1', 'localhost'])('may not be %s', async (host) => {
    await expect(serve(pending, {}, host as '::1')).rejects.toThrow(ListenError);
    await expect(serve(pending, {}, host as '::1')).rejects.toThrow('not a loopback address');
  });

  it('may be that of IPv6, where there is one', async () => {
    const hasIt = Object.values(networkInterfaces()).some((list) =>
      list?.some(({ address }) => address === '::1'),
    );
    const served = serve(pending, {}, '::1');
    if (hasIt) expect((await fetch(`${(await served).url}/health`)).status).toBe(200);
    else await expect(served).rejects.toThrow('cannot listen on ::1');
  });

  it('is one sidecar alone, and the second touches nothing', async () => {
    const { url } = await serve(pending);
    let isOpened = false;
    const second = serveSidecar({
      listen: { host: '127.0.0.1', port: Number(new URL(url).port) },
      limits: LIMITS,
      version: '1.2.3',
      logger: quiet,
      open: () => {
        isOpened = true;
        throw new Error('opened');
      },
    });
    await expect(second).rejects.toThrow('it is taken; if not by this very sidecar');
    expect(isOpened).toBe(false);
  });

  it('is given up when the sidecar cannot be opened', async () => {
    const { url, close } = await serve(pending);
    await close();
    const port = Number(new URL(url).port);
    const broken = serveSidecar({
      listen: { host: '127.0.0.1', port },
      limits: LIMITS,
      version: '1.2.3',
      logger: quiet,
      open: () => {
        throw new Error('the journal is spoilt');
      },
    });
    await expect(broken).rejects.toThrow('the journal is spoilt');
    expect((await serve(pending, {}, '127.0.0.1', port)).url).toBe(url);
  });
});

describe('the limits', () => {
  it('let every job for the models through, and little more', () => {
    const model = toyModel(createReferee());
    const largest = encodeJob(job).length;
    const { bodyBytes } = limitsFor([model]);
    expect(bodyBytes).toBeGreaterThan(largest);
    expect(bodyBytes).toBeLessThan(largest + 100_000);
    model.loaded.free();
  });
});
