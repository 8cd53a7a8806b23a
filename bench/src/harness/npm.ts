/** `npm start` and `npm test` in a fresh clone, cold and warm. */
import { spawn } from 'node:child_process';
import {
  copyFileSync,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../paths.ts';

export const npmCommands = ['start', 'test'] as const;
export type NpmCommand = (typeof npmCommands)[number];

/** Milliseconds of one clone. */
export interface NpmRun {
  command: NpmCommand;
  /** With nothing installed, cached or compiled. */
  coldMs: number;
  /** Once more in the same clone. */
  warmMs: number;
}

/** A child that failed. The message has the end of what it wrote, and where the rest is. */
export class ChildFailed extends Error {
  override readonly name = 'ChildFailed';
}

/** Lines of a log that a failure is reported with. */
const LAST_LINES = 20;

interface ChildOptions {
  cwd: string;
  env: NodeJS.ProcessEnv;
  log: string;
  signal?: AbortSignal;
}

/** Runs a command in a process group of its own, so that an interruption ends all of it. Milliseconds. */
export const timeChild = (
  command: string,
  args: readonly string[],
  { cwd, env, log, signal }: ChildOptions,
): Promise<number> =>
  new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const began = performance.now();
    const child = spawn(command, args, {
      cwd,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const file = createWriteStream(log);
    child.stdout.pipe(file, { end: false });
    child.stderr.pipe(file, { end: false });
    const kill = () => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
      } catch {
        // It has ended.
      }
    };
    signal?.addEventListener('abort', kill);
    child.on('error', reject);
    child.on('close', (code, ended) => {
      const took = performance.now() - began;
      signal?.removeEventListener('abort', kill);
      file.end(() => {
        if (signal?.aborted) reject(signal.reason);
        else if (code === 0) resolve(took);
        else {
          const lines = readFileSync(log, 'utf8').trimEnd().split('\n').slice(-LAST_LINES);
          reject(
            new ChildFailed(
              `${[command, ...args].join(' ')} in ${cwd} ended with ${ended ?? `exit code ${code}`}; all of it: ${log}\n${lines.join('\n')}`,
            ),
          );
        }
      });
    });
  });

/** The npm that started us, else the one on the path. */
const npm = (): { command: string; first: string[] } =>
  process.env.npm_execpath === undefined
    ? { command: 'npm', first: [] }
    : { command: process.execPath, first: [process.env.npm_execpath] };

/** A folder for cargo that holds its settings and nothing that was fetched. */
const emptyCargoHome = (path: string): string => {
  mkdirSync(path);
  const settings = join(process.env.CARGO_HOME ?? join(homedir(), '.cargo'), 'config.toml');
  if (existsSync(settings)) copyFileSync(settings, join(path, 'config.toml'));
  return path;
};

/**
 * Clones the checkout's commit into a folder of its own and runs the command there twice: with caches of its own that are
 * empty, and again. The folder is left where it is when something fails.
 */
export const timeNpm = async (command: NpmCommand, signal?: AbortSignal): Promise<NpmRun> => {
  const folder = mkdtempSync(join(tmpdir(), `veritrace-npm-${command}-`));
  const clone = join(folder, 'clone');
  // What npm sets for those it starts is not to reach another npm.
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)),
  );
  const env: NodeJS.ProcessEnv = {
    ...inherited,
    npm_config_cache: join(folder, 'npm-cache'),
    CARGO_HOME: emptyCargoHome(join(folder, 'cargo')),
    CARGO_TARGET_DIR: join(folder, 'target'),
  };
  const options = (log: string): ChildOptions => ({
    cwd: clone,
    env,
    log: join(folder, log),
    ...(signal === undefined ? {} : { signal }),
  });
  await timeChild('git', ['clone', '--quiet', '--no-hardlinks', ROOT, clone], {
    ...options('clone.log'),
    cwd: folder,
  });
  const { command: program, first } = npm();
  const coldMs = await timeChild(program, [...first, command], options('cold.log'));
  const warmMs = await timeChild(program, [...first, command], options('warm.log'));
  await rm(folder, { recursive: true, force: true });
  return { command, coldMs, warmMs };
};
