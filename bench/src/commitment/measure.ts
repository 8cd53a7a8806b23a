/** What committing to every output costs beside computing it. */
import { readFileSync } from 'node:fs';
import { createExactSession } from '@veritrace/compiler';
import {
  byteLength,
  createCommitter,
  createReferee,
  encodeGraph,
  type Graph,
  type TensorSpec,
} from '@veritrace/referee';
import { createRandom } from '../random.ts';

/**
 * Milliseconds of the thread that computes, off the clock while the machine has it do something else. Linux counts in steps
 * of up to 4 ms, so a sample has to be much longer.
 */
const threadTime = (): number => {
  try {
    const [nanoseconds] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(
      ' ',
    );
    return Number(nanoseconds) / 1e6;
  } catch {
    return performance.now();
  }
};

export const wayNames = ['exact', 'outputs', 'committed', 'beside'] as const;
export type WayName = (typeof wayNames)[number];

export const wayTitles: Record<WayName, string> = {
  exact: 'exact program',
  outputs: 'the same, with every node’s output',
  committed: 'and committed to, on the same thread',
  beside: 'and committed to on a thread beside, while the next is computed',
};

/** Milliseconds of a request, a sample for each round: of the computing thread, and by the clock. */
export interface WaySamples {
  thread: number[];
  clock: number[];
}

export interface Share {
  nodes: number;
  /** Of all outputs. */
  bytes: number;
  ways: Record<WayName, WaySamples>;
}

/** Requests that follow each other in a round. */
const REQUESTS = 8;

/** Measures the ways in turns. Fails when they do not commit to the same trace. */
export const measureShare = async (
  graph: Graph,
  { rounds, threads, seed }: { rounds: number; threads: number; seed: number },
): Promise<Share> => {
  const referee = createReferee();
  const loaded = referee.loadGraph(encodeGraph(graph));
  const committer = createCommitter();
  const all = await createExactSession(graph, { threads, outputs: 'all' });
  const declared = await createExactSession(graph, { threads, outputs: 'declared' });
  const random = createRandom(seed, 'input');
  const input = graph.header.inputs.map((spec) =>
    Uint8Array.from({ length: byteLength(spec) }, () => random() * 256),
  );
  const tensorsOf = (outputs: readonly Uint8Array[]) =>
    graph.nodes.map(({ output: spec }, node) => ({
      spec,
      data: outputs[node] ?? new Uint8Array(),
    }));
  const hex = (roots: readonly Uint8Array[]) =>
    roots.map((root) => Buffer.from(root).toString('hex'));

  const outputs = await all.run(input);
  const beside = hex(await committer.tensorRoots(tensorsOf(outputs)));
  if (hex(loaded.trace(outputs)).some((root, node) => root !== beside[node])) {
    throw new Error('the two ways to commit do not give the same roots');
  }

  const repeat = async (once: () => Promise<unknown>) => {
    for (let request = 0; request < REQUESTS; request += 1) await once();
  };
  const ways: Record<WayName, () => Promise<unknown>> = {
    exact: () => repeat(() => declared.run(input)),
    outputs: () => repeat(() => all.run(input)),
    committed: () => repeat(async () => loaded.trace(await all.run(input))),
    beside: async () => {
      let last: Promise<unknown> = Promise.resolve();
      await repeat(async () => {
        const computed = await all.run(input);
        await last;
        last = committer.tensorRoots(tensorsOf(computed));
      });
      await last;
    },
  };
  const samples: Record<WayName, WaySamples> = {
    exact: { thread: [], clock: [] },
    outputs: { thread: [], clock: [] },
    committed: { thread: [], clock: [] },
    beside: { thread: [], clock: [] },
  };
  for (let round = -1; round < rounds; round += 1) {
    for (const name of wayNames) {
      const [thread, clock] = [threadTime(), performance.now()];
      await ways[name]();
      // The first round warms up.
      if (round < 0) continue;
      samples[name].thread.push((threadTime() - thread) / REQUESTS);
      samples[name].clock.push((performance.now() - clock) / REQUESTS);
    }
  }
  await committer.dispose();
  await all.dispose();
  await declared.dispose();
  loaded.free();
  return {
    nodes: graph.nodes.length,
    bytes: outputs.reduce((sum, { length }) => sum + length, 0),
    ways: samples,
  };
};

/** Of ranks 2 and 4, of a kilobyte to a megabyte. */
export const SHAPES: readonly number[][] = [
  [1, 1024],
  [1, 16_384],
  [1, 262_144],
  [1, 1_048_576],
  [1, 64, 4, 4],
  [1, 64, 16, 16],
  [1, 960, 7, 7],
  [1, 64, 56, 56],
  [1, 96, 112, 112],
];

export interface Rate {
  shape: number[];
  /** Millions of bytes a second, a sample for each round. */
  samples: number[];
}

/** Bytes of a sample: a tenth of a second or so. */
const SAMPLE_BYTES = 2 ** 24;

/** How fast the roots of tensors of 8-bit elements are computed, by shape. */
export const measureRates = (rounds: number): Rate[] => {
  const referee = createReferee();
  const subjects = SHAPES.map((shape) => {
    const spec: TensorSpec = { dtype: 'U8', shape: [...shape] };
    const data = Uint8Array.from({ length: byteLength(spec) }, (_, at) => at * 31 + (at >> 9));
    return { spec, data, samples: [] as number[] };
  });
  for (let round = -1; round < rounds; round += 1) {
    for (const { spec, data, samples } of subjects) {
      const times = Math.ceil(SAMPLE_BYTES / data.length);
      const start = threadTime();
      for (let time = 0; time < times; time += 1) referee.tensorRoot(spec, data);
      if (round >= 0) samples.push((times * data.length) / (threadTime() - start) / 1000);
    }
  }
  return subjects.map(({ spec, samples }) => ({ shape: spec.shape, samples }));
};
