/**
 * Calls as runtimes of version 1 take them, where the present ones are others. They are made from the metadata of the
 * chain, so one that does not fit is an error here and not on chain.
 */
import {
  type Call,
  createCall,
  type Hex,
  type RequestId,
  type VeritraceClient,
} from '@veritrace/sdk';

const hex = (bytes: Uint8Array): Hex => `0x${Buffer.from(bytes).toString('hex')}`;

/** Inputs are bytes; there are no others. */
export const submitInferenceRequestV1 = (
  client: VeritraceClient,
  ask: {
    model: Hex;
    inputs: Uint8Array[];
    maxPrice: bigint;
    deadline: number;
    redundancy: number;
  },
): Call =>
  createCall(client, 'inference', 'submitInferenceRequest', [
    ask.model,
    ask.inputs.map(hex),
    ask.maxPrice,
    ask.deadline,
    ask.redundancy,
  ]);

interface Told {
  request: RequestId;
  leaves: readonly Uint8Array[];
  outputs: readonly Uint8Array[];
}

/** A trace is its leaves; there are no others. */
export const submitInferenceResultV1 = (
  client: VeritraceClient,
  { request, leaves, outputs }: Told,
): Call =>
  createCall(client, 'inference', 'submitInferenceResult', [
    request,
    leaves.map(hex),
    outputs.map(hex),
  ]);

/** As above, with the salt of the commitment. */
export const revealResultV1 = (
  client: VeritraceClient,
  { request, leaves, outputs, salt }: Told & { salt: Uint8Array },
): Call =>
  createCall(client, 'inference', 'revealResult', [
    request,
    leaves.map(hex),
    outputs.map(hex),
    hex(salt),
  ]);

/** Parameters are read and set as the chain has them: those of version 1 are fewer. */
export const changeParametersV1 = (
  client: VeritraceClient,
  pallet: string,
  present: object,
  change: object,
): Call => createCall(client, pallet, 'setParameters', [{ ...present, ...change }]);
