import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';
import type { ModelId } from '../types.ts';

export interface DeprecateModelParameters {
  model: ModelId;
}

/** Withdraws a model from new requests. By the owner. */
export const deprecateModel = (
  client: VeritraceClient,
  { model }: DeprecateModelParameters,
): Call => createCall(client, 'models', 'deprecate', [model]);
