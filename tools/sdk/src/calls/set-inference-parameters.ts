import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';
import type { InferenceParameters } from '../parameters.ts';

export interface SetInferenceParametersArguments {
  /** All of them. */
  parameters: InferenceParameters;
}

/** Changes the parameters of the inference pallet. By root. */
export const setInferenceParameters = (
  client: VeritraceClient,
  { parameters }: SetInferenceParametersArguments,
): Call => createCall(client, 'inference', 'setParameters', [parameters]);
