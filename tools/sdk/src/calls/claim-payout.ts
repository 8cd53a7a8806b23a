import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';
import type { Address } from '../types.ts';

export interface ClaimPayoutParameters {
  /** Whose. */
  account: Address;
}

/** Pays out what an account earned in amounts too small to open it. By anyone. */
export const claimPayout = (client: VeritraceClient, { account }: ClaimPayoutParameters): Call =>
  createCall(client, 'payouts', 'claim', [account]);
