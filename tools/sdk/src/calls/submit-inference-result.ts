import { bytes } from '../bytes.ts';
import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';
import { demandWithin } from '../limits.ts';
import { type Trace, traceArgument } from '../trace.ts';
import type { RequestId } from '../types.ts';

export interface SubmitInferenceResultParameters {
  request: RequestId;
  /** As the number of nodes demands; the referee’s `reveal` gives it. */
  trace: Trace;
  /** The declared outputs, row-major little-endian. */
  outputs: Uint8Array[];
}

/** Answers a request of one worker. By the worker’s operator. */
export const submitInferenceResult = (
  client: VeritraceClient,
  { request, outputs, ...given }: SubmitInferenceResultParameters,
): Call => {
  const trace = traceArgument(given.trace);
  for (const [index, output] of outputs.entries()) {
    demandWithin(client, 'output', `output ${index}`, output.length);
  }
  return createCall(client, 'inference', 'submitInferenceResult', [
    request,
    trace,
    outputs.map(bytes),
  ]);
};
