/**
 * That daemons as processes keep their keys to themselves: in what they print, log, keep, and say of mistakes.
 *
 * 1. A config is shown; the key is named in it and not there.
 * 2. A daemon starts, meets an endpoint that talks nonsense, and is interrupted.
 * 3. The key is none: the message does not repeat it.
 */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cryptoWaitReady, mnemonicGenerate } from '@polkadot/util-crypto';
import { secretForms, secretsIn, secretsUnder } from '@veritrace/harness/testing/secrets';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const model = join(root, 'scenarios/models/digits-mlp/compiled');
const folder = await mkdtemp(join(tmpdir(), 'veritrace-secrets-'));

let nonsense: Server;
const sockets = new Set<Socket>();
let met: () => Promise<void>;
let endpoint: string;

beforeAll(async () => {
  await cryptoWaitReady();
  let wake: (() => void)[] = [];
  let calls = 0;
  nonsense = createServer((socket) => {
    calls += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.end('HTTP/1.1 200 nonsense\r\ncontent-length: 2\r\n\r\n{}');
    for (const each of wake) each();
    wake = [];
  });
  await new Promise<void>((resolve) => nonsense.listen(0, '127.0.0.1', resolve));
  endpoint = `ws://127.0.0.1:${(nonsense.address() as AddressInfo).port}`;
  met = () => {
    const before = calls;
    return new Promise((resolve) => {
      if (calls > before) resolve();
      else wake.push(resolve);
    });
  };
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => nonsense.close(resolve));
  await rm(folder, { recursive: true });
});

/** Runs a command in a folder of its own; interrupts it when told to. Resolves with all that it wrote. */
const written = async (
  name: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  until?: () => Promise<void>,
): Promise<{ text: Buffer; place: string }> => {
  const place = join(folder, name);
  await mkdir(place, { recursive: true });
  const bin = join(root, 'tools/cli/bin/veritrace.mjs');
  const child = spawn(process.execPath, [bin, ...args], {
    cwd: place,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const parts: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => parts.push(part));
  child.stderr.on('data', (part: Buffer) => parts.push(part));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  if (until !== undefined) {
    await Promise.race([until(), ended]);
    child.kill('SIGINT');
  }
  await ended;
  return { text: Buffer.concat(parts), place };
};

const config = join(folder, 'worker.yaml');
await writeFile(config, `models: [{ dir: ${model} }]\njournal: ${join(folder, 'w.journal')}\n`);

const daemons: [string, string[]][] = [
  ['worker', ['worker', 'run', config, '--operator', 'env:SECRET']],
  ['challenger', ['challenger', 'run', '--model', model, '--key', 'env:SECRET']],
  ['keeper', ['keeper', 'run', '--key', 'env:SECRET']],
  ['publisher', ['publisher', 'run', '--store', 'kept', '--key', 'env:SECRET']],
];

const secretUri = (): string => `${mnemonicGenerate()}//some//path///a-password-that-is-nobodys`;

describe('the key of a daemon', { timeout: 240_000 }, () => {
  it.each(daemons)('is not in what a %s logs, prints and keeps', async (name, args) => {
    const secret = secretUri();
    const run = [...args, '--endpoint', endpoint, '--log-level', 'debug', '--json'];
    const { text, place } = await written(`${name}-run`, run, { SECRET: secret }, met);
    // It had its key, and got as far as the chain.
    expect(text.toString()).toMatch(/"code": "interrupted"|cannot use|stopped/);
    const forms = secretForms(name, secret);
    expect(secretsIn(text, forms)).toEqual([]);
    expect((await secretsUnder(place, forms)).found).toEqual([]);
  });

  const [[, worker] = ['', []]] = daemons;

  it('is not in a config as it is shown', async () => {
    const secret = secretUri();
    const run = [...worker, '--endpoint', endpoint, '--print-config'];
    const { text } = await written('shown', run, { SECRET: secret });
    expect(text.toString()).toContain('SECRET');
    expect(secretsIn(text, secretForms('worker', secret))).toEqual([]);
  });

  it('is not repeated when it is none, or lies open', async () => {
    const words = 'seven words that make no phrase at-all-of-any-kind';
    const run = [...worker, '--endpoint', endpoint, '--json'];
    const { text } = await written('bad', run, { SECRET: words });
    expect(text.toString()).toContain('no phrase, seed or URI');
    expect(text.toString()).not.toContain('at-all-of-any-kind');
    const file = join(folder, 'open.key');
    await writeFile(file, words, { mode: 0o644 });
    const open = run.map((arg) => (arg === 'env:SECRET' ? `file:${file}` : arg));
    const refused = await written('open', open, {});
    expect(refused.text.toString()).toContain('can be read by others; chmod 600 it');
    expect(refused.text.toString()).not.toContain('at-all-of-any-kind');
  });
});
