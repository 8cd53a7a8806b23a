import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';
import type { Address, ModelId } from '../types.ts';

export interface RefreshTicketsParameters {
  /** Whose. */
  worker: Address;
  model: ModelId;
}

/** Makes or takes the tickets that a worker is entitled to after a change of parameters. By anyone. */
export const refreshTickets = (
  client: VeritraceClient,
  { worker, model }: RefreshTicketsParameters,
): Call => createCall(client, 'workers', 'refreshTickets', [worker, model]);
