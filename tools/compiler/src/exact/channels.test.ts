/** Tables by channel: a program that passes over the nodes between gives the referee's bits all the same. */
import { createReferee } from '@veritrace/referee';
import { encodeGraph, type Graph, type GraphNode, type Ref } from '@veritrace/referee/graph';
import { describe, expect, it } from 'vitest';
import { writeElements } from '../model/tensors.ts';
import { createRandom, type Random } from '../random.ts';
import { graphOf } from '../testing/graphs.ts';
import { channelTables } from './channels.ts';
import { createExactProgram } from './program.ts';
import { createExactSession, type OptimisationLevel } from './session.ts';

const LEVELS: readonly OptimisationLevel[] = ['disabled', 'basic', 'extended', 'all'];
const CHANNELS = 12;
const PLANE = [5, 7];
const referee = createReferee();

const clip = (x: number, low: number, high: number) => Math.min(Math.max(x, low), high);
const hardSwish = (x: number) => (x * clip(x + 3, 0, 6)) / 6;

/** Entries of a gate whose input and output have scales of their own, perhaps between affine maps. */
const gate = (random: Random, zero: number, outputZero: number, shift: number): number[] => {
  const [input, output] = [(4 + 12 * random.next()) / 256, (6 + 4 * random.next()) / 256];
  return Array.from({ length: 256 }, (_, q) =>
    clip(Math.round(hardSwish((q - zero) * input + shift) / output) + outputZero, 0, 255),
  );
};

interface Kind {
  shift: number;
  /** Whether one of the tables is noise. */
  noise?: boolean;
  /** Whether groups are cut by `Slice` instead of `Gather`. */
  slices?: boolean;
  /** Whether what stands between is asked for too. */
  shown?: boolean;
  /** Whether the groups come together in another order than they lay in. */
  shuffled?: boolean;
}

/** A requantisation by one, three groups of channels with a table each, and a convolution of what they make. */
const grouped = (seed: number, { shift, noise, slices, shown, shuffled }: Kind): Graph => {
  const random = createRandom(seed);
  const order = Array.from({ length: CHANNELS }, (_, channel) => channel);
  if (slices !== true) order.sort(() => random.next() - 0.5);
  const groups = [order.slice(0, 5), order.slice(5, 9), order.slice(9)];
  const placeOf = (channel: number) => order.indexOf(channel);
  const back = Array.from({ length: CHANNELS }, (_, channel) => placeOf(channel));
  if (shuffled === true) back.reverse();
  const [zero, outputZero] = [random.integer(100, 150), random.integer(15, 50)];
  const requant = { zero, min: 0, max: 255 };
  const spec = (channels: number) => ({ dtype: 'U8' as const, shape: [1, channels, ...PLANE] });
  const table = (index: number) =>
    noise === true && index === 1
      ? Array.from({ length: 256 }, () => random.integer(0, 255))
      : gate(random, zero, outputZero, shift);
  const weights = Array.from({ length: 4 * CHANNELS }, () => random.integer(-127, 127));
  const ints = (values: number[]) => ({
    spec: { dtype: 'I32' as const, shape: [values.length] },
    data: writeElements('I32', values),
  });
  const initialisers = [
    { spec: { dtype: 'F32' as const, shape: [1] }, data: writeElements('F32', [1]) },
    {
      spec: { dtype: 'I8' as const, shape: [4, CHANNELS, 1, 1] },
      data: writeElements('I8', weights),
    },
    { spec: { dtype: 'F32' as const, shape: [1] }, data: writeElements('F32', [1 / 400]) },
    ints(back),
    ...groups.map(ints),
    ...groups.map((_, index) => ({
      spec: { dtype: 'U8' as const, shape: [256] },
      data: writeElements('U8', table(index)),
    })),
  ];
  const node = (value: number): Ref => ({ tag: 'Node', value });
  const constant = (value: number): Ref => ({ tag: 'Initialiser', value });
  const taken = groups.flatMap((group, index): GraphNode[] => [
    {
      op:
        slices === true
          ? {
              tag: 'Slice',
              value: {
                ranges: [
                  [0, 1],
                  [group[0] ?? 0, 1],
                  [0, 1],
                  [0, 1],
                ],
              },
            }
          : { tag: 'Gather', value: { axis: 1 } },
      inputs: slices === true ? [node(0)] : [node(0), constant(4 + index)],
      output: spec(group.length),
    },
    {
      op: { tag: 'Table', value: undefined },
      inputs: [node(1 + 2 * index), constant(7 + index)],
      output: spec(group.length),
    },
  ]);
  const nodes: GraphNode[] = [
    {
      op: { tag: 'Requantise', value: { xZero: zero, requant } },
      inputs: [{ tag: 'Request', value: 0 }, constant(0)],
      output: spec(CHANNELS),
    },
    ...taken,
    {
      op: { tag: 'Concat', value: { axis: 1 } },
      inputs: [node(2), node(4), node(6)],
      output: spec(CHANNELS),
    },
    {
      op: { tag: 'Gather', value: { axis: 1 } },
      inputs: [node(7), constant(3)],
      output: spec(CHANNELS),
    },
    {
      op: {
        tag: 'Conv',
        value: {
          groups: 1,
          strides: [1, 1],
          pads: [0, 0, 0, 0],
          dilations: [1, 1],
          xZero: outputZero,
          wZero: 0,
          bias: false,
          requant: { zero: 120, min: 0, max: 255 },
        },
      },
      inputs: [node(8), constant(1), constant(2)],
      output: spec(4),
    },
  ];
  return graphOf([spec(CHANNELS)], initialisers, nodes, shown === true ? [4, 8, 9] : [9]);
};

