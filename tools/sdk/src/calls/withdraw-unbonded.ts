import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';

/** Gives back what has finished unbonding. */
export const withdrawUnbonded = (client: VeritraceClient): Call =>
  createCall(client, 'workers', 'withdrawUnbonded', []);
