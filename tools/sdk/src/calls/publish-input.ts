import { bytes as toHex } from '../bytes.ts';
import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';
import { demandWithin } from '../limits.ts';
import type { RequestId } from '../types.ts';

export interface PublishInputParameters {
  request: RequestId;
  /** Which of the model’s inputs, counted from zero. */
  index: number;
  /** What the request’s root names, row-major little-endian. */
  bytes: Uint8Array;
}

/** Puts an input on chain that was named by its root. By anyone who has it. Throws a `TooLarge`. */
export const publishInput = (
  client: VeritraceClient,
  { request, index, bytes }: PublishInputParameters,
): Call => {
  demandWithin(client, 'input', `input ${index} of request ${request}`, bytes.length);
  return createCall(client, 'inference', 'publishInput', [request, index, toHex(bytes)]);
};
