import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';
import type { RequestId } from '../types.ts';

export interface InputUnavailableParameters {
  request: RequestId;
}

/**
 * Says that an input cannot be had, in the first half of a working phase: it must be published, or the request closes. By
 * the operator of a worker drawn for it.
 */
export const inputUnavailable = (
  client: VeritraceClient,
  { request }: InputUnavailableParameters,
): Call => createCall(client, 'inference', 'inputUnavailable', [request]);
