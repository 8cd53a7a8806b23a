/** Scenarios played one by one in a process of their own. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { CommandError } from '../errors.ts';
import type { Output } from '../output.ts';

const bin = fileURLToPath(new URL('../../bin/veritrace.mjs', import.meta.url));

/** How long a process may take to stop in good order. */
const GRACE_MS = 10_000;

/** The document of a run, as far as it matters here. */
export interface PlayedElsewhere {
  scenario: string;
  passed: boolean;
}

const parse = (printed: string): PlayedElsewhere[] => {
  const json: unknown = JSON.parse(printed);
  const documents = (Array.isArray(json) ? json : [json]) as Partial<PlayedElsewhere>[];
  if (documents.some(({ passed }) => passed === undefined)) throw new Error('no results');
  return documents as PlayedElsewhere[];
};

/** Plays them; what the process logs is passed on. Throws a `CommandError` when it gives no results. */
export const playElsewhere = (
  files: readonly string[],
  options: readonly string[],
  signal: AbortSignal,
  output: Output,
): Promise<PlayedElsewhere[]> =>
  new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [bin, 'scenario', 'run', ...files, ...options, '--quiet', '--json'],
      // Detached is out of the terminal's reach: Ctrl-C is passed on once, by this process.
      { stdio: ['ignore', 'pipe', 'pipe'], detached: true },
    );
    let printed = '';
    let logged = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      printed += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = `${logged}${chunk}`.split('\n');
      logged = lines.pop() ?? '';
      for (const one of lines) output.note(one);
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
        resolve(parse(printed));
      } catch {
        reject(new CommandError(`${files.join(', ')} could not be played; the reason is above`));
      }
    });
  });
