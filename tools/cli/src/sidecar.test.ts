/**
 * `veritrace worker sidecar` as a node meets it: a process with a model, a journal on disk and a port.
 *
 * 1. It says where it can be asked, and commits.
 * 2. It is killed; another process with its config file reveals what the first committed to.
 * 3. Interrupted, it ends in good order.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createReferee } from '@veritrace/referee';
import {
  type Answer,
  decodeAnswer,
  encodeJob,
  type Job,
  type JobAction,
  loadModel,
  PROTOCOL_VERSION,
} from '@veritrace/worker';
import { afterAll, afterEach, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'veritrace-sidecar-'));
const referee = createReferee();
const model = await loadModel(join(root, 'scenarios/models/digits-mlp/compiled'), referee);
const config = join(folder, 'sidecar.yaml');
await writeFile(
  config,
  `models: [{ dir: ${join(root, 'scenarios/models/digits-mlp/compiled')} }]\n`,
);

const children = new Set<ChildProcess>();
afterEach(async () => {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  children.clear();
});
afterAll(() => rm(folder, { recursive: true }));

/** Starts the command; resolves with what it prints once it can be asked. */
const start = async (...args: string[]) => {
  const bin = join(root, 'tools/cli/bin/veritrace.mjs');
  const child = spawn(process.execPath, [bin, 'worker', 'sidecar', config, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => {
    log += chunk.toString();
  });
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const printed: string[] = [];
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      printed.push(line);
      // The last line of a document, or the only one of a text.
      if (line === '}' || !args.includes('--json')) resolve();
    });
    ended.then((code) => reject(new Error(`it ended with ${code} before it was ready: ${log}`)));
  });
  return { child, ended, printed: printed.join('\n'), log: () => log };
};

const digest = (byte: number): `0x${string}` => `0x${Buffer.alloc(32, byte).toString('hex')}`;
const hex = (bytes: Uint8Array): `0x${string}` => `0x${Buffer.from(bytes).toString('hex')}`;
const [spec] = model.loaded.header.inputs;
if (spec === undefined) throw new Error('a model without input');
const input = new Uint8Array(64).map((_, index) => index % 17);

/** Asks until it is no longer pending, as a node does block after block. */
const ask = async (url: string, action: JobAction): Promise<Answer> => {
  const job: Job = {
    version: PROTOCOL_VERSION,
    genesis: digest(1),
    block: 1,
    request: 5n,
    model: digest(2),
    graphRoot: model.graphRoot,
    worker: digest(3),
    work: [5n],
    inputRoots: [hex(referee.tensorRoot(spec, input, 1))],
    inputs: [input],
    action,
  };
  for (;;) {
    const token = (await readFile(join(folder, 'sidecar.token'), 'utf8')).trim();
    const response = await fetch(`${url}/v1/act`, {
      method: 'POST',
      body: encodeJob(job) as BodyInit,
      headers: { authorization: `Bearer ${token}` },
    });
    expect(response.status).toBe(200);
    const answer = decodeAnswer(new Uint8Array(await response.arrayBuffer()));
    if (answer.tag !== 'Pending') return answer;
  }
};

describe('veritrace worker sidecar', { timeout: 120_000 }, () => {
  it('reveals what it committed to before it was killed', async () => {
    const first = await start('--port', '0', '--json');
    const { url, models } = JSON.parse(first.printed);
    expect(models).toEqual([{ name: 'digits-mlp', graphRoot: model.graphRoot }]);
    const committed = await ask(url, { tag: 'Commit', value: undefined });
    if (committed.tag !== 'Commit') throw new Error(`it answered ${committed.tag}`);
    first.child.kill('SIGKILL');
    await first.ended;

    const second = await start('--port', '0', '--json');
    const again = JSON.parse(second.printed);
    const commitment = hex(committed.value.commitment);
    const revealed = await ask(again.url, { tag: 'Reveal', value: { commitment } });
    if (revealed.tag !== 'Reveal') throw new Error(`it answered ${revealed.tag}`);
    const { trace, salt } = revealed.value;
    expect(trace).toEqual(model.loaded.trace(model.loaded.evaluate([input])));
    expect(second.log()).not.toContain(Buffer.from(salt).toString('hex'));
    const token = (await readFile(join(folder, 'sidecar.token'), 'utf8')).trim();
    for (const written of [first.printed, first.log(), second.printed, second.log()]) {
      expect(written).not.toContain(token);
    }
    const body = new Uint8Array(8);
    const stranger = await fetch(`${again.url}/v1/act`, { method: 'POST', body });
    expect(stranger.status).toBe(401);
    expect(await readFile(join(folder, 'sidecar.journal'), 'utf8')).toContain(hex(salt));

    const health = await (await fetch(`${again.url}/health`)).json();
    expect(health).toMatchObject({ name: 'veritrace-sidecar', jobs: { Reveal: 1 }, claims: 1 });
    second.child.kill('SIGINT');
    expect(await second.ended).toBe(0);
    expect(second.log()).toContain('sidecar stopped');
  });

  it('says where it is, and that a port is taken', async () => {
    const first = await start('--port', '0');
    const [, url] = /^(http:\/\/127\.0\.0\.1:\d+) serves digits-mlp$/.exec(first.printed) ?? [];
    if (url === undefined) throw new Error(`it printed ${first.printed}`);
    const second = start('--port', new URL(url).port);
    await expect(second).rejects.toThrow('it is taken; if not by this very sidecar');
  });

  it('refuses a port that is none', async () => {
    await expect(start('--port', '65536')).rejects.toThrow('a whole number from 0 to 65535');
  });
});
