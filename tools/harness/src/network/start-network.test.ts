import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { veritraceProgram } from './process/launches.ts';
import { tail } from './process/logs.ts';
import { readHealth } from './process/rpc.ts';
import { shutDown } from './process/shut-down.ts';
import { send } from './process/signals.ts';
import { readState } from './process/state.ts';
import { networkStatus } from './process/status.ts';
import { until } from './process/until.ts';
import { startNetwork } from './start-network.ts';
import { leastSpec } from './testing/least-spec.ts';
import { nothingLeft, strikeSupervisor } from './testing/strike.ts';
import type { NetworkProgress, RunningNetwork } from './types.ts';

/** Zombienet itself starts these networks; only the node is a stub, which answers as one that is ready. */
const stub = fileURLToPath(new URL('./testing/stub-node.mjs', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'veritrace-network-'));
const env = { ...process.env, VERITRACE_NODE: stub };

const spec = (name: string, more = ''): string => {
  const file = join(root, `${name}.toml`);
  writeFileSync(
    file,
    `${leastSpec(name)}
[[relaychain.nodes]]
name = "alice"
validator = true
${more}
[veritrace]
description = "A stub"

[[veritrace.later]]
name = "late"
args = ["--log=info"]

[[veritrace.later]]
name = "broken"
args = ["--log=fail"]
`,
  );
  return file;
};

const processIn = async (network: RunningNetwork, node: string): Promise<number> => {
  const lines = await network.logs(node, 400);
  const said = lines.findLast((line) => line.startsWith('stub node'));
  return Number(/process (\d+)/.exec(said ?? '')?.[1]);
};

/** Runs `veritrace network …` to its end. */
const command = (...args: string[]): Promise<{ code: number | null; stdout: string }> =>
  new Promise((resolve, reject) => {
    const [program = '', ...rest] = veritraceProgram(['network', ...args]);
    const child = spawn(program, rest, { env, stdio: ['ignore', 'pipe', 'ignore'] });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout }));
  });

beforeAll(() => {
  process.env.VERITRACE_NODE = stub;
});
afterAll(async () => {
  // What a failed test has left running is ended before its files go.
  for (const entry of readdirSync(root)) {
    const dir = join(root, entry);
    if (statSync(dir).isDirectory() && readState(dir) !== undefined) await shutDown(dir);
  }
  rmSync(root, { recursive: true, force: true });
});

