/** Runs a script of the measuring code in a checkout. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { GateError } from './errors.ts';
import { measuringCode, TSX } from './subject.ts';

/** Last characters of what a script printed, for messages. */
const TAIL = 2_000;

/** Resolves with what the script wrote to standard output. Throws a `GateError` when it fails. */
export const runScript = (
  dir: string,
  script: string,
  args: readonly string[],
  signal: AbortSignal | undefined,
): Promise<string> =>
  new Promise((done, fail) => {
    const child = spawn(
      process.execPath,
      ['--import', TSX, join(measuringCode(dir), script), ...args],
      { cwd: dir, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const kill = () => child.kill('SIGKILL');
    signal?.addEventListener('abort', kill, { once: true });
    let written = '';
    let printed = '';
    child.stdout.on('data', (chunk: Buffer) => {
      written += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      printed = `${printed}${chunk.toString()}`.slice(-TAIL);
    });
    child.on('error', fail);
    child.on('close', (code, killer) => {
      signal?.removeEventListener('abort', kill);
      if (signal?.aborted === true) fail(signal.reason);
      else if (code === 0) done(written);
      else {
        fail(
          new GateError(
            `${script} in ${dir} ended with ${killer ?? `code ${code}`}:\n${printed.trim()}`,
          ),
        );
      }
    });
  });
