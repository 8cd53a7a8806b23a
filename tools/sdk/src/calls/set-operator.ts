import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';
import type { Address } from '../types.ts';

export interface SetOperatorParameters {
  operator: Address;
}

/** Gives the signing of work to another key. */
export const setOperator = (client: VeritraceClient, { operator }: SetOperatorParameters): Call =>
  createCall(client, 'workers', 'setOperator', [operator]);
