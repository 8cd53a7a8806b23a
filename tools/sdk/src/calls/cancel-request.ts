import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';
import type { RequestId } from '../types.ts';

export interface CancelRequestParameters {
  request: RequestId;
}

/** Takes a request back before workers were drawn, with a full refund. By its user. */
export const cancelRequest = (
  client: VeritraceClient,
  { request }: CancelRequestParameters,
): Call => createCall(client, 'inference', 'cancelRequest', [request]);
