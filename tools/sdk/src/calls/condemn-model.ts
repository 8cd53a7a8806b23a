import { bytes } from '../bytes.ts';
import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';
import type { ModelId } from '../types.ts';

export interface CondemnModelParameters {
  model: ModelId;
  /** SCALE `MalformedProof`. */
  proof: Uint8Array;
}

/** Shows that a node of a model is malformed. By anyone. */
export const condemnModel = (
  client: VeritraceClient,
  { model, proof }: CondemnModelParameters,
): Call => createCall(client, 'models', 'condemnModel', [model, bytes(proof)]);
