/** Processes that a network runs: in groups of their own, out of the terminal's reach, writing to a log. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { NetworkError } from '../types.ts';
import type { Launch } from './state.ts';

/** A process that was started. */
export interface SideProcess {
  readonly pid: number;
  /** How it ended: `ended with code 1`, `was ended by SIGKILL`; `undefined` while it runs. */
  ending(): string | undefined;
  /** Resolves when it has ended. */
  readonly ended: Promise<string>;
}

/** Follows a child to its end. Throws a `NetworkError` when it cannot be started at all. */
export const follow = async (child: ChildProcess, what: string): Promise<SideProcess> => {
  let ending: string | undefined;
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => {
      ending = signal === null ? `ended with code ${code}` : `was ended by ${signal}`;
      resolve(ending);
    });
  });
  const { pid } = child;
  if (pid === undefined) {
    const error = await new Promise<Error>((resolve) => child.once('error', resolve));
    throw new NetworkError(`${what} cannot be started: ${error.message}`, { cause: error });
  }
  child.on('error', () => undefined);
  return { pid, ending: () => ending, ended };
};

/** Starts a process whose output goes to the end of a log. */
export const startSide = async (
  { argv, env, cwd }: Launch,
  { what, log }: { what: string; log: string },
): Promise<SideProcess> => {
  const [command = '', ...rest] = argv;
  mkdirSync(dirname(log), { recursive: true });
  const out = openSync(log, 'a');
  try {
    const child = spawn(command, rest, {
      env,
      cwd,
      detached: true,
      stdio: ['ignore', out, out],
    });
    return await follow(child, what);
  } finally {
    closeSync(out);
  }
};
