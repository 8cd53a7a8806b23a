/** What a daemon and the process that computes for it say to each other, over Node's channel between them. */
import type { Graph } from '@veritrace/referee';
import type { EngineOptions } from '../types.ts';

export type ToEngine =
  /** Comes first, once. */
  | { type: 'load'; graph: Graph; options: EngineOptions }
  | { type: 'run'; run: number; inputs: Uint8Array[] };

export type FromEngine =
  | { type: 'loaded' }
  | { type: 'result'; run: number; outputs: Uint8Array[] }
  /** Of the run, or of the loading where there is none. */
  | { type: 'failed'; run: number | undefined; reason: string };
