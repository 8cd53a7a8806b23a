import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';
import { demandInputs, inputSource } from '../request-input.ts';
import type { FamilyId } from '../types.ts';
import type { SubmitInferenceRequestParameters } from './submit-inference-request.ts';

export interface SubmitRequestToLatestParameters
  extends Omit<SubmitInferenceRequestParameters, 'model'> {
  family: FamilyId;
}

/**
 * Asks the version that is a family’s latest in the block of the request; `inference.RequestSubmitted` names it. Throws a
 * `TooLarge`.
 */
export const submitRequestToLatest = (
  client: VeritraceClient,
  { family, inputs, maxPrice, deadline, redundancy }: SubmitRequestToLatestParameters,
): Call => {
  demandInputs(client, inputs);
  return createCall(client, 'inference', 'submitRequestToLatest', [
    family,
    inputs.map(inputSource),
    maxPrice,
    deadline,
    redundancy,
  ]);
};
