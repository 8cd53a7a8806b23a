import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';
import type { ModelId } from '../types.ts';

export interface ServeModelParameters {
  model: ModelId;
}

/** Offers to serve a model: its requests are drawn among those who do. */
export const serveModel = (client: VeritraceClient, { model }: ServeModelParameters): Call =>
  createCall(client, 'workers', 'serveModel', [model]);
