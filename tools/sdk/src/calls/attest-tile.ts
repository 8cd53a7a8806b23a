import { bytes } from '../bytes.ts';
import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';
import { demandWithin } from '../limits.ts';
import type { RequestId } from '../types.ts';

export interface AttestTileParameters {
  request: RequestId;
  /** SCALE `Attestation`. */
  proof: Uint8Array;
}

/** Shows the tile of an audited claim that the lot fell on. By the auditor’s operator. */
export const attestTile = (
  client: VeritraceClient,
  { request, proof }: AttestTileParameters,
): Call => {
  demandWithin(client, 'proof', 'the attestation', proof.length);
  return createCall(client, 'disputes', 'attest', [request, bytes(proof)]);
};
