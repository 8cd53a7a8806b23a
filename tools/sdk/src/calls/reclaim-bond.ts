import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';
import type { Address, RequestId } from '../types.ts';

export interface ReclaimBondParameters {
  request: RequestId;
  /** Whose claim it was. */
  worker: Address;
  node: number;
}

/** Gives a challenger’s bond back after the claim is gone. By anyone. */
export const reclaimBond = (
  client: VeritraceClient,
  { request, worker, node }: ReclaimBondParameters,
): Call => createCall(client, 'disputes', 'reclaimBond', [request, worker, node]);
