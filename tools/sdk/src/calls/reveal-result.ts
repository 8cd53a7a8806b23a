import { bytes } from '../bytes.ts';
import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';
import type { RequestId } from '../types.ts';

export interface RevealResultParameters {
  request: RequestId;
  /** Tensor root of every node’s output. */
  trace: Uint8Array[];
  /** The declared outputs, row-major little-endian. */
  outputs: Uint8Array[];
  /** The 32 bytes the commitment was made with. */
  salt: Uint8Array;
}

/** Shows what was committed to. By the worker’s operator, while the request is revealing. */
export const revealResult = (
  client: VeritraceClient,
  { request, trace, outputs, salt }: RevealResultParameters,
): Call =>
  createCall(client, 'inference', 'revealResult', [
    request,
    trace.map(bytes),
    outputs.map(bytes),
    bytes(salt),
  ]);
