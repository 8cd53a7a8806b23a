/**
 * Graphs of thousands of small nodes, made on the fly: lookups, sums with values from far before, and products, one after
 * the other over a few bytes, and in the end the index of the largest, or all of them on a wide sheet. Seeded, so that a run
 * has the same ones again.
 */
import {
  type Graph,
  type GraphNode,
  kernelVersionOf,
  type Ref,
  type TensorSpec,
} from '@veritrace/referee/graph';
import { createRandom, pick } from '../actors/random.ts';

/** Values that a node of such a graph has, hence those of a request. */
export const DEEP_WIDTH = 16;

/** Values in a row of its answer, where that is a sheet. */
export const SHEET_WIDTH = 32;

export interface DeepModel {
  nodes: number;
  seed: number;
  /** Rows of the answer, `SHEET_WIDTH` values each, where it is not the index of the largest: more than a claim carries, if one likes. */
  rows?: number | undefined;
}

const VALUES: TensorSpec = { dtype: 'U8', shape: [1, DEEP_WIDTH] };

const scaleBytes = (scale: number): Uint8Array => new Uint8Array(new Float32Array([scale]).buffer);

/** The numbers from 0 to 255 in some order. */
const permutation = (random: () => number): Uint8Array => {
  const table = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  for (let at = 255; at > 0; at -= 1) {
    const other = pick(random, at + 1);
    [table[at], table[other]] = [table[other] ?? 0, table[at] ?? 0];
  }
  return table;
};

const node = (value: number): Ref => ({ tag: 'Node', value });
const initialiser = (value: number): Ref => ({ tag: 'Initialiser', value });

const TABLE = initialiser(0);
const HALF = initialiser(1);
const WEIGHTS = initialiser(2);
const SMALL = initialiser(3);

/** A graph of so many nodes. */
export const deepGraph = ({ nodes: count, seed, rows }: DeepModel): Graph => {
  const random = createRandom(seed, `deep:${count}`);
  const initialisers = [
    { spec: { dtype: 'U8' as const, shape: [256] }, data: permutation(random) },
    { spec: { dtype: 'F32' as const, shape: [1] }, data: scaleBytes(0.5) },
    {
      spec: { dtype: 'I8' as const, shape: [DEEP_WIDTH, DEEP_WIDTH] },
      data: Uint8Array.from({ length: DEEP_WIDTH ** 2 }, () => pick(random, 256)),
    },
    { spec: { dtype: 'F32' as const, shape: [1] }, data: scaleBytes(1 / 64) },
  ];
  const requant = { zero: 0, min: 0, max: 255 };
  const next = (index: number): GraphNode => {
    const last: Ref = index === 0 ? { tag: 'Request', value: 0 } : node(index - 1);
    if (index === count - 1 && rows !== undefined) {
      const pads: [number, number][] = [
        [0, rows - 1],
        [0, SHEET_WIDTH - DEEP_WIDTH],
      ];
      return {
        op: { tag: 'Pad', value: { pads, value: 0 } },
        inputs: [last],
        output: { dtype: 'U8', shape: [rows, SHEET_WIDTH] },
      };
    }
    if (index === count - 1) {
      return {
        op: { tag: 'ArgMax', value: { axis: 1, keepDims: false } },
        inputs: [last],
        output: { dtype: 'I32', shape: [1] },
      };
    }
    const kind = random();
    if (index > 0 && kind < 0.25) {
      return {
        op: { tag: 'Add', value: { aZero: 0, aMul: 1, bZero: 0, bMul: 1, requant } },
        inputs: [last, node(pick(random, index)), HALF],
        output: VALUES,
      };
    }
    if (kind < 0.3) {
      return {
        op: { tag: 'MatMul', value: { xZero: 128, wZero: 0, bias: false, requant } },
        inputs: [last, WEIGHTS, SMALL],
        output: VALUES,
      };
    }
    return { op: { tag: 'Table', value: undefined }, inputs: [last, TABLE], output: VALUES };
  };
  const made = Array.from({ length: count }, (_, index) => next(index));
  // A small graph may have no sum or no product; nobody takes a graph with initialisers that no node uses.
  const used = initialisers
    .map((_, index) => index)
    .filter((index) =>
      made.some(({ inputs }) =>
        inputs.some(({ tag, value }) => tag === 'Initialiser' && value === index),
      ),
    );
  const renumbered = (ref: Ref): Ref =>
    ref.tag === 'Initialiser' ? initialiser(used.indexOf(ref.value)) : ref;
  return {
    header: {
      kernelVersion: kernelVersionOf(made),
      layoutVersion: 1,
      nodeCount: count,
      initialiserCount: used.length,
      inputs: [VALUES],
      outputs: [count - 1],
    },
    initialisers: initialisers.filter((_, index) => used.includes(index)),
    nodes: made.map((one) => ({ ...one, inputs: one.inputs.map(renumbered) })),
  };
};
