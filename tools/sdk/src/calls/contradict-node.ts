import { bytes, optional } from '../bytes.ts';
import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';
import { demandWithin } from '../limits.ts';
import type { Address, RequestId } from '../types.ts';

export interface ContradictNodeParameters {
  request: RequestId;
  /** Whose claim. */
  worker: Address;
  /** SCALE `Contradiction` of a whole node. */
  proof: Uint8Array;
  /** What the signer's own seal over this accusation was made with. */
  salt?: Uint8Array | undefined;
}

/** Convicts a claim by showing all inputs of one node. A proof that is not accepted costs a penalty and emits `disputes.ProofRejected`. */
export const contradictNode = (
  client: VeritraceClient,
  { request, worker, proof, salt }: ContradictNodeParameters,
): Call => {
  demandWithin(client, 'proof', 'the proof of a whole node', proof.length);
  return createCall(client, 'disputes', 'contradictNode', [
    request,
    worker,
    bytes(proof),
    optional(salt),
  ]);
};
