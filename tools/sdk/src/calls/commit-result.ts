import { bytes } from '../bytes.ts';
import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';
import type { RequestId } from '../types.ts';

export interface CommitResultParameters {
  request: RequestId;
  /** 32 bytes, from `referee.commitment`. */
  commitment: Uint8Array;
}

/** Commits to a result without showing it. By the worker’s operator. */
export const commitResult = (
  client: VeritraceClient,
  { request, commitment }: CommitResultParameters,
): Call => createCall(client, 'inference', 'commitResult', [request, bytes(commitment)]);
