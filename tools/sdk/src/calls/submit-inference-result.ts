import { bytes } from '../bytes.ts';
import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';
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
  return createCall(client, 'inference', 'submitInferenceResult', [
    request,
    trace,
    outputs.map(bytes),
  ]);
};
