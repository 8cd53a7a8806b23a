/** The process that is measured: one engine, one model. It does what it is told by the process that forked it. */
import { Bench } from 'tinybench';
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
const stream = async (runs: number, warmUp: number): Promise<number[]> => {
  const { runner, requests } = subject();
  const samples: number[] = [];
  let next = 0;
  const bench = new Bench({
    iterations: runs,
    time: 0,
    warmup: warmUp > 0,
    warmupIterations: warmUp,
    warmupTime: 0,
    retainSamples: true,
    throws: true,
  });
  bench.add(
    'run',
    // Tinybench sorts the samples it keeps; these stay in order.
    async () => {
      const began = performance.now();
      await runner.run(next % requests);
      const took = performance.now() - began;
      next += 1;
      samples.push(took);
      return { overriddenDuration: took };
    },
    {
      async: true,
      beforeAll: () => {
        samples.length = 0;
      },
    },
  );
  const [task] = await bench.run();
  if (task?.result.state !== 'completed' || task.result.latency.samplesCount !== samples.length) {
    throw new Error(`the runs ended as "${task?.result.state}"`);
  }
  return samples;
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
  serve: async ({ arrivals, inFlight, bound, most }) => {
    const { runner, requests } = subject();
    return serve({
      arrivals,
      inFlight,
      giveUp: { bound, most },
      run: (index) => runner.run(index % requests),
    });
  },
  offline: async ({ runs, inFlight }) => {
    const { runner, requests } = subject();
    const began = performance.now();
    await serve({
      arrivals: new Array<number>(runs).fill(0),
      inFlight,
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