const KINDS: Record<string, Kind> = {
  gates: { shift: 0 },
  'gates that were cut by slices': { shift: 0, slices: true },
  'gates between affine maps': { shift: 0.4 },
  'a table of noise among them': { shift: 0, noise: true },
  'nodes between that are asked for': { shift: 0, shown: true },
  'another order in the end': { shift: 0, shuffled: true },
};

describe.each(Object.entries(KINDS))('%s', (_, kind) => {
  const seeds = [61, 62, 63];

  it.each(LEVELS)('give the same bits at level %s', async (graphOptimizationLevel) => {
    for (const seed of seeds) {
      const graph = grouped(seed, kind);
      const loaded = referee.loadGraph(encodeGraph(graph));
      const session = await createExactSession(graph, {
        threads: 1,
        graphOptimizationLevel,
        outputs: 'declared',
      });
      const size = CHANNELS * (PLANE[0] ?? 1) * (PLANE[1] ?? 1);
      const random = createRandom(seed);
      // Every value on every channel, and values at random.
      const inputs = Array.from({ length: 8 }, (_, start) =>
        Uint8Array.from({ length: size }, (_, at) => (at + 35 * start) % 256),
      ).concat([Uint8Array.from({ length: size }, () => random.integer(0, 255))]);
      for (const input of inputs) {
        const want = loaded.evaluate([input]);
        const got = await session.run([input]);
        expect(got, `seed ${seed}`).toEqual(session.nodes.map((node) => want[node]));
      }
      await session.dispose();
      loaded.free();
    }
  });
});

it('is found where the channels are all there and in their places', () => {
  const found = (kind: Kind) => [...channelTables(grouped(61, kind)).keys()];
  expect(found({ shift: 0 })).toEqual([8]);
  expect(found({ shift: 0, slices: true })).toEqual([7, 8]);
  expect(found({ shift: 0, shuffled: true })).toEqual([]);
});

it('makes a program with none of the nodes between, for the level at which it is fast', () => {
  const programOf = (kind: Kind) =>
    createExactProgram(grouped(61, kind), { provider: 'cpu', outputs: 'declared' });
  const hasGather = ({ bytes }: { bytes: Uint8Array }) => Buffer.from(bytes).includes('Gather');
  expect(hasGather(programOf({ shift: 0 }))).toBe(false);
  expect(programOf({ shift: 0 }).level).toBe('extended');
  expect(hasGather(programOf({ shift: 0, noise: true }))).toBe(true);
  expect(programOf({ shift: 0, noise: true }).level).toBe('all');
});
