import { bytes } from '../bytes.ts';
import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';
import type { ModelId } from '../types.ts';

export interface SubmitGraphPageParameters {
  model: ModelId;
  /** SCALE-encoded page items. */
  page: Uint8Array;
}

/** Submits the next page of a draft’s graph; the chain decodes, checks and hashes it. */
export const submitGraphPage = (
  client: VeritraceClient,
  { model, page }: SubmitGraphPageParameters,
): Call => createCall(client, 'models', 'submitGraphPage', [model, bytes(page)]);
