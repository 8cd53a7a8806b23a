/** How long it takes from a command to the first block. */
import { fork } from 'node:child_process';
import { basename, join } from 'node:path';
import { type NetworkProgress, startNetwork } from '@veritrace/harness';
import { connect, readStorage } from '@veritrace/sdk';
import { z } from 'zod';
import { ROOT } from '../paths.ts';

const told = z.object({
  block: z.number().int(),
  importMs: z.number(),
  startMs: z.number(),
  blockMs: z.number(),
});

/** Milliseconds of one start in a process of its own. */
export interface EmbeddedStart {
  /** From the start of the process to the first block that was asked for. */
  totalMs: number;
  /** Of it, loading code, making the chain, and making the block. */
  importMs: number;
  startMs: number;
  blockMs: number;
}

/** Makes a block on an embedded chain, in a new process. */
export const startEmbedded = (signal?: AbortSignal): Promise<EmbeddedStart> =>
  new Promise((resolve, reject) => {
    const began = performance.now();
    const child = fork(join(import.meta.dirname, 'first-block-child.ts'), [], {
      cwd: ROOT,
      execArgv: ['--import', 'tsx'],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let complaints = '';
    child.stderr?.on('data', (chunk) => {
      complaints += String(chunk);
    });
    let answer: EmbeddedStart | undefined;
    child.on('message', (message) => {
      const { block: _block, ...parts } = told.parse(message);
      answer = { totalMs: performance.now() - began, ...parts };
    });
    const kill = () => child.kill('SIGKILL');
    signal?.addEventListener('abort', kill);
    child.on('error', reject);
    child.on('exit', (code, ended) => {
      signal?.removeEventListener('abort', kill);
      if (signal?.aborted) reject(signal.reason);
      else if (answer !== undefined && code === 0) resolve(answer);
      else reject(new Error(`no first block (${ended ?? `exit code ${code}`}): ${complaints}`));
    });
  });

/** Milliseconds of one start of a network. */
export interface NetworkStart {
  name: string;
  /** Until the clock in block 1: the chain's own word for when it was made. */
  firstBlockMs: number;
  /** Until every node answers, has peers and has finalized a block, and every worker is at work. */
  readyMs: number;
  /** When each phase began. */
  phases: { text: string; atMs: number }[];
}

/** Starts a network and ends it. */
export const startLive = async (spec: string, signal?: AbortSignal): Promise<NetworkStart> => {
  const phases: NetworkStart['phases'] = [];
  const began = performance.now();
  const beganAt = Date.now();
  const network = await startNetwork({
    spec,
    ...(signal === undefined ? {} : { signal }),
    onProgress: (progress: NetworkProgress) => {
      if (progress.type !== 'phase') return;
      phases.push({ text: progress.text, atMs: Math.round(performance.now() - began) });
    },
  });
  const readyMs = performance.now() - began;
  try {
    const [node] = network.nodes().filter(({ pid }) => pid !== undefined);
    if (node === undefined) throw new Error(`${network.name} has no node that runs`);
    const client = await connect(node.ws);
    try {
      const hash = await client.blocks.hashOf(1);
      const clock = Number(await readStorage(client.api, hash, 'timestamp', 'now'));
      return { name: basename(spec, '.toml'), firstBlockMs: clock - beganAt, readyMs, phases };
    } finally {
      await client.disconnect();
    }
  } finally {
    await network.stop();
  }
};
