import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';
import type { RequestId } from '../types.ts';

export interface SettleRequestParameters {
  request: RequestId;
}

/** Does whatever is due for a request. By anyone. */
export const settleRequest = (
  client: VeritraceClient,
  { request }: SettleRequestParameters,
): Call => createCall(client, 'inference', 'settle', [request]);
