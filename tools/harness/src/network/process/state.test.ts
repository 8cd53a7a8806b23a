import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { NetworkError } from '../types.ts';
import { defaultFolder, isRunning, prepareFolder } from './folder.ts';
import { type NetworkState, readState, stateFile, writeState } from './state.ts';
import { NetworkGone, networkStatus } from './status.ts';

const root = mkdtempSync(join(tmpdir(), 'veritrace-state-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;
const folder = (): string => {
  folders += 1;
  return join(root, String(folders));
};

const state: NetworkState = {
  version: 1,
  runId: 'small-0011',
  name: 'small',
  spec: '/specs/small.toml',
  provider: 'native',
  phase: 'ready',
  startedAt: '2026-01-01T00:00:00.000Z',
  supervisor: 1,
  guardian: null,
  zombienet: null,
  nodes: [
    {
      name: 'alice',
      role: 'validator',
      ws: 'ws://127.0.0.1:1',
      prometheus: 'http://127.0.0.1:2/metrics',
      log: '/runs/alice.log',
      pid: null,
      paused: false,
      isolated: false,
      launch: { argv: ['node', '--name', 'alice'], env: { A: 'b' }, cwd: '/' },
    },
  ],
  workers: [],
  models: [],
};

describe('the state file', () => {
  it('gives back what was written, readable by its owner alone, without leaving anything else', () => {
    const dir = folder();
    writeState(dir, state);
    writeState(dir, { ...state, phase: 'stopping' });
    expect(readState(dir)).toEqual({ ...state, phase: 'stopping' });
    expect(statSync(stateFile(dir)).mode & 0o077).toBe(0);
    expect(readdirSync(dir)).toEqual(['network.json']);
  });

  it('is absent where no network was', () => {
    expect(readState(folder())).toBeUndefined();
  });

  it.each(['', '{"version": 1}', 'network'])('is refused when it is %j', (text) => {
    const dir = folder();
    writeState(dir, state);
    writeFileSync(stateFile(dir), text);
    expect(() => readState(dir)).toThrow(`${stateFile(dir)} is not the state of a network`);
  });

  it('does not take a network for running whose processes are gone', async () => {
    const dir = folder();
    // Process 1 runs, but it is not this network's: no guardian watches.
    writeState(dir, { ...state, supervisor: 999_999_999 });
    expect(isRunning(dir)).toBe(false);
    expect(await networkStatus(dir)).toMatchObject({
      name: 'small',
      phase: 'gone',
      nodes: [{ name: 'alice', health: undefined, pid: undefined }],
    });
  });

  it('says how to start what was never there', async () => {
    await expect(networkStatus(folder())).rejects.toThrow(NetworkGone);
  });
});

describe('the folder of a run', () => {
  it('is made, and cleared of an ended run', async () => {
    const dir = folder();
    await prepareFolder(dir);
    writeState(dir, { ...state, phase: 'stopped' });
    writeFileSync(join(dir, 'alice.log'), 'old');
    await prepareFolder(dir);
    expect(readdirSync(dir)).toEqual([]);
  });

  it('is left alone when it holds anything else', async () => {
    const dir = folder();
    await prepareFolder(dir);
    writeFileSync(join(dir, 'thesis.txt'), 'precious');
    await expect(prepareFolder(dir)).rejects.toThrow(NetworkError);
    expect(readdirSync(dir)).toEqual(['thesis.txt']);
  });

  it('has no space in its path', async () => {
    await expect(prepareFolder(join(root, 'my runs'))).rejects.toThrow('has a space in it');
  });

  it('follows from the name of a specification', () => {
    expect(defaultFolder('solo')).toMatch(/\/runs\/solo$/);
  });
});
