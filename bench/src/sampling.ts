/** Timing one thing many times. */
import { Bench } from 'tinybench';

/** Runs one after the other, with Tinybench; milliseconds of each, in the order in which they were taken. */
export const sample = async (
  run: () => Promise<unknown> | unknown,
  runs: number,
  warmUp: number,
): Promise<number[]> => {
  const samples: number[] = [];
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
      await run();
      const took = performance.now() - began;
      samples.push(took);
      return { overriddenDuration: took };
    },
    {
      async: true,
      // Warming up is over.
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

/** Milliseconds as they are kept: to a tenth of a microsecond. */
export const rounded = (milliseconds: number): number => Math.round(milliseconds * 1e4) / 1e4;
