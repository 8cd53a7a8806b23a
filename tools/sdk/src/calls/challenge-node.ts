import { bytes } from '../bytes.ts';
import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';
import { demandWithin } from '../limits.ts';
import type { Address, RequestId } from '../types.ts';

export interface ChallengeNodeParameters {
  request: RequestId;
  /** Whose claim. */
  worker: Address;
  /** SCALE `ChallengeProof`. */
  proof: Uint8Array;
}

/** Demands, with a bond, that a worker show what is under a leaf of its claim. */
export const challengeNode = (
  client: VeritraceClient,
  { request, worker, proof }: ChallengeNodeParameters,
): Call => {
  demandWithin(client, 'proof', 'what a challenge shows', proof.length);
  return createCall(client, 'disputes', 'challenge', [request, worker, bytes(proof)]);
};
