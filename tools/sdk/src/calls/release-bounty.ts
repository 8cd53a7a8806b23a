import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';
import type { Hex, RequestId } from '../types.ts';

export interface ReleaseBountyParameters {
  request: RequestId;
  /** The trace root that fell. */
  traceRoot: Hex;
}

/** Frees a bounty once no seal can turn up any more. By anyone. */
export const releaseBounty = (
  client: VeritraceClient,
  { request, traceRoot }: ReleaseBountyParameters,
): Call => createCall(client, 'disputes', 'releaseBounty', [request, traceRoot]);
