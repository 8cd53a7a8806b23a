import { bytes, optional } from '../bytes.ts';
import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';
import { demandWithin } from '../limits.ts';
import type { Address, RequestId } from '../types.ts';

export interface ContradictTileParameters {
  request: RequestId;
  /** Whose claim. */
  worker: Address;
  /** SCALE `Contradiction` of a tile. */
  proof: Uint8Array;
  /** What the signer's own seal over this accusation was made with. */
  salt?: Uint8Array | undefined;
}

/** Convicts a claim by showing what one tile of a node’s output depends on. */
export const contradictTile = (
  client: VeritraceClient,
  { request, worker, proof, salt }: ContradictTileParameters,
): Call => {
  demandWithin(client, 'proof', 'the proof of a tile', proof.length);
  return createCall(client, 'disputes', 'contradictTile', [
    request,
    worker,
    bytes(proof),
    optional(salt),
  ]);
};
