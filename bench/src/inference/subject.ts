/** The process that is measured: one engine, one model. It does what it is told by the process that forked it. */
import { sample } from '../sampling.ts';
import { medianOf } from '../statistics.ts';
import { createRunner, type Runner } from './engines.ts';
import { watchMemory } from './memory.ts';
import type { Ask, TaskName, Tasks } from './protocol.ts';
import { serve } from './serve.ts';
import { verify } from './truth.ts';

interface Opened {
  runner: Runner;
  requests: number;
}

let opened: Opened | undefined;
let grown: (() => number) | undefined;

const subject = (): Opened => {
  if (opened === undefined) throw new Error('no engine was opened');
  return opened;
};

/** Runs one after the other; milliseconds of each, in order. */
const stream = (runs: number, warmUp: number): Promise<number[]> => {
  const { runner, requests } = subject();
  let next = 0;
  return sample(
    () => {
      next += 1;
      return runner.run(next % requests);
    },
    runs,
    warmUp,
  );
};

const tasks: { [T in TaskName]: (asks: Tasks[T]['asks']) => Promise<Tasks[T]['gives']> } = {
  open: async ({ engine, model, threads, requests, labels, truths, warmUp }) => {
    grown = watchMemory();
    const began = performance.now();
    const runner = await createRunner(engine, { model, requests, threads });
    await runner.run(0);
    const loadMs = performance.now() - began;
    opened = { runner, requests: requests.length };
    const verified = await verify(engine, runner, truths, labels);
    const samples = await stream(warmUp, 0);
    return { loadMs, typicalMs: medianOf(samples.slice(Math.floor(samples.length / 2))), verified };
  },
  stream: async ({ runs }) => ({ samples: await stream(runs, Math.min(runs, 3)) }),
  serve: async ({ arrivals, bound, most }) => {
    const { runner, requests } = subject();
    return serve({
      arrivals,
      giveUp: { bound, most },
      run: (index) => runner.run(index % requests),
    });
  },
  offline: async ({ runs }) => {
    const { runner, requests } = subject();
    const began = performance.now();
    await serve({
      arrivals: new Array<number>(runs).fill(0),
      run: (index) => runner.run(index % requests),
    });
    return { milliseconds: performance.now() - began };
  },
  memory: async () => {
    if (grown === undefined) throw new Error('no engine was opened');
    return { bytes: grown() };
  },
};

const perform = <T extends TaskName>({ task, asks }: Ask<T>) =>
  (tasks[task] as (asks: Tasks[T]['asks']) => Promise<Tasks[T]['gives']>)(asks);

process.on('message', (ask: Ask) => {
  perform(ask).then(
    (gives) => process.send?.({ id: ask.id, gives }),
    (error: unknown) =>
      process.send?.({
        id: ask.id,
        failed: error instanceof Error ? (error.stack ?? error.message) : String(error),
      }),
  );
});
// Nobody is left to tell.
process.on('disconnect', () => process.exit(0));
