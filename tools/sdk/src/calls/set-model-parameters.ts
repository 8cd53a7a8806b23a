import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';
import type { ModelParameters } from '../parameters.ts';

export interface SetModelParametersArguments {
  /** All of them. */
  parameters: ModelParameters;
}

/** Changes the parameters of the models pallet. By root. */
export const setModelParameters = (
  client: VeritraceClient,
  { parameters }: SetModelParametersArguments,
): Call => createCall(client, 'models', 'setParameters', [parameters]);
