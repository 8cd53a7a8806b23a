/**
 * Commands that ask a node which answers anything: they end, with exit code 2 and a sentence; no trace of the stack.
 *
 * 1. A record is to be fetched, and a request to be shown.
 * 2. The node sends no JSON, other types, a head of another hash, keys without end, an error that steers the terminal.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type HostileNode, startHostileNode } from '@veritrace/harness/testing/hostile-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const bin = fileURLToPath(new URL('../bin/veritrace.mjs', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'veritrace-hostile-'));

const header = {
  number: '0x0',
  parentHash: `0x${'00'.repeat(32)}`,
  stateRoot: `0x${'00'.repeat(32)}`,
  extrinsicsRoot: `0x${'00'.repeat(32)}`,
  digest: { logs: [] },
};
/** Of that header. */
const HASH = '0xa4d4cb1a5f2d5d2a7a9d3b1c8d6a0f0f6f3e1f0c8b5f4f2e0f1a7c1d2b3e4f5a';

/** As far as it goes, a node. */
const ANSWERS: Readonly<Record<string, unknown>> = {
  chain_getFinalizedHead: HASH,
  chain_getBlockHash: HASH,
  chain_getHeader: header,
  chain_getBlock: { block: { header, extrinsics: [] } },
  state_getKeysPaged: [],
  system_chain: 'a chain',
  system_properties: {},
  rpc_methods: { methods: [] },
  state_getRuntimeVersion: { specName: 'x', implName: 'x', specVersion: 1, apis: [] },
};

let node: HostileNode;
beforeAll(async () => {
  node = await startHostileNode({
    send: async (method: string) => ANSWERS[method] as never,
    subscribe: async () => 's',
  });
});
afterAll(async () => {
  await node.close();
  await rm(folder, { recursive: true });
});

/** All that a command writes, and its exit code. */
const run = (args: readonly string[]): Promise<{ text: string; code: number | null }> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [bin, ...args], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
    }
    child.once('close', (code) => resolve({ text, code }));
  });

const LIES: [string, HostileNode['lie'], RegExp][] = [
  ['hashes that are none', () => 17, /cannot be used: it is no/],
  [
    'another block than it names',
    (_method, _params, answer) => answer,
    /the node says that block 0 is|cannot be used/,
  ],
  [
    'an error that steers the terminal',
    () => {
      throw new Error(`\u001b[2J\u0007${'x'.repeat(100_000)}`);
    },
    /-32000/,
  ],
  [
    'no JSON',
    (_method, _params, answer) => {
      node.say('<html>');
      return answer;
    },
    /it is no JSON/,
  ],
];

const COMMANDS: [string, () => string[]][] = [
  ['record fetch', () => ['record', 'fetch', node.url, '--out', join(folder, 'fetched')]],
  ['request show', () => ['request', 'show', '0', '--on', node.url]],
];

describe.each(COMMANDS)('%s, of a node that answers with', { timeout: 120_000 }, (_, args) => {
  it.each(LIES)('%s, ends with a sentence', async (_name, lie, expected) => {
    node.lie = lie;
    await rm(join(folder, 'fetched'), { recursive: true, force: true });
    const { text, code } = await run(args());
    expect(text).toMatch(expected);
    expect(text).not.toMatch(/\n\s+at |file:\/\//);
    for (const steering of ['\u001b[2J', '\u0007']) expect(text).not.toContain(steering);
    expect(text.length).toBeLessThan(10_000);
    expect(code).toBe(2);
  });
});
