import { bytes } from '../bytes.ts';
import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';
import type { Hex, RequestId } from '../types.ts';

export interface RevealSealParameters {
  request: RequestId;
  /** The trace root that fell. */
  traceRoot: Hex;
  /** What the seal was made with. */
  salt: Uint8Array;
}

/** Shows a seal over a claim that fell to someone else’s proof: the bond comes back, and the bounty if no seal is earlier. */
export const revealSeal = (
  client: VeritraceClient,
  { request, traceRoot, salt }: RevealSealParameters,
): Call => createCall(client, 'disputes', 'revealSeal', [request, traceRoot, bytes(salt)]);
