import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';
import type { PayoutParameters } from '../parameters.ts';

export interface SetPayoutParametersArguments {
  /** All of them. */
  parameters: PayoutParameters;
}

/** Changes the parameters of the payouts pallet. By root. */
export const setPayoutParameters = (
  client: VeritraceClient,
  { parameters }: SetPayoutParametersArguments,
): Call => createCall(client, 'payouts', 'setParameters', [parameters]);
