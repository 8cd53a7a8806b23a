/** A measured process of a checkout, from the side that asks it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { GateError } from './errors.ts';
import type { Answer, Request } from './measured/protocol.ts';

export interface Subject {
  /** One request at a time. Throws a `GateError` when the process ends or stays silent. */
  ask(request: Request): Promise<Answer>;
  /** Resolves when the process is gone. */
  end(): Promise<void>;
}

export interface SubjectOptions {
  /** The checkout. */
  dir: string;
  /** For messages: `base` or `head`. */
  side: string;
  /** Share of every sample's iterations that is repeated, unreported. */
  planted?: number;
  signal?: AbortSignal | undefined;
}

/** Longest silence of a process: preparing all packages on a slow machine takes less. */
const SILENCE_MS = 120_000;

/** Last characters of what a process printed, for messages. */
const TAIL = 2_000;

/** TypeScript is run by the same loader on both sides, whatever the checkout has. */
export const TSX = import.meta.resolve('tsx');

/**
 * Code as it is in a process that has run for long: wasm by the optimising compiler from the start. Compilers and garbage
 * collection work on the one thread, at moments that the work decides and not the scheduler.
 */
const V8_FLAGS = ['--no-liftoff', '--no-wasm-lazy-compilation', '--single-threaded'];

/** Where the code that runs in a checkout lies in it. */
export const measuringCode = (dir: string): string => join(dir, 'bench/src/gate');

/** Starts a process. */
export const startSubject = ({ dir, side, planted = 0, signal }: SubjectOptions): Subject => {
  const child = spawn(
    process.execPath,
    [
      ...V8_FLAGS,
      ...['--import', TSX, join(measuringCode(dir), 'measured/child.ts')],
      ...['--plant', String(planted)],
    ],
    { cwd: dir, stdio: ['pipe', 'pipe', 'pipe'] },
  );
  const kill = () => child.kill('SIGKILL');
  signal?.addEventListener('abort', kill, { once: true });
  let printed = '';
  child.stderr.on('data', (chunk: Buffer) => {
    printed = `${printed}${chunk.toString()}`.slice(-TAIL);
  });
  let waiting: { resolve(answer: Answer): void; reject(error: unknown): void } | undefined;
  let over: Error | undefined;
  const ended = once(child, 'close').then(
    ([code, killer]) => finish(`ended with ${killer ?? `code ${code}`}`),
    (error: Error) => finish(`could not be started: ${error.message}`),
  );
  const finish = (how: string) => {
    signal?.removeEventListener('abort', kill);
    over = new GateError(
      `the measured process of the ${side} ${how}.${printed === '' ? '' : `\n${printed.trim()}`}`,
    );
    waiting?.reject(over);
  };
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { resolve } = waiting ?? {};
    waiting = undefined;
    resolve?.(JSON.parse(line) as Answer);
  });
  // A process that ends while it is written to is told by its end.
  child.stdin.on('error', () => undefined);

  return {
    ask: async (request) => {
      signal?.throwIfAborted();
      if (over !== undefined) throw over;
      let timer: NodeJS.Timeout | undefined;
      try {
        return await new Promise<Answer>((resolve, reject) => {
          waiting = { resolve, reject };
          timer = setTimeout(() => {
            kill();
            const what = `${request.do} ${request.benchmark}`;
            reject(
              new GateError(
                `the measured process of the ${side} gave no answer to "${what}" within ${SILENCE_MS / 1000} s`,
              ),
            );
          }, SILENCE_MS);
          child.stdin.write(`${JSON.stringify(request)}\n`);
        });
      } catch (error) {
        signal?.throwIfAborted();
        throw error;
      } finally {
        clearTimeout(timer);
        waiting = undefined;
      }
    },
    end: async () => {
      child.stdin.end();
      await ended;
    },
  };
};

/** The folder that this code lies in. */
export const OWN_CODE = fileURLToPath(new URL('.', import.meta.url));
