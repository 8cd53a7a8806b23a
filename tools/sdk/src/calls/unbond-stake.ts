import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';
import type { Balance } from '../types.ts';

export interface UnbondStakeParameters {
  amount: Balance;
}

/** Takes free stake out of service; it can be withdrawn after the unbonding delay. */
export const unbondStake = (client: VeritraceClient, { amount }: UnbondStakeParameters): Call =>
  createCall(client, 'workers', 'unbond', [amount]);
