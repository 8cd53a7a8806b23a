import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';
import type { Balance } from '../types.ts';

export interface RebondStakeParameters {
  amount: Balance;
}

/** Puts unbonding stake back to work. */
export const rebondStake = (client: VeritraceClient, { amount }: RebondStakeParameters): Call =>
  createCall(client, 'workers', 'rebond', [amount]);
