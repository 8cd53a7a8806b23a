import { bytes } from '../bytes.ts';
import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';
import { demandWithin } from '../limits.ts';
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
): Call => {
  demandWithin(client, 'malformedProof', 'the proof against a model', proof.length);
  return createCall(client, 'models', 'condemnModel', [model, bytes(proof)]);
};
