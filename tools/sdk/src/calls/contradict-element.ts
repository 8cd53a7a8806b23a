import { bytes, optional } from '../bytes.ts';
import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';
import { demandWithin } from '../limits.ts';
import type { Address, RequestId } from '../types.ts';

export interface ContradictElementParameters {
  request: RequestId;
  /** Whose claim. */
  worker: Address;
  /** SCALE `Contradiction` of an element. */
  proof: Uint8Array;
  /** What the signer's own seal over this accusation was made with. */
  salt?: Uint8Array | undefined;
}

/** Convicts a claim by showing what one element of a node’s output depends on. */
export const contradictElement = (
  client: VeritraceClient,
  { request, worker, proof, salt }: ContradictElementParameters,
): Call => {
  demandWithin(client, 'proof', 'the proof of an element', proof.length);
  return createCall(client, 'disputes', 'contradictElement', [
    request,
    worker,
    bytes(proof),
    optional(salt),
  ]);
};
