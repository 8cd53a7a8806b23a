import { spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { NetworkError } from '../types.ts';
import { endRun } from './end-run.ts';
import { environmentOf } from './environment.ts';
import { isolated } from './later-node.ts';
import { nodeBinary, runtimeWasm } from './launches.ts';
import { followLog, tail } from './logs.ts';
import { findMarked, fromPs, RUN_ID } from './marked.ts';
import { reservePorts } from './ports.ts';
import { startSide } from './side-process.ts';
import { gone, isAlive, send } from './signals.ts';
import { programsOf } from './spawn-nodes.ts';
import { until } from './until.ts';

const root = mkdtempSync(join(tmpdir(), 'veritrace-processes-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const program = (text: string): string[] => [process.execPath, '-e', text];

/** Until a log says something. */
const says = (log: string, word: string) =>
  until(
    async () => {
      const lines = await tail(log, 50);
      return lines.some((line) => line.includes(word))
        ? { done: undefined }
        : { seen: lines.at(-1) ?? 'nothing' };
    },
    { what: `"${word}" in ${log}`, deadlineMs: 30_000, everyMs: 20 },
  );

describe('processes of a run', { timeout: 60_000 }, () => {
  it('are found by their mark, children of children and other groups included, and ended', async () => {
    const runId = `test-${process.pid}-tree`;
    const log = join(root, 'tree.log');
    // A parent that starts a child in another group, which starts one more; all ignore SIGTERM.
    const leaf =
      "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('leaf');";
    const middle = `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(leaf)}], { stdio: 'inherit', detached: true }); process.on('SIGTERM', () => {}); setInterval(() => {}, 1000);`;
    const top = `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(middle)}], { stdio: 'inherit', detached: true }); process.on('SIGTERM', () => {}); setInterval(() => {}, 1000);`;
    await startSide(
      { argv: program(top), env: environmentOf(runId), cwd: root },
      { what: 'the tree', log },
    );
    await says(log, 'leaf');
    const pids = findMarked(RUN_ID, runId);
    expect(pids).toHaveLength(3);
    // Where there is no /proc, ps finds the same ones.
    expect(fromPs(`${RUN_ID}=${runId}`).sort()).toEqual([...pids].sort());
    await endRun({ runId, graceMs: 100 });
    expect(findMarked(RUN_ID, runId)).toEqual([]);
    expect(pids.filter(isAlive)).toEqual([]);
  });

  it('have time to end in good order, also those that are held', async () => {
    const runId = `test-${process.pid}-orderly`;
    const log = join(root, 'orderly.log');
    const side = await startSide(
      {
        argv: program(
          "process.on('SIGTERM', () => { console.log('in good order'); process.exit(0); }); setInterval(() => {}, 1000); console.log('up');",
        ),
        env: environmentOf(runId),
        cwd: root,
      },
      { what: 'it', log },
    );
    await says(log, 'up');
    send(side.pid, 'SIGSTOP');
    await endRun({ runId, graceMs: 30_000 });
    expect(await side.ended).toBe('ended with code 0');
    expect(await tail(log, 1)).toEqual(['in good order']);
  });

  it('say how they ended, and that they could not be started', async () => {
    const launch = { env: environmentOf('test'), cwd: root };
    const log = join(root, 'ends.log');
    const side = await startSide(
      { ...launch, argv: program('process.exit(7)') },
      { what: 'it', log },
    );
    expect(await side.ended).toBe('ended with code 7');
    expect(side.ending()).toBe('ended with code 7');
    await gone(side.pid, 'it', 10_000);
    expect(send(side.pid, 'SIGTERM')).toBe(false);
    await expect(
      startSide({ ...launch, argv: [join(root, 'nothing')] }, { what: 'the node', log }),
    ).rejects.toThrow('the node cannot be started');
  });

  it('are none of anybody else', () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
      stdio: 'ignore',
    });
    expect(findMarked(RUN_ID, 'test')).not.toContain(child.pid);
    child.kill('SIGKILL');
  });
});

describe('the environment of a run', () => {
  it('has what programs need, the mark, and no secrets', () => {
    const env = {
      PATH: '/bin',
      HOME: '/root',
      LC_ALL: 'C',
      AWS_SECRET: 'x',
      VERITRACE_FAUCET: 'y',
    };
    expect(environmentOf('run-1', { NODE: '/n' }, env)).toEqual({
      PATH: '/bin',
      HOME: '/root',
      LC_ALL: 'C',
      SHLVL: '2',
      VERITRACE_RUN_ID: 'run-1',
      NODE: '/n',
    });
  });
});

