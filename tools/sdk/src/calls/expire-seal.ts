import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';
import type { Address, Hex } from '../types.ts';

export interface ExpireSealParameters {
  /** Whose seal. */
  who: Address;
  seal: Hex;
}

/** Burns the bond of a seal that expired unused. By anyone. */
export const expireSeal = (client: VeritraceClient, { who, seal }: ExpireSealParameters): Call =>
  createCall(client, 'disputes', 'expireSeal', [who, seal]);
