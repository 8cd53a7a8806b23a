import { bytes } from '../bytes.ts';
import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';
import type { RequestId } from '../types.ts';

export interface SubmitInferenceResultParameters {
  request: RequestId;
  /** Tensor root of every node’s output. */
  trace: Uint8Array[];
  /** The declared outputs, row-major little-endian. */
  outputs: Uint8Array[];
}

/** Answers a request of one worker. By the worker’s operator. */
export const submitInferenceResult = (
  client: VeritraceClient,
  { request, trace, outputs }: SubmitInferenceResultParameters,
): Call =>
  createCall(client, 'inference', 'submitInferenceResult', [
    request,
    trace.map(bytes),
    outputs.map(bytes),
  ]);
