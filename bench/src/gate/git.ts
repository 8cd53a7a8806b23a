/** Commits of a repository, and checkouts of two of them side by side. */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { GateError } from './errors.ts';
import type { BothSides, Side } from './interleave.ts';
import { measuringCode, OWN_CODE } from './subject.ts';

const execute = promisify(execFile);

const git = async (repository: string, ...args: string[]): Promise<string> => {
  try {
    const { stdout } = await execute('git', ['-C', repository, ...args], { maxBuffer: 1 << 26 });
    return stdout.trim();
  } catch (error) {
    const { code, stderr } = error as { code?: unknown; stderr?: string };
    if (code === 'ENOENT') throw new GateError('git is not installed: the gate needs it');
    throw new GateError(`git ${args[0]} failed: ${stderr?.trim() || String(error)}`, {
      cause: error,
    });
  }
};

/** The top of the repository that a folder lies in. */
export const repositoryOf = async (folder: string): Promise<string> => {
  try {
    return await git(folder, 'rev-parse', '--show-toplevel');
  } catch (cause) {
    if (cause instanceof GateError && cause.message.includes('not installed')) throw cause;
    throw new GateError(
      `${folder} is in no git repository: run the gate in one, or give it stored results with --base-result and --head-result`,
      { cause },
    );
  }
};

/** The commit that a name stands for. */
export const resolveCommit = async (
  repository: string,
  side: Side,
  name: string,
): Promise<string> => {
  try {
    return await git(
      repository,
      ...['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`],
    );
  } catch (cause) {
    throw new GateError(
      `--${side} ${name}: no such commit here. A shallow clone has few: git fetch --unshallow, or fetch-depth: 0 in CI`,
      { cause },
    );
  }
};

/** Throws when `head` is checked out and tracked files differ from it: they would not be measured. */
export const refuseChanges = async (repository: string, head: string): Promise<void> => {
  if ((await git(repository, 'rev-parse', 'HEAD')) !== head) return;
  const changed = await git(repository, 'status', '--porcelain', '--untracked-files=no');
  if (changed === '') return;
  const files = changed.split('\n').map((line) => line.trim().replace(/^\S+\s+/, ''));
  const shown =
    files.length > 3
      ? `${files.slice(0, 3).join(', ')} and ${files.length - 3} more`
      : files.join(', ');
  throw new GateError(
    `the head is what is checked out, but files differ from it and would not be measured (${shown}): ` +
      'commit them, or say --ignore-changes',
  );
};

/** A file as a commit has it; `undefined` when it has none. */
export const fileAt = async (
  repository: string,
  commit: string,
  path: string,
): Promise<string | undefined> => {
  try {
    return await git(repository, 'show', `${commit}:${path}`);
  } catch {
    return undefined;
  }
};

export interface Checkouts {
  dirs: BothSides<string>;
  remove(): Promise<void>;
}

/**
 * Checks two commits out into a new temporary folder, in paths of the same length, and gives both the measuring code of
 * this one: the same is done to both.
 */
export const createCheckouts = async (
  repository: string,
  commits: BothSides<string>,
): Promise<Checkouts> => {
  const folder = await mkdtemp(join(tmpdir(), 'veritrace-gate-'));
  const dirs = { base: join(folder, 'base'), head: join(folder, 'head') };
  const remove = async (): Promise<void> => {
    for (const dir of Object.values(dirs)) {
      // One that was not added yet cannot be removed.
      await git(repository, 'worktree', 'remove', '--force', dir).catch(() => undefined);
    }
    await rm(folder, { recursive: true, force: true });
    await git(repository, 'worktree', 'prune');
  };
  try {
    for (const side of ['base', 'head'] as const) {
      // Hooks of the repository are meant for its own checkout.
      await git(
        repository,
        ...['-c', 'core.hooksPath=/dev/null', 'worktree', 'add', '--quiet', '--detach'],
        ...[dirs[side], commits[side]],
      );
      const code = measuringCode(dirs[side]);
      await rm(code, { recursive: true, force: true });
      await cp(OWN_CODE, code, { recursive: true });
    }
  } catch (error) {
    await remove();
    throw error;
  }
  return { dirs, remove };
};
