/** A graph of more nodes than a page has leaves: one lookup after the other, on four bytes. */
import {
  encodeGraph,
  type Graph,
  KERNEL_VERSION,
  type Referee,
  type TensorSpec,
} from '@veritrace/referee';
import { toHex } from '../digest.ts';
import type { LoadedModel } from '../types.ts';

/** A page, and one of 76 leaves. */
export const LONG_NODES = 1_100;

const VALUES: TensorSpec = { dtype: 'U8', shape: [1, 4] };

export const longGraph = (): Graph => ({
  header: {
    kernelVersion: KERNEL_VERSION,
    layoutVersion: 2,
    nodeCount: LONG_NODES,
    initialiserCount: 1,
    inputs: [VALUES],
    outputs: [LONG_NODES - 1],
  },
  initialisers: [
    {
      spec: { dtype: 'U8', shape: [256] },
      data: Uint8Array.from({ length: 256 }, (_, byte) => (byte * 7 + 3) % 256),
    },
  ],
  nodes: Array.from({ length: LONG_NODES }, (_, index) => ({
    op: { tag: 'Table' as const, value: undefined },
    inputs: [
      index === 0
        ? { tag: 'Request' as const, value: 0 }
        : { tag: 'Node' as const, value: index - 1 },
      { tag: 'Initialiser' as const, value: 0 },
    ],
    output: VALUES,
  })),
});

export const longModel = (referee: Referee): LoadedModel => {
  const loaded = referee.loadGraph(encodeGraph(longGraph()));
  return { name: 'long', loaded, graphRoot: toHex(loaded.graphRoot) };
};

export const longInput = (seed: number): Uint8Array => Uint8Array.of(seed, 40, 41, 250);
