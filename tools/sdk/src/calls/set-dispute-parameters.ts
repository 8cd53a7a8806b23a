import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';
import type { DisputeParameters } from '../parameters.ts';

export interface SetDisputeParametersArguments {
  /** All of them. */
  parameters: DisputeParameters;
}

/** Changes the parameters of the disputes pallet. By root. */
export const setDisputeParameters = (
  client: VeritraceClient,
  { parameters }: SetDisputeParametersArguments,
): Call => createCall(client, 'disputes', 'setParameters', [parameters]);
