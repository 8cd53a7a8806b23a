import { bytes } from '../bytes.ts';
import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';
import { demandWithin } from '../limits.ts';
import { type Trace, traceArgument } from '../trace.ts';
import type { RequestId } from '../types.ts';

export interface RevealResultParameters {
  request: RequestId;
  /** As the number of nodes demands; the referee’s `reveal` gives it. */
  trace: Trace;
  /** The declared outputs, row-major little-endian. */
  outputs: Uint8Array[];
  /** The 32 bytes the commitment was made with. */
  salt: Uint8Array;
}

/** Shows what was committed to. By the worker’s operator, while the request is revealing. */
export const revealResult = (
  client: VeritraceClient,
  { request, outputs, salt, ...given }: RevealResultParameters,
): Call => {
  const trace = traceArgument(given.trace);
  for (const [index, output] of outputs.entries()) {
    demandWithin(client, 'output', `output ${index}`, output.length);
  }
  return createCall(client, 'inference', 'revealResult', [
    request,
    trace,
    outputs.map(bytes),
    bytes(salt),
  ]);
};
