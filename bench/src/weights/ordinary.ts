/** What an ordinary call is: aims are about it, not about the least or the greatest that a benchmark has measured. */
import type { Component } from './detail.ts';

/** One worker, a kilobyte of input, a model of 16 nodes, 64 bytes of output. Other components are at their least. */
const ordinary: Record<string, number> = { b: 1_024, t: 16, o: 64 };

/** Values of the components of an ordinary call, in their order. */
export const ordinaryValues = (components: readonly Component[]): number[] =>
  components.map(({ name, min, max }) => Math.min(Math.max(ordinary[name] ?? min, min), max));
