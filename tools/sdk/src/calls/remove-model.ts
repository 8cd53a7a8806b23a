import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';
import type { ModelId } from '../types.ts';

export interface RemoveModelParameters {
  model: ModelId;
}

/** Removes a draft, deprecated or condemned model without open requests; the deposit of one not condemned goes back. */
export const removeModel = (client: VeritraceClient, { model }: RemoveModelParameters): Call =>
  createCall(client, 'models', 'remove', [model]);
