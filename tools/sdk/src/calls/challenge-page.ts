import { bytes } from '../bytes.ts';
import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';
import type { Address, RequestId } from '../types.ts';

export interface ChallengePageParameters {
  request: RequestId;
  /** Whose claim. */
  worker: Address;
  /** The page with its hash in the claim and the path to the trace root; the referee’s `provePage` gives it. */
  proof: { page: number; hash: Uint8Array; path: Uint8Array[] };
}

/** Demands, with a bond, that a worker show the leaves of a page of its claim’s trace. */
export const challengePage = (
  client: VeritraceClient,
  { request, worker, ...given }: ChallengePageParameters,
): Call => {
  const { page, hash, path } = given.proof;
  const proof = { page, hash: bytes(hash), path: path.map(bytes) };
  return createCall(client, 'disputes', 'challengePage', [request, worker, proof]);
};
