/** Runs a plain Zombienet test against a network that runs. */
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { environmentOf } from '../process/environment.ts';
import { zombienet } from '../process/launches.ts';
import { tail } from '../process/logs.ts';
import { startSide } from '../process/side-process.ts';
import { gone, send } from '../process/signals.ts';
import { programsOf } from '../process/spawn-nodes.ts';
import { NetworkError, type RunningNetwork } from '../types.ts';
import type { ZndslTest } from './check.ts';

/** What came of a test. */
export interface ZndslResult {
  file: string;
  description: string;
  /** Assertions that held, and that did not, as they are written; a long one may be cut. */
  passed: string[];
  failed: string[];
  /** Everything Zombienet wrote. */
  log: string;
}

const END_MS = 30_000;

// biome-ignore lint/suspicious/noControlCharactersInRegex: terminals are steered with them.
const COLOURS = /\u001b\[[0-9;]*m/g;

const marked = (lines: readonly string[], mark: string): string[] =>
  lines.flatMap((line) => {
    const [, text] = line.split(mark);
    return text === undefined ? [] : [text.replace(/\s*(\(\d+m?s?\)?.*|…)?\s*│?\s*$/, '').trim()];
  });

/**
 * Runs the test. Zombienet joins the network, starts nothing, and bears its mark: it ends with it. Throws a
 * `NetworkError` when the test could not be run to its end.
 */
export const runZndsl = async (
  network: RunningNetwork,
  { file, description, assertions }: ZndslTest,
  { signal }: { signal?: AbortSignal } = {},
): Promise<ZndslResult> => {
  signal?.throwIfAborted();
  const log = join(network.dir, 'logs', `${basename(file)}.log`);
  const { node, runtime } = programsOf(network.provider);
  const side = await startSide(
    {
      argv: zombienet(['-p', network.provider, 'test', file, join(network.dir, 'zombie.json')]),
      env: environmentOf(network.runId, { NODE: node, RUNTIME: runtime }),
      cwd: network.dir,
    },
    { what: 'zombienet test', log },
  );
  const stop = () => send(side.pid, 'SIGKILL');
  signal?.addEventListener('abort', stop);
  const ending = await side.ended;
  signal?.removeEventListener('abort', stop);
  await gone(side.pid, 'zombienet test', END_MS);
  signal?.throwIfAborted();
  const lines = (await readFile(log, 'utf8')).replace(COLOURS, '').split('\n');
  const passed = marked(lines, '✅');
  const failed = marked(lines, '❌');
  if (passed.length + failed.length !== assertions.length) {
    throw new NetworkError(
      `zombienet test ${ending}, with ${passed.length + failed.length} of ${assertions.length} assertions of ${file} tried; it said last:\n  ${(await tail(log, 12)).join('\n  ')}`,
    );
  }
  if (failed.length === 0 && ending !== 'ended with code 0') {
    throw new NetworkError(`zombienet test ${ending}, though every assertion held; see ${log}`);
  }
  return { file, description, passed, failed, log };
};
