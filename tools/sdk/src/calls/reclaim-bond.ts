import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';
import { type Subject, subjectArgument } from '../subject.ts';
import type { Address, RequestId } from '../types.ts';

export interface ReclaimBondParameters {
  request: RequestId;
  /** Whose claim it was. */
  worker: Address;
  /** What was challenged. */
  subject: Subject;
}

/** Gives a challenger’s bond back after the claim is gone. By anyone. */
export const reclaimBond = (
  client: VeritraceClient,
  { request, worker, ...given }: ReclaimBondParameters,
): Call => {
  const subject = subjectArgument(given.subject);
  return createCall(client, 'disputes', 'reclaimBond', [request, worker, subject]);
};
