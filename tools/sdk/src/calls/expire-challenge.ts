import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';
import type { Address, RequestId } from '../types.ts';

export interface ExpireChallengeParameters {
  request: RequestId;
  /** Whose claim. */
  worker: Address;
  node: number;
}

/** Ends a challenge whose clock ran out, against the side that was silent. By anyone. */
export const expireChallenge = (
  client: VeritraceClient,
  { request, worker, node }: ExpireChallengeParameters,
): Call => createCall(client, 'disputes', 'expireChallenge', [request, worker, node]);
