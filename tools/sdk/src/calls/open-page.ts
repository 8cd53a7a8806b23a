import { bytes } from '../bytes.ts';
import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';
import type { RequestId } from '../types.ts';

export interface OpenPageParameters {
  request: RequestId;
  /** The challenged page. */
  page: number;
  /** All of its leaves, in order. */
  leaves: Uint8Array[];
}

/** Answers the challenge of a page. By the worker’s operator. */
export const openPage = (
  client: VeritraceClient,
  { request, page, leaves }: OpenPageParameters,
): Call => createCall(client, 'disputes', 'openPage', [request, page, leaves.map(bytes)]);
