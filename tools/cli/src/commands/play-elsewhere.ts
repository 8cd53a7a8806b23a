/** A scenario played in a process of its own. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { CommandError } from '../errors.ts';
import { line, type Outline } from '../summary.ts';

const bin = fileURLToPath(new URL('../../bin/veritrace.mjs', import.meta.url));

/** How long a process may take to stop in good order. */
const GRACE_MS = 10_000;

/** What came of it. */
export interface PlayedElsewhere {
  passed: boolean;
  document: unknown;
  /** For those who watch. */
  line: string;
}

/** Plays it and reads the document. Throws a `CommandError` when the process gave none. */
export const playElsewhere = (
  file: string,
  seed: number,
  record: string,
  signal: AbortSignal,
): Promise<PlayedElsewhere> =>
  new Promise((resolve, reject) => {
    const options = ['--seed', String(seed), '--record', record, '--quiet', '--json'];
    const child = spawn(process.execPath, [bin, 'scenario', 'run', file, ...options], {
      stdio: ['ignore', 'pipe', 'pipe'],
      // Out of the terminal's reach: Ctrl-C is passed on once, by this process.
      detached: true,
    });
    let printed = '';
    let logged = '';
    child.stdout.on('data', (chunk) => {
      printed += String(chunk);
    });
    child.stderr.on('data', (chunk) => {
      logged += String(chunk);
    });
    let killing: NodeJS.Timeout | undefined;
    const stop = () => {
      child.kill('SIGTERM');
      killing = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
    };
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
    child.on('error', reject);
    child.on('close', () => {
      signal.removeEventListener('abort', stop);
      clearTimeout(killing);
      if (signal.aborted) {
        reject(signal.reason);
        return;
      }
      try {
        const document = JSON.parse(printed) as Outline;
        if (document.expectations === undefined) throw new Error('no result');
        resolve({ passed: document.passed, document, line: line(document) });
      } catch {
        reject(
          new CommandError(`${file} could not be played: ${logged.trim() || 'no reason given'}`),
        );
      }
    });
  });
