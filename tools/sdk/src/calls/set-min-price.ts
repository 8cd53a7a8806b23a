import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';
import type { Balance } from '../types.ts';

export interface SetMinPriceParameters {
  minPrice: Balance;
}

/** Changes the least price this worker serves for. */
export const setMinPrice = (client: VeritraceClient, { minPrice }: SetMinPriceParameters): Call =>
  createCall(client, 'workers', 'setMinPrice', [minPrice]);
