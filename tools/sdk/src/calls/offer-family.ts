import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';
import type { Address, FamilyId } from '../types.ts';

export interface OfferFamilyParameters {
  family: FamilyId;
  /** Who may accept it; nobody any more if absent. */
  heir?: Address | undefined;
}

/** Offers a family to another account; nothing changes hands before that accepts it. By the owner. */
export const offerFamily = (
  client: VeritraceClient,
  { family, heir }: OfferFamilyParameters,
): Call => createCall(client, 'models', 'offerFamily', [family, heir]);
