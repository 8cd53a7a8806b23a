/** The folder of a run. */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { NetworkError } from '../types.ts';
import { endRun } from './end-run.ts';
import { findMarked, GUARDS, RUN_ID } from './marked.ts';
import { isAlive } from './signals.ts';
import { readState, stateFile } from './state.ts';

/** Where the command keeps the one network it runs of a specification. */
export const defaultFolder = (name: string): string => resolve('runs', name);

/** A new folder for a run whose caller names none. */
export const freshFolder = (name: string): string =>
  resolve('runs', `${name}-${new Date().toISOString().replace(/[:.]/g, '-')}-${process.pid}`);

/** Whether the network in a folder runs, or someone still sees to its end. */
export const isRunning = (dir: string): boolean => {
  const state = readState(dir);
  if (state === undefined || state.phase === 'stopped') return false;
  const { runId, supervisor } = state;
  return (
    (supervisor !== null && supervisor !== process.pid && isAlive(supervisor)) ||
    findMarked(GUARDS, runId).length > 0 ||
    findMarked(RUN_ID, runId).length > 0
  );
};

/**
 * Makes the folder ready for a new run. An ended run's files are removed; anything else in there is left alone, with a
 * `NetworkError`.
 */
export const prepareFolder = async (dir: string): Promise<void> => {
  // Zombienet puts commands together without quoting.
  if (/\s/.test(dir)) {
    throw new NetworkError(`${dir} has a space in it, which Zombienet cannot take; use --dir`);
  }
  const state = readState(dir);
  if (state !== undefined) {
    if (isRunning(dir)) {
      throw new NetworkError(
        `a network runs in ${dir} already; stop it with: veritrace network down --dir ${dir}`,
      );
    }
    await endRun({ runId: state.runId, graceMs: 0 });
    for (const entry of readdirSync(dir)) rmSync(join(dir, entry), { recursive: true });
  }
  mkdirSync(dir, { recursive: true });
  // Whoever started this process may have made its log already.
  if (readdirSync(dir).some((entry) => entry !== 'logs')) {
    throw new NetworkError(
      `${dir} holds other files and no ${stateFile('')}; name an empty folder`,
    );
  }
};
