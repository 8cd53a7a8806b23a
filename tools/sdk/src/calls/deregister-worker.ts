import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';

/** Ends being a worker and gives all stake back; open claims and unbonding stake forbid it. */
export const deregisterWorker = (client: VeritraceClient): Call =>
  createCall(client, 'workers', 'deregister', []);
