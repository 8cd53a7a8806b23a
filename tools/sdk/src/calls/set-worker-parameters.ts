import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';
import type { WorkerParameters } from '../parameters.ts';

export interface SetWorkerParametersArguments {
  /** All of them. */
  parameters: WorkerParameters;
}

/** Changes the parameters of the workers pallet. By root. */
export const setWorkerParameters = (
  client: VeritraceClient,
  { parameters }: SetWorkerParametersArguments,
): Call => createCall(client, 'workers', 'setParameters', [parameters]);
