/** Roots of tensors on threads of their own: the next request is computed while the last one is committed to. */
import { Worker } from 'node:worker_threads';
import { releasedWasm } from './instance.ts';
import { batched, contentOf, RefereeError, rawTensor, rootsIn } from './messages.ts';
import type { Tensor } from './referee.ts';

export interface CommitterOptions {
  /** Threads besides the caller's. Default 1. */
  threads?: number;
  /** The module; the released one when left out. */
  wasm?: Uint8Array;
  /** Whether tensors of layout version 2 may be hashed by compiled code, where this machine has it. Default true. */
  native?: boolean;
}

export interface Committer {
  /**
   * The root of each tensor in a layout version, as `Referee.tensorRoots` gives them. The tensors are copied before it returns; those on a
   * `SharedArrayBuffer` are not, and must stay as they are until it is done. Rejects with a `RefereeError`.
   */
  tensorRoots(tensors: readonly Tensor[], layoutVersion: number): Promise<Uint8Array[]>;
  /** Ends the threads. What was not answered is rejected. */
  dispose(): Promise<void>;
}

type Reply = { id: number; answers: Uint8Array[] } | { id: number; failed: string };

interface Job {
  done(roots: Uint8Array[]): void;
  fail(error: Error): void;
}

interface Thread {
  roots(batches: readonly Tensor[][], layout: number): Promise<Uint8Array[]>;
  end(): Promise<void>;
}

/** Shared memory, used again and again: fresh memory costs as much as the copy that is made into it. */
const createScratch = () => {
  const free: SharedArrayBuffer[] = [];
  return {
    take: (size: number): SharedArrayBuffer => {
      const at = free.findIndex(({ byteLength }) => byteLength >= size);
      return at < 0 ? new SharedArrayBuffer(size) : (free.splice(at, 1)[0] as SharedArrayBuffer);
    },
    giveBack: (buffer: SharedArrayBuffer) => {
      // One that is free and one in use are as many as a caller needs that waits for the last roots before the next.
      free.length = Math.min(free.length, 1);
      free.push(buffer);
    },
  };
};

const isShared = ({ data }: Tensor): boolean => data.buffer instanceof SharedArrayBuffer;

const startThread = (module: WebAssembly.Module, native: boolean): Thread => {
  const worker = new Worker(new URL('./committer-thread.mjs', import.meta.url), {
    workerData: { module, native },
    execArgv: [],
  });
  // A thread that has nothing to do keeps no process alive.
  worker.unref();
  const waiting = new Map<number, Job>();
  let lost: Error | undefined;
  let asked = 0;
  const lose = (reason: string) => {
    lost ??= new RefereeError(`a thread of the committer ${reason}`);
    for (const { fail } of waiting.values()) fail(lost);
    waiting.clear();
  };
  worker.on('error', (error) => lose(`failed: ${error.message}`));
  worker.on('exit', () => lose('has ended'));
  worker.on('message', (reply: Reply) => {
    const job = waiting.get(reply.id);
    waiting.delete(reply.id);
    if (waiting.size === 0) worker.unref();
    if (job === undefined) return;
    try {
      if ('failed' in reply) throw new RefereeError(reply.failed);
      job.done(reply.answers.flatMap((answer) => rootsIn(contentOf(answer))));
    } catch (error) {
      job.fail(error instanceof Error ? error : new RefereeError(String(error)));
    }
  });
  return {
    roots: (batches, layout) =>
      new Promise((done, fail) => {
        if (lost !== undefined) {
          fail(lost);
          return;
        }
        asked += 1;
        waiting.set(asked, { done, fail });
        worker.ref();
        worker.postMessage({
          id: asked,
          layout,
          batches: batches.map((batch) => batch.map(rawTensor)),
        });
      }),
    end: async () => {
      await worker.terminate();
    },
  };
};

/** Cuts batches into as many runs of about as many bytes. */
const shares = (batches: readonly Tensor[][], count: number): Tensor[][][] => {
  const sizes = batches.map((batch) => batch.reduce((sum, { data }) => sum + data.length, 0));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const runs = Array.from({ length: count }, (): Tensor[][] => []);
  let before = 0;
  for (const [at, batch] of batches.entries()) {
    const middle = before + (sizes[at] ?? 0) / 2;
    runs[Math.min(count - 1, Math.floor((middle * count) / Math.max(total, 1)))]?.push(batch);
    before += sizes[at] ?? 0;
  }
  return runs;
};

/** Starts the threads; each has a module of its own. */
export const createCommitter = ({
  threads: count = 1,
  wasm = releasedWasm(),
  native = true,
}: CommitterOptions = {}): Committer => {
  if (!Number.isInteger(count) || count < 1) {
    throw new RangeError(`a committer has one thread or more, not ${count}`);
  }
  const module = new WebAssembly.Module(wasm as BufferSource);
  const threads = Array.from({ length: count }, () => startThread(module, native));
  const scratch = createScratch();

  return {
    tensorRoots: async (tensors, layoutVersion) => {
      const size = tensors.reduce(
        (sum, tensor) => sum + (isShared(tensor) ? 0 : tensor.data.length),
        0,
      );
      const buffer = scratch.take(size);
      let at = 0;
      const shared = tensors.map((tensor): Tensor => {
        if (isShared(tensor)) return tensor;
        const data = new Uint8Array(buffer, at, tensor.data.length);
        data.set(tensor.data);
        at += data.length;
        return { spec: tensor.spec, data };
      });
      try {
        const runs = shares(batched(shared), count);
        const roots = await Promise.allSettled(
          threads.map((thread, index) => thread.roots(runs[index] ?? [], layoutVersion)),
        );
        return roots.flatMap((outcome) => {
          if (outcome.status === 'rejected') throw outcome.reason;
          return outcome.value;
        });
      } finally {
        // All threads have answered: nobody reads it any more.
        scratch.giveBack(buffer);
      }
    },
    dispose: async () => {
      await Promise.all(threads.map(({ end }) => end()));
    },
  };
};
