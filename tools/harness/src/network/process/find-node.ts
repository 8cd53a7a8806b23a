/** Finds the process of a node that Zombienet started, and how it was started. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { NetworkError } from '../types.ts';
import { findMarked, RUN_ID } from './marked.ts';
import type { Launch } from './state.ts';

const commandOf = (pid: number): string[] => {
  try {
    if (existsSync('/proc/self/cmdline')) {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
    }
    // No argument of a node holds a space: the rules of a specification see to it.
    const { stdout } = spawnSync('ps', ['-ww', '-o', 'args=', '-p', String(pid)], {
      encoding: 'utf8',
    });
    return (stdout ?? '').trim().split(' ');
  } catch {
    return [];
  }
};

const flagValue = (argv: readonly string[], flag: string): string | undefined =>
  argv[argv.indexOf(flag) + 1];

const environmentOf = (pid: number): Record<string, string> | undefined => {
  try {
    const entries = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    return Object.fromEntries(
      entries.flatMap((entry) => {
        const at = entry.indexOf('=');
        return at > 0 ? [[entry.slice(0, at), entry.slice(at + 1)]] : [];
      }),
    );
  } catch {
    return undefined;
  }
};

const folderOf = (pid: number): string | undefined => {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
};

/**
 * The process of the node with that name in that run. `env` and `cwd` are what it was given, for systems that do not
 * tell. Throws a `NetworkError` when there is none.
 */
export const findNode = (
  runId: string,
  name: string,
  given: Pick<Launch, 'env' | 'cwd'>,
): { pid: number; launch: Launch } => {
  for (const pid of findMarked(RUN_ID, runId)) {
    const argv = commandOf(pid);
    // A shell that starts a node has all of it in one argument.
    if (!argv.includes('--base-path') || flagValue(argv, '--name') !== name) continue;
    return {
      pid,
      launch: {
        argv,
        env: environmentOf(pid) ?? given.env,
        cwd: folderOf(pid) ?? given.cwd,
      },
    };
  }
  throw new NetworkError(`the process of node "${name}" is not there; see its log`);
};
