/** Strikes a supervisor at a moment that a seed fixes, and looks at what it leaves behind. For tests. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createRandom, pick } from '../../actors/random.ts';
import { veritraceProgram } from '../process/launches.ts';
import { findMarked, GUARDS, RUN_ID } from '../process/marked.ts';
import { readState } from '../process/state.ts';
import { until } from '../process/until.ts';

const SIGNALS = ['SIGKILL', 'SIGINT', 'SIGTERM'] as const;

/** What may pass until everything is gone. */
const LEFT_MS = 60_000;

export interface Strike {
  signal: NodeJS.Signals;
  /** Milliseconds after the start. */
  after: number;
  /** How far the start had come. */
  phase: string;
}

export interface StrikeOptions {
  /** What owns the network: `network up SPEC` or another command that takes `--dir`. */
  command: readonly string[];
  dir: string;
  env: NodeJS.ProcessEnv;
  seed: number;
  round: number;
  /** The latest moment. */
  withinMs: number;
}

const canListen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () =>
      server.close(() => resolve(true)),
    );
  });

/** Every port that the run had chosen. */
const portsOf = (dir: string): number[] => {
  let text = '';
  try {
    text = readFileSync(join(dir, 'net.toml'), 'utf8');
  } catch {
    // It was struck before there were any.
  }
  const written = [...text.matchAll(/_port = (\d+)/g)].map(([, port]) => Number(port));
  const sidecars = (readState(dir)?.workers ?? []).flatMap(({ sidecar }) =>
    sidecar === null ? [] : [Number(new URL(sidecar).port)],
  );
  return [...written, ...sidecars];
};

/** Until no process of the run is left, no guardian, and no port is taken. */
export const nothingLeft = async (dir: string): Promise<void> => {
  const runId = readState(dir)?.runId;
  await until(
    async () => {
      const pids =
        runId === undefined ? [] : [...findMarked(RUN_ID, runId), ...findMarked(GUARDS, runId)];
      const ports: number[] = [];
      for (const port of portsOf(dir)) if (!(await canListen(port))) ports.push(port);
      return pids.length + ports.length === 0
        ? { done: undefined }
        : { seen: `processes ${pids.join(', ')}; ports ${ports.join(', ')}` };
    },
    { what: `nothing of the network in ${dir} to be left`, deadlineMs: LEFT_MS },
  );
};

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });

/** Starts a supervisor, strikes it, and waits until nothing is left. */
export const strikeSupervisor = async ({
  command,
  dir,
  env,
  seed,
  round,
  withinMs,
}: StrikeOptions): Promise<Strike> => {
  const random = createRandom(seed, `strike ${round}`);
  const signal = SIGNALS[pick(random, SIGNALS.length)] ?? 'SIGKILL';
  const after = pick(random, withinMs);
  const [program = '', ...args] = veritraceProgram([...command, '--dir', dir]);
  const child = spawn(program, args, { env, stdio: 'ignore', detached: true });
  // The moment itself, not a wait for anything.
  await pause(after);
  const phase = readState(dir)?.phase ?? 'not begun';
  child.kill(signal);
  await ended(child);
  await nothingLeft(dir);
  return { signal, after, phase };
};
