/**
 * Processes of one run. Each carries the run's id in its environment and hands it on to its children, so that none is
 * lost, whatever group it is in and whoever started it.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** The environment variable with the run's id. */
export const RUN_ID = 'VERITRACE_RUN_ID';

/** The one by which the guardian of a run is known; it is no part of the run itself. */
export const GUARDS = 'VERITRACE_GUARDS';

/** By what Linux tells of every process. */
export const fromProc = (mark: string): number[] =>
  readdirSync('/proc').flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      const environment = readFileSync(`/proc/${entry}/environ`, 'latin1');
      return environment.split('\0').includes(mark) ? [Number(entry)] : [];
    } catch {
      // It is gone, or another user's.
      return [];
    }
  });

/** By what `ps` tells, where there is no `/proc`. */
export const fromPs = (mark: string): number[] => {
  const { stdout } = spawnSync('ps', ['axeww', '-o', 'pid=,command='], { encoding: 'utf8' });
  return (stdout ?? '').split('\n').flatMap((line) => {
    const [, pid, rest = ''] = /^\s*(\d+)\s(.*)$/.exec(line) ?? [];
    return pid !== undefined && ` ${rest} `.includes(` ${mark} `) ? [Number(pid)] : [];
  });
};

/** Processes whose environment has the variable with this value, but for the one that asks. */
export const findMarked = (variable: string, value: string): number[] => {
  const mark = `${variable}=${value}`;
  const found = existsSync('/proc/self/environ') ? fromProc(mark) : fromPs(mark);
  return found.filter((pid) => pid !== process.pid);
};
