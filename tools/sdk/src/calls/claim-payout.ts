import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';
import type { Address } from '../types.ts';

export interface ClaimPayoutParameters {
  /** Whose. */
  who: Address;
}

/** Pays out what an account earned in amounts too small to open it. By anyone. */
export const claimPayout = (client: VeritraceClient, { who }: ClaimPayoutParameters): Call =>
  createCall(client, 'payouts', 'claim', [who]);
