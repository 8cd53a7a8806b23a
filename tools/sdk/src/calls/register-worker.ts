import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';
import type { Address, Balance } from '../types.ts';

export interface RegisterWorkerParameters {
  /** Signs the work; cannot move stake. */
  operator: Address;
  /** Stake to bond. */
  bond: Balance;
  /** Requests below it are not drawn to this worker. */
  minPrice: Balance;
}

/** Registers the signer as a worker and bonds its stake. */
export const registerWorker = (
  client: VeritraceClient,
  { operator, bond, minPrice }: RegisterWorkerParameters,
): Call => createCall(client, 'workers', 'registerWorker', [operator, bond, minPrice]);
