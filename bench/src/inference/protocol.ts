/** What benchmark and subject say to each other. A subject is a process with one engine and one model. */
import type { EngineModel, EngineName } from './engines.ts';
import type { Truth, Verified } from './truth.ts';

export interface Tasks {
  /** Makes the engine, compares its answers with the truth, and warms up. */
  open: {
    asks: {
      engine: EngineName;
      model: EngineModel;
      threads: number;
      requests: Uint8Array[][];
      labels: number[] | undefined;
      truths: Truth[];
      /** Runs before anything is timed. */
      warmUp: number;
    };
    gives: {
      /** Milliseconds until the first answer: reading, compiling, running once. */
      loadMs: number;
      /** Milliseconds of a run, typically. */
      typicalMs: number;
      verified: Verified;
    };
  };
  /** SingleStream: one after the other. Gives milliseconds, in order. */
  stream: { asks: { runs: number }; gives: { samples: number[] } };
  /** Server: at their times. */
  serve: {
    asks: { arrivals: number[]; bound: number; most: number };
    gives: { latencies: number[]; gaveUp: boolean };
  };
  /** Offline: all at once. */
  offline: { asks: { runs: number }; gives: { milliseconds: number } };
  /** Bytes by which the process has at most been larger than before it had engine and model. */
  memory: { asks: Record<never, never>; gives: { bytes: number } };
}

export type TaskName = keyof Tasks;

export interface Ask<T extends TaskName = TaskName> {
  id: number;
  task: T;
  asks: Tasks[T]['asks'];
}

export type Reply =
  | { id: number; gives: Tasks[TaskName]['gives'] }
  | { id: number; failed: string };
