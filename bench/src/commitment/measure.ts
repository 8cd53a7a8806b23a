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

export const wayNames = [
  'exact',
  'outputs',
  'committed',
  'beside',
  'committed-2',
  'beside-2',
] as const;
export type WayName = (typeof wayNames)[number];

export const wayTitles: Record<WayName, string> = {
  exact: 'exact program',
  outputs: 'the same, with every node’s output',
  committed: 'and committed to in layout 1, on the same thread',
  beside: 'the same on a thread beside, while the next is computed',
  'committed-2': 'and committed to in layout 2, on the same thread',
  'beside-2': 'the same on a thread beside, while the next is computed',
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

/** Measures the ways in turns. Fails when two ways to commit in one layout do not give the same trace. */
export const measureShare = async (
  graph: Graph,
  { rounds, threads, seed }: { rounds: number; threads: number; seed: number },
): Promise<Share> => {
  const referee = createReferee();
  const inLayout = (layoutVersion: number) =>
    referee.loadGraph(encodeGraph({ ...graph, header: { ...graph.header, layoutVersion } }));
  const layouts = [1, 2] as const;
  const loaded = { 1: inLayout(1), 2: inLayout(2) };
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
  for (const layout of layouts) {
    const beside = hex(await committer.tensorRoots(tensorsOf(outputs), layout));
    if (hex(loaded[layout].trace(outputs)).some((root, node) => root !== beside[node])) {
      throw new Error(`the two ways to commit in layout ${layout} do not give the same roots`);
    }
  }

  const repeat = async (once: () => Promise<unknown>) => {
    for (let request = 0; request < REQUESTS; request += 1) await once();
  };
  const committed = (layout: 1 | 2) => () =>
    repeat(async () => loaded[layout].trace(await all.run(input)));
  const beside = (layout: 1 | 2) => async () => {
    let last: Promise<unknown> = Promise.resolve();
    await repeat(async () => {
      const computed = await all.run(input);
      await last;
      last = committer.tensorRoots(tensorsOf(computed), layout);
    });
    await last;
  };
  const ways: Record<WayName, () => Promise<unknown>> = {
    exact: () => repeat(() => declared.run(input)),
    outputs: () => repeat(() => all.run(input)),
    committed: committed(1),
    beside: beside(1),
    'committed-2': committed(2),
    'beside-2': beside(2),
  };
  const samples: Record<WayName, WaySamples> = {
    exact: { thread: [], clock: [] },
    outputs: { thread: [], clock: [] },
    committed: { thread: [], clock: [] },
    beside: { thread: [], clock: [] },
    'committed-2': { thread: [], clock: [] },
    'beside-2': { thread: [], clock: [] },
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
  for (const layout of layouts) loaded[layout].free();
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

/** Layout 1, layout 2 by compiled code where the machine has it, and layout 2 in the module. */
export const hasherNames = ['layout-1', 'layout-2', 'layout-2-module'] as const;
export type HasherName = (typeof hasherNames)[number];

export interface Rate {
  shape: number[];
  /** Millions of bytes a second, a sample for each round. */
  samples: Record<HasherName, number[]>;
}

/** Bytes between looks at the clock, which takes a while itself. */
const STRETCH_BYTES = 2 ** 24;

/** Milliseconds of a sample, many of the steps in which the thread's time is told. */
const SAMPLE_TIME = 60;

/** How fast the roots of tensors of 8-bit elements are computed, by shape. */
export const measureRates = (rounds: number): Rate[] => {
  const [referee, inModule] = [createReferee(), createReferee(undefined, { native: false })];
  const hashers: Record<HasherName, (spec: TensorSpec, data: Uint8Array) => unknown> = {
    'layout-1': (spec, data) => referee.tensorRoot(spec, data, 1),
    'layout-2': (spec, data) => referee.tensorRoot(spec, data, 2),
    'layout-2-module': (spec, data) => inModule.tensorRoot(spec, data, 2),
  };
  const subjects = SHAPES.map((shape) => {
    const spec: TensorSpec = { dtype: 'U8', shape: [...shape] };
    const data = Uint8Array.from({ length: byteLength(spec) }, (_, at) => at * 31 + (at >> 9));
    const samples: Rate['samples'] = { 'layout-1': [], 'layout-2': [], 'layout-2-module': [] };
    return { spec, data, samples };
  });
  for (let round = -1; round < rounds; round += 1) {
    for (const { spec, data, samples } of subjects) {
      const stretch = Math.ceil(STRETCH_BYTES / data.length);
      for (const name of hasherNames) {
        const start = threadTime();
        let [times, spent] = [0, 0];
        while (spent < SAMPLE_TIME) {
          for (let time = 0; time < stretch; time += 1) hashers[name](spec, data);
          times += stretch;
          spent = threadTime() - start;
        }
        if (round >= 0) samples[name].push((times * data.length) / spent / 1000);
      }
    }
  }
  return subjects.map(({ spec, samples }) => ({ shape: spec.shape, samples }));
};
