import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';
import type { ModelId } from '../types.ts';

export interface SetLatestParameters {
  /** A live version, an older one, too. */
  model: ModelId;
}

/** Lets a version take the requests made to the latest of its family. By the owner. */
export const setLatest = (client: VeritraceClient, { model }: SetLatestParameters): Call =>
  createCall(client, 'models', 'setLatest', [model]);