describe('ports', () => {
  it('are free, distinct, below those of outgoing connections, and of one network alone', async () => {
    const [one, other] = await Promise.all([reservePorts(), reservePorts()]);
    const mine: number[] = [];
    const theirs: number[] = [];
    for (let index = 0; index < 20; index += 1) {
      mine.push(await one.take());
      theirs.push(await other.take());
    }
    expect(new Set([...mine, ...theirs]).size).toBe(40);
    for (const port of [...mine, ...theirs]) {
      expect(port).toBeGreaterThan(20_000);
      expect(port).toBeLessThan(30_000);
    }
    await Promise.all([one.release(), other.release()]);
  });

  it('are not given while somebody listens', async () => {
    const ports = await reservePorts();
    const first = await ports.take();
    const server = createServer();
    await new Promise<void>((done) => server.listen(first + 1, '127.0.0.1', done));
    expect(await ports.take()).toBe(first + 2);
    await new Promise((done) => server.close(done));
    await ports.release();
  });

  it('come to an end', async () => {
    const ports = await reservePorts();
    const all = async () => {
      for (let index = 0; index < 64; index += 1) await ports.take();
    };
    await expect(all()).rejects.toThrow('are in use');
    await ports.release();
  });
});

describe('a node that is cut off', () => {
  it('keeps its command line but for what leads to peers', () => {
    expect(
      isolated([
        ...['veritrace-node', '--name', 'bob', '--bootnodes', '/ip4/a', '/ip4/b', '--rpc-port'],
        ...['1', '--in-peers=8', '--reserved-nodes=/ip4/c', '--base-path', '/d'],
      ]),
    ).toEqual([
      ...['veritrace-node', '--name', 'bob', '--rpc-port', '1', '--base-path', '/d'],
      ...['--reserved-only', '--in-peers=0', '--out-peers=0'],
    ]);
  });
});

describe('programs', () => {
  it('are found, or it is said how to build them', () => {
    const file = join(root, 'veritrace-node');
    writeFileSync(file, '');
    expect(nodeBinary({ VERITRACE_NODE: file })).toBe(file);
    expect(() => nodeBinary({ VERITRACE_NODE: `${file}s` })).toThrow('which does not exist');
    expect(() => nodeBinary({ CARGO_TARGET_DIR: root })).toThrow('npm run build:node');
    expect(() => runtimeWasm({ VERITRACE_RUNTIME: `${file}s` })).toThrow(NetworkError);
    expect(readFileSync(runtimeWasm({})).length).toBeGreaterThan(100_000);
  });

  it('start chains from another runtime than the released one when it is named, not in containers', () => {
    const node = join(root, 'another-node');
    const runtime = join(root, 'another.wasm');
    for (const file of [node, runtime]) writeFileSync(file, '');
    vi.stubEnv('VERITRACE_NODE', node);
    try {
      expect(programsOf('native', runtime)).toEqual({ node, runtime });
      expect(programsOf('native')).toEqual({ node, runtime: runtimeWasm() });
      expect(() => programsOf('native', `${runtime}s`)).toThrow('there is no runtime at');
      expect(() => programsOf('podman', runtime)).toThrow('the runtime in their image');
    } finally {
      vi.unstubAllEnvs();
    }
  });
});

describe('logs', () => {
  it('give their last lines, however long they are', async () => {
    const file = join(root, 'long.log');
    writeFileSync(file, Array.from({ length: 50_000 }, (_, index) => `line ${index}`).join('\n'));
    expect(await tail(file, 2)).toEqual(['line 49998', 'line 49999']);
    expect((await tail(file, 100_000)).at(0)).toMatch(/^line \d+$/);
    expect(await tail(join(root, 'none.log'), 5)).toEqual([]);
  });

  it('are followed line by line, from their end or their start, also when made later', async () => {
    const file = join(root, 'followed.log');
    writeFileSync(file, 'old\n');
    const stop = new AbortController();
    const fromEnd: string[] = [];
    const fromStart: string[] = [];
    const later: string[] = [];
    const following = Promise.all([
      followLog(file, { onLine: (line) => fromEnd.push(line), signal: stop.signal }),
      followLog(file, {
        onLine: (line) => fromStart.push(line),
        signal: stop.signal,
        fromStart: true,
      }),
      followLog(join(root, 'later.log'), {
        onLine: (line) => later.push(line),
        signal: stop.signal,
      }),
    ]);
    await until(() => (fromStart.length > 0 ? { done: undefined } : { seen: 'nothing' }), {
      what: 'the old line',
      deadlineMs: 10_000,
    });
    appendFileSync(file, 'new\nhal');
    appendFileSync(file, 'f\n');
    writeFileSync(join(root, 'later.log'), 'born\n');
    await until(
      () =>
        fromEnd.length === 2 && fromStart.length === 3 && later.length === 1
          ? { done: undefined }
          : { seen: [...fromEnd, ...fromStart, ...later].join() },
      { what: 'every line', deadlineMs: 10_000 },
    );
    expect(fromEnd).toEqual(['new', 'half']);
    expect(fromStart).toEqual(['old', 'new', 'half']);
    expect(later).toEqual(['born']);
    stop.abort();
    await following;
  });
});
