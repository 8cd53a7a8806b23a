import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';
import type { Balance, ModelId } from '../types.ts';

export interface SetTermsParameters {
  model: ModelId;
  /** Of one inference by one worker. */
  price: Balance;
  /** In parts per million. */
  royalty: number;
}

/** Changes price and royalty for requests to come. By the owner. */
export const setTerms = (
  client: VeritraceClient,
  { model, price, royalty }: SetTermsParameters,
): Call => createCall(client, 'models', 'setTerms', [model, price, royalty]);