describe('a network', { timeout: 600_000 }, () => {
  it('runs beside another, takes faults, and leaves nothing behind', async () => {
    const told: NetworkProgress[] = [];
    const [one, other] = await Promise.all([
      startNetwork({
        spec: spec('one'),
        dir: join(root, 'one'),
        bootstrap: false,
        onProgress: (progress) => told.push(progress),
      }),
      startNetwork({ spec: spec('other'), dir: join(root, 'other'), bootstrap: false }),
    ]);
    expect(one.nodes().map(({ name, role }) => `${name} ${role}`)).toEqual([
      'alice validator',
      'late later',
      'broken later',
    ]);
    expect(one.node('alice').pid).toBe(await processIn(one, 'alice'));
    expect(one.node('alice').ws).not.toBe(other.node('alice').ws);
    expect(() => one.node('alise')).toThrow('no node is called "alise" (alice, late, broken)');
    await expect(
      startNetwork({ spec: spec('one'), dir: join(root, 'one'), bootstrap: false }),
    ).rejects.toThrow('a network runs in');

    // Held, it does not answer; let go, it does.
    const { ws, pid: first } = one.node('alice');
    await one.pause('alice');
    expect(one.node('alice').paused).toBe(true);
    expect((await networkStatus(one.dir)).nodes[0]).toMatchObject({ paused: true });
    await one.resume('alice');
    expect(await readHealth(ws)).toMatchObject({ peers: 3 });

    // Killed and started, it is another process with the same arguments at the same address.
    await one.kill('alice');
    expect(one.node('alice').pid).toBeUndefined();
    expect(await readHealth(ws)).toBeUndefined();
    await expect(one.pause('alice')).rejects.toThrow('node "alice" does not run');
    await one.start('alice');
    await expect(one.start('alice')).rejects.toThrow('node "alice" runs already');
    expect(one.node('alice').pid).not.toBe(first);
    expect(one.node('alice').pid).toBe(await processIn(one, 'alice'));
    const argv = (await one.logs('alice', 400)).filter((line) => line.startsWith('argv'));
    expect(argv).toHaveLength(2);
    expect(argv[1]).toBe(argv[0]);

    // Cut off, also when it is killed in between; with its peers again.
    await one.isolate('alice');
    expect(await readHealth(ws)).toMatchObject({ peers: 0 });
    await one.kill('alice');
    await one.start('alice');
    expect(await readHealth(ws)).toMatchObject({ peers: 0 });
    await one.rejoin('alice');
    expect(await readHealth(ws)).toMatchObject({ peers: 3 });

    // One that comes later knows those that are there.
    await one.start('late');
    expect(await readHealth(one.node('late').ws)).toBeDefined();
    const late = (await one.logs('late', 400)).find((line) => line.startsWith('argv'));
    expect(late).toContain('"--log=info"');
    expect(late).toMatch(/"--bootnodes","\/ip4\/127\.0\.0\.1\/tcp\/\d+\/ws\/p2p\/12D3/);

    // One that cannot start says so, and can be tried again.
    await expect(one.start('broken')).rejects.toThrow(
      /node "broken" ended with code 3.*told to fail/s,
    );
    await expect(one.start('broken')).rejects.toThrow('ended with code 3');

    // One that ends by itself is noticed.
    send(one.node('late').pid ?? 0, 'SIGKILL');
    await until(
      () => {
        const lost = told.some((one) => one.type === 'lost' && one.name === 'late');
        return lost ? { done: undefined } : { seen: 'nothing' };
      },
      { what: 'the loss of a node to be told', deadlineMs: 30_000 },
    );
    expect(one.node('late').pid).toBeUndefined();

    await one.stop();
    await one.stop();
    await nothingLeft(one.dir);
    await expect(one.start('alice')).rejects.toThrow('is stopped');
    expect(readState(one.dir)?.phase).toBe('stopped');
    // The other was not touched, and ends when it is told to from outside of its supervisor.
    expect(await readHealth(other.node('alice').ws)).toBeDefined();
    expect(await networkStatus(other.dir)).toMatchObject({ phase: 'ready' });
    await other.stop();
    expect(await shutDown(other.dir)).toBe(false);
    await nothingLeft(other.dir);
  });

  it('that cannot start says why, and leaves nothing behind', async () => {
    const dir = join(root, 'failing');
    const failing = startNetwork({
      spec: spec('failing', 'args = ["--log=fail"]'),
      dir,
      bootstrap: false,
    });
    await expect(failing).rejects.toThrow('Zombienet ended with code 1');
    expect(await tail(join(dir, 'alice.log'), 1)).toEqual(['stub: told to fail']);
    expect(readState(dir)).toMatchObject({
      phase: 'stopped',
      reason: expect.stringContaining('Zombienet ended'),
    });
    await nothingLeft(dir);
  });

  it('that is not ready in time says what was awaited', async () => {
    const dir = join(root, 'slow');
    const slow = startNetwork({ spec: spec('slow'), dir, bootstrap: false, deadlineMs: 1_000 });
    await expect(slow).rejects.toThrow(
      /waited 1 s for Zombienet to start 1 nodes .*; last seen: \d of 1 nodes started/,
    );
    await nothingLeft(dir);
  });

  it('ends with the signal that it was given', async () => {
    const dir = join(root, 'signalled');
    const stop = new AbortController();
    const starting = startNetwork({
      spec: spec('signalled'),
      dir,
      bootstrap: false,
      signal: stop.signal,
      onProgress: ({ type }) => {
        if (type === 'awaiting') stop.abort(new Error('enough'));
      },
    });
    await expect(starting).rejects.toThrow('enough');
    await nothingLeft(dir);
  });

  const seed = Number(process.env.VERITRACE_SEED ?? Math.floor(Math.random() * 2 ** 31));
  it(`leaves nothing behind whenever its supervisor is struck (VERITRACE_SEED=${seed})`, async () => {
    const file = spec('struck');
    const plain = join(root, 'struck.zndsl');
    writeFileSync(
      plain,
      'Description: A stub is up\nNetwork: struck.toml\n\nalice: reports nothing_of_this_name is 1 within 60 seconds\n',
    );
    // Rounds side by side: what one leaves must not be another's.
    const strikes = await Promise.all(
      [0, 1, 2, 3].map((round) =>
        strikeSupervisor({
          command: round === 3 ? ['network', 'test', plain] : ['network', 'up', file, '--bare'],
          dir: join(root, `struck-${round}`),
          env,
          seed,
          round,
          withinMs: 20_000,
        }),
      ),
    );
    console.info(
      strikes.map((one) => `${one.signal} after ${one.after} ms: ${one.phase}`).join('; '),
    );
    for (const round of [0, 1, 2, 3]) {
      expect(readState(join(root, `struck-${round}`))?.phase ?? 'stopped').toBe('stopped');
    }
  });

  it('runs on by itself with --detach, is guarded anew, and is stopped after any crash', async () => {
    const dir = join(root, 'detached');
    const up = await command('up', spec('detached'), '--dir', dir, '--bare', '--detach', '--json');
    expect(up.code).toBe(0);
    expect(JSON.parse(up.stdout)).toMatchObject({ name: 'detached', dir, phase: 'ready' });
    const { supervisor = 0, guardian = 0, nodes = [] } = readState(dir) ?? {};

    // Without its guardian the network gets another one.
    send(guardian ?? 0, 'SIGKILL');
    await until(
      () => {
        const next = readState(dir)?.guardian;
        return next === guardian ? { seen: `guardian ${next}` } : { done: undefined };
      },
      { what: 'another guardian', deadlineMs: 30_000 },
    );
    const status = await command('status', '--dir', dir);
    expect(status).toMatchObject({ code: 0, stdout: expect.stringContaining('alice') });
    const logs = await command('logs', 'alice', '--dir', dir, '--lines', '400');
    expect(logs.stdout).toContain('stub node alice');
    expect((await command('logs', 'alise', '--dir', dir)).code).toBe(2);

    // Both at once, and the nodes are nobody's: still there, and still found.
    send(supervisor ?? 0, 'SIGSTOP');
    send(readState(dir)?.guardian ?? 0, 'SIGKILL');
    send(supervisor ?? 0, 'SIGKILL');
    expect(await readHealth(nodes[0]?.ws ?? '')).toBeDefined();
    const down = await command('down', '--dir', dir, '--json');
    expect(JSON.parse(down.stdout)).toEqual({ dir, ran: true });
    await nothingLeft(dir);
    expect(JSON.parse((await command('down', '--dir', dir, '--json')).stdout)).toEqual({
      dir,
      ran: false,
    });
    expect((await command('status', '--dir', dir)).code).toBe(1);
  });
});
