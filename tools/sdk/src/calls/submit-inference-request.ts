import { bytes } from '../bytes.ts';
import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';
import type { Balance, ModelId } from '../types.ts';

export interface SubmitInferenceRequestParameters {
  model: ModelId;
  /** One tensor per graph input, row-major little-endian, exactly as long as its spec. */
  inputs: Uint8Array[];
  /** Most that all workers together may cost. */
  maxPrice: Balance;
  /** Length of each working phase, in blocks. */
  deadline: number;
  /** How many workers compute it. */
  redundancy: number;
}

/** Asks a model; the price is held in escrow. The request’s id is in the event `inference.RequestSubmitted`. */
export const submitInferenceRequest = (
  client: VeritraceClient,
  { model, inputs, maxPrice, deadline, redundancy }: SubmitInferenceRequestParameters,
): Call =>
  createCall(client, 'inference', 'submitInferenceRequest', [
    model,
    inputs.map(bytes),
    maxPrice,
    deadline,
    redundancy,
  ]);
