/**
 * An engine in a process of its own. A model that eats memory or never comes to an end takes that process with it, and
 * nothing else: the daemon is told why, and the next run has a new one. The process sees no variable of the daemon's
 * environment but those that programs need, so no key.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Graph } from '@veritrace/referee';
import type { Engine, EngineFactory, EngineOptions } from '../types.ts';
import type { FromEngine, ToEngine } from './messages.ts';

/** What a process that computes may take. */
export interface EngineLimits {
  /** MiB of memory that is its own: the model, its activations, and Node itself. */
  memoryMiB: number;
  /** Seconds for one run. Starting the process and loading a model has at least a minute. */
  seconds: number;
}

/** A run, or a model, was too much for its process, or its process ended. The message says which, and what to do. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
}

/** Of the daemon's environment, what a program needs to start: where things are, and in which language. */
const PASSED_ON = [
  ...['PATH', 'HOME', 'TMPDIR', 'LANG', 'LC_ALL', 'LD_LIBRARY_PATH'],
  // Which card it is that was checked.
  ...['CUDA_VISIBLE_DEVICES', 'CUDA_DEVICE_ORDER'],
] as const;

const environment = (): Record<string, string> =>
  Object.fromEntries(
    PASSED_ON.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );

/** Least seconds that a process has to start and to load a model. */
const LOAD_SECONDS = 60;

/** The last that a process wrote, for the message about its end. */
const KEPT_BYTES = 2_000;

const PROGRAM = fileURLToPath(new URL('./process.ts', import.meta.url));
const TYPESCRIPT = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

/**
 * The kernel holds the process to its data: everything that is written and is its own. Where a shell cannot say so, Node's
 * own heap is limited and nothing else.
 */
const WITHIN = 'ulimit -c 0 2>/dev/null; ulimit -d "$1" 2>/dev/null; shift; exec "$@"';

const start = (program: string, { memoryMiB }: EngineLimits): ChildProcess =>
  spawn(
    '/bin/sh',
    [
      ...['-c', WITHIN, 'sh', String(memoryMiB * 1024)],
      ...[process.execPath, `--max-old-space-size=${memoryMiB}`, '--import', TYPESCRIPT, program],
    ],
    {
      env: environment(),
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'advanced',
    },
  );

/** A process that has loaded the graph, or is about to. */
interface Loaded {
  run(inputs: Uint8Array[]): Promise<Uint8Array[]>;
  /** Ends it. Resolves when it has ended. */
  end(): Promise<void>;
  /** Whether it has ended, or is being ended. */
  readonly isOver: () => boolean;
}

const open = async (
  graph: Graph,
  options: EngineOptions,
  limits: EngineLimits,
  program: string,
): Promise<Loaded> => {
  const child = start(program, limits);
  let said = '';
  let over: string | undefined;
  /** What is waited for: one thing at a time. */
  let waiting: { resolve(message: FromEngine): void; reject(error: Error): void } | undefined;

  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = `${said}${text}`.slice(-KEPT_BYTES);
  });
  const ended = new Promise<void>((resolve) => {
    const end = (how: string): void => {
      const words = said.trim().split('\n').at(-1) ?? '';
      over ??= `${how}${words === '' ? '' : ` (${words})`}; with a limit of ${limits.memoryMiB} MiB this may be for want of memory: see engine.memoryMiB`;
      waiting?.reject(new EngineError(`the process that computes ${over}`));
      waiting = undefined;
      resolve();
    };
    child.once('error', (error) => end(`cannot be started: ${error.message}`));
    child.once('close', (code, signal) =>
      end(signal === null ? `ended with code ${code}` : `was ended by ${signal}`),
    );
  });
  child.on('message', (message: FromEngine) => {
    waiting?.resolve(message);
    waiting = undefined;
  });

  const kill = (why: string): void => {
    over ??= why;
    child.kill('SIGKILL');
  };

  const ask = (message: ToEngine, what: string, seconds: number): Promise<FromEngine> =>
    new Promise<FromEngine>((resolve, reject) => {
      const settle = () => clearTimeout(deadline);
      waiting = {
        resolve: (answer) => {
          settle();
          resolve(answer);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
      };
      const deadline = setTimeout(() => {
        kill(`took more than ${seconds} s to ${what} and was ended: see engine.seconds`);
      }, seconds * 1_000);
      child.send(message, (error) => {
        if (error !== null) kill(`does not listen: ${error.message}`);
      });
    });

  const answered = async (
    message: ToEngine,
    what: string,
    seconds = limits.seconds,
  ): Promise<FromEngine> => {
    if (over !== undefined) throw new EngineError(`the process that computes ${over}`);
    const answer = await ask(message, what, seconds);
    if (answer.type === 'failed') {
      // What is left of it after a failure, for want of memory above all, nobody knows.
      kill(`failed: ${answer.reason}`);
      throw new EngineError(`the engine cannot ${what}: ${answer.reason}`);
    }
    return answer;
  };

  let runs = 0;
  const end = async (): Promise<void> => {
    kill('was ended');
    await ended;
  };
  try {
    const seconds = Math.max(LOAD_SECONDS, limits.seconds);
    await answered({ type: 'load', graph, options }, 'load the model', seconds);
  } catch (error) {
    await end();
    throw error;
  }
  return {
    run: async (inputs) => {
      runs += 1;
      const answer = await answered({ type: 'run', run: runs, inputs }, 'run the model');
      if (answer.type !== 'result' || answer.run !== runs) {
        kill('gave an answer to another question');
        throw new EngineError(`the process that computes ${over}`);
      }
      return answer.outputs;
    },
    end,
    isOver: () => over !== undefined,
  };
};

/**
 * Makes engines that keep to the limits; each has one process, which is started again after it was ended. Runs of one
 * engine take turns. `program` is for tests.
 */
export const createChildEngines =
  (limits: EngineLimits, program: string = PROGRAM): EngineFactory =>
  async (graph, options) => {
    let process: Loaded | undefined = await open(graph, options, limits, program);
    let turn: Promise<unknown> = Promise.resolve();
    let isDisposed = false;
    const run = async (inputs: Uint8Array[]): Promise<Uint8Array[]> => {
      if (isDisposed) throw new EngineError('the engine is closed');
      if (process === undefined || process.isOver()) {
        process = undefined;
        process = await open(graph, options, limits, program);
      }
      return process.run(inputs);
    };
    const engine: Engine = {
      run: (inputs) => {
        const result = turn.then(() => run(inputs));
        turn = result.catch(() => undefined);
        return result;
      },
      dispose: async () => {
        isDisposed = true;
        await process?.end();
        await turn;
        await process?.end();
      },
    };
    return engine;
  };
