import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';
import type { Balance, FamilyId } from '../types.ts';

export interface AcceptFamilyParameters {
  family: FamilyId;
  /** Most that may be held for its models: the owner may have added some. */
  maxDeposit: Balance;
}

/** Takes over a family with all its models, deposits and royalties. By whom it is offered to. */
export const acceptFamily = (
  client: VeritraceClient,
  { family, maxDeposit }: AcceptFamilyParameters,
): Call => createCall(client, 'models', 'acceptFamily', [family, maxDeposit]);
