/** Signals to processes that may be gone by now. */
import { readdirSync, readFileSync } from 'node:fs';
import { NetworkError } from '../types.ts';
import { until } from './until.ts';

/**
 * Whether a process has ended but for its parent's asking how: it holds neither ports nor files any more. Its first
 * thread may have ended long before the others.
 */
const isDefunct = (pid: number): boolean => {
  try {
    return readdirSync(`/proc/${pid}/task`).every((thread) => {
      // After the command's name, in parentheses that it may contain itself, comes the state.
      const status = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'latin1');
      return /^ [ZX]/.test(status.replace(/^.*\)/s, ''));
    });
  } catch {
    return false;
  }
};

/** Whether a process of that id runs. */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return !isDefunct(pid);
};

/** Sends a signal. Returns whether there was someone to send it to. */
export const send = (pid: number, signal: NodeJS.Signals): boolean => {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ESRCH') return false;
    throw new NetworkError(
      `cannot send ${signal} to process ${pid}: ${code}; was it started by another user?`,
      { cause: error },
    );
  }
};

/** Until a process is gone. */
export const gone = (pid: number, what: string, deadlineMs: number): Promise<void> =>
  until(() => (isAlive(pid) ? { seen: `process ${pid} is there` } : { done: undefined }), {
    what: `${what} to end`,
    deadlineMs,
    everyMs: 20,
  });
