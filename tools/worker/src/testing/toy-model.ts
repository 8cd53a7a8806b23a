/** A graph of three nodes: a product large enough for several tiles, its requantisation, the largest element. */
import { encodeGraph, type Graph, KERNEL_VERSION, type Referee } from '@veritrace/referee';
import { toHex } from '../digest.ts';
import type { LoadedModel } from '../types.ts';

const WIDTH = 64;
const HEIGHT = 600;

const scaleBytes = (scale: number): Uint8Array => new Uint8Array(new Float32Array([scale]).buffer);

export const toyGraph = (): Graph => ({
  header: {
    kernelVersion: KERNEL_VERSION,
    layoutVersion: 1,
    nodeCount: 3,
    initialiserCount: 2,
    inputs: [{ dtype: 'U8', shape: [1, WIDTH] }],
    outputs: [1, 2],
  },
  initialisers: [
    {
      spec: { dtype: 'I8', shape: [HEIGHT, WIDTH] },
      data: Uint8Array.from({ length: HEIGHT * WIDTH }, (_, index) => (index * 37 + 11) % 251),
    },
    { spec: { dtype: 'F32', shape: [1] }, data: scaleBytes(0.01) },
  ],
  nodes: [
    {
      op: { tag: 'MatMul', value: { xZero: 0, wZero: 0, bias: false, requant: undefined } },
      inputs: [
        { tag: 'Request', value: 0 },
        { tag: 'Initialiser', value: 0 },
      ],
      output: { dtype: 'I32', shape: [1, HEIGHT] },
    },
    {
      op: { tag: 'Requantise', value: { xZero: 0, requant: { zero: 128, min: 0, max: 255 } } },
      inputs: [
        { tag: 'Node', value: 0 },
        { tag: 'Initialiser', value: 1 },
      ],
      output: { dtype: 'U8', shape: [1, HEIGHT] },
    },
    {
      op: { tag: 'ArgMax', value: { axis: 1, keepDims: false } },
      inputs: [{ tag: 'Node', value: 1 }],
      output: { dtype: 'I32', shape: [1] },
    },
  ],
});

export const toyModel = (referee: Referee): LoadedModel => {
  const loaded = referee.loadGraph(encodeGraph(toyGraph()));
  return { name: 'toy', loaded, graphRoot: toHex(loaded.graphRoot) };
};

export const toyInput = (seed: number): Uint8Array =>
  Uint8Array.from({ length: WIDTH }, (_, index) => (seed * 53 + index * 29) % 256);
