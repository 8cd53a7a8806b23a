import { bytes } from '../bytes.ts';
import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';
import { demandWithin } from '../limits.ts';
import type { ModelId } from '../types.ts';

export interface SubmitGraphPageParameters {
  model: ModelId;
  /** SCALE-encoded page items. */
  page: Uint8Array;
}

/** Submits the next page of a draft’s graph; the chain decodes, checks and hashes it. Throws a `TooLarge`. */
export const submitGraphPage = (
  client: VeritraceClient,
  { model, page }: SubmitGraphPageParameters,
): Call => {
  demandWithin(client, 'page', 'the page of the graph', page.length);
  return createCall(client, 'models', 'submitGraphPage', [model, bytes(page)]);
};
