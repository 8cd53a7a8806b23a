import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';
import { type Subject, subjectArgument } from '../subject.ts';
import type { Address, RequestId } from '../types.ts';

export interface ExpireChallengeParameters {
  request: RequestId;
  /** Whose claim. */
  worker: Address;
  /** What was challenged. */
  subject: Subject;
}

/** Ends a challenge whose clock ran out, against the side that was silent. By anyone. */
export const expireChallenge = (
  client: VeritraceClient,
  { request, worker, ...given }: ExpireChallengeParameters,
): Call => {
  const subject = subjectArgument(given.subject);
  return createCall(client, 'disputes', 'expireChallenge', [request, worker, subject]);
};
