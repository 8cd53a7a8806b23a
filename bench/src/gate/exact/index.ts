/** Everything that is compared exactly, by the first part of its metrics' names. */
import type { Collector } from './collector.ts';

/** They only read files. */
export const readers: Readonly<Record<string, () => Promise<Collector>>> = {
  wasm: async () => (await import('./wasm.ts')).wasm,
  weights: async () => (await import('./weights.ts')).weights,
};

/** They run code of the checkout, in a process of its own. */
export const runners: Readonly<Record<string, () => Promise<Collector>>> = {
  proof: async () => (await import('./proofs.ts')).proofs,
  encoding: async () => (await import('./encodings.ts')).encodings,
};
