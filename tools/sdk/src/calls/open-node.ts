import { bytes } from '../bytes.ts';
import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';
import { demandWithin } from '../limits.ts';
import type { RequestId } from '../types.ts';

export interface OpenNodeParameters {
  request: RequestId;
  /** The challenged node. */
  node: number;
  /** SCALE `Opening`. */
  opening: Uint8Array;
}

/** Answers a challenge. By the worker’s operator. */
export const openNode = (
  client: VeritraceClient,
  { request, node, opening }: OpenNodeParameters,
): Call => {
  demandWithin(client, 'opening', `the opening of node ${node}`, opening.length);
  return createCall(client, 'disputes', 'open', [request, node, bytes(opening)]);
};
