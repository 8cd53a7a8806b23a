/** Runs a program with its own children in a group, so that all of them can be ended together. */
import { spawn } from 'node:child_process';

/** A program failed. Its own words are on stderr already. */
export class ChildFailed extends Error {
  override readonly name = 'ChildFailed';
}

/** What the program wrote to stdout; its stderr goes to ours. An abort ends it and whatever it has started. */
export const runChild = (
  command: string,
  args: readonly string[],
  { cwd, signal }: { cwd: string; signal: AbortSignal },
): Promise<string> =>
  new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const child = spawn(command, args, {
      cwd,
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const end = (): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
      } catch {
        // It has ended by itself.
      }
    };
    signal.addEventListener('abort', end, { once: true });
    let written = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      written += text;
    });
    child.on('error', (cause) => {
      signal.removeEventListener('abort', end);
      reject(new ChildFailed(`cannot start ${command}: ${cause.message}`, { cause }));
    });
    child.on('close', (code, killer) => {
      signal.removeEventListener('abort', end);
      if (signal.aborted) reject(signal.reason as Error);
      else if (code === 0) resolve(written);
      else {
        const how = killer === null ? `ended with code ${code}` : `was killed by ${killer}`;
        reject(new ChildFailed(`${[command, ...args.slice(0, 2)].join(' ')} ${how}`));
      }
    });
  });
