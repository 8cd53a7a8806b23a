import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';
import type { Balance } from '../types.ts';

export interface BondExtraParameters {
  amount: Balance;
}

/** Adds to the stake. */
export const bondExtra = (client: VeritraceClient, { amount }: BondExtraParameters): Call =>
  createCall(client, 'workers', 'bondExtra', [amount]);
