import { bytes } from '../bytes.ts';
import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';

export interface SealAccusationParameters {
  /** The 32 bytes that the referee's `seal` gives. */
  seal: Uint8Array;
}

/** Seals an accusation, with a bond: whoever copies its proof later does not get the bounty. Counts from the next block on. */
export const sealAccusation = (client: VeritraceClient, { seal }: SealAccusationParameters): Call =>
  createCall(client, 'disputes', 'seal', [bytes(seal)]);
