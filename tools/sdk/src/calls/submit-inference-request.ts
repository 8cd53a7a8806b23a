import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';
import { demandInputs, inputSource, type RequestInput } from '../request-input.ts';
import type { Balance, ModelId } from '../types.ts';

export interface SubmitInferenceRequestParameters {
  model: ModelId;
  /** One tensor per graph input: its bytes, or its root. One that is named by its root must be had by the workers. */
  inputs: RequestInput[];
  /** Most that all workers together may cost. */
  maxPrice: Balance;
  /** Length of each working phase, in blocks. */
  deadline: number;
  /** How many workers compute it. */
  redundancy: number;
}

/**
 * Asks a model; the price is held in escrow. The request’s id is in the event `inference.RequestSubmitted`. Throws a
 * `TooLarge`.
 */
export const submitInferenceRequest = (
  client: VeritraceClient,
  { model, inputs, maxPrice, deadline, redundancy }: SubmitInferenceRequestParameters,
): Call => {
  demandInputs(client, inputs);
  return createCall(client, 'inference', 'submitInferenceRequest', [
    model,
    inputs.map(inputSource),
    maxPrice,
    deadline,
    redundancy,
  ]);
};
