import type { VeritraceClient } from './client.ts';
import { callRuntime } from './runtime-call.ts';
import type { TensorSpec } from './state.ts';
import type { Balance, ModelId } from './types.ts';

/** What a request would cost now. */
export interface Quote {
  /** Of one worker. */
  price: Balance;
  /** Of all workers: the least `maxPrice`. */
  total: Balance;
  /** Held besides, and given back. */
  deposit: Balance;
  /** The owner's share, in parts per million. */
  royalty: number;
  inputs: TensorSpec[];
  /** Shortest and longest deadline, in blocks. */
  deadlines: [number, number];
  /** Blocks from the last claim to a final result, when no one objects. */
  window: number;
}

/** Asks the chain. `undefined` when the model takes no requests, or none with so many workers. */
export const getQuote = async (
  client: VeritraceClient,
  model: ModelId,
  redundancy = 1,
): Promise<Quote | undefined> => {
  const quote = await callRuntime(client.api, ['InferenceApi', 'quote'], [model, redundancy]);
  return quote as unknown as Quote | undefined;
};
