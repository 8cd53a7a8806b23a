import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';
import type { ModelId } from '../types.ts';

export interface StopServingParameters {
  model: ModelId;
}

/** Takes no more requests of a model. */
export const stopServing = (client: VeritraceClient, { model }: StopServingParameters): Call =>
  createCall(client, 'workers', 'stopServing', [model]);
