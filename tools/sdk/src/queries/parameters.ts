import type { VeritraceClient } from '../client.ts';
import type {
  DisputeParameters,
  InferenceParameters,
  ModelParameters,
  PayoutParameters,
  WorkerParameters,
} from '../parameters.ts';
import { readStorage } from '../storage.ts';
import type { Hex } from '../types.ts';

/** Parameters of all five pallets. */
export interface Parameters {
  models: ModelParameters;
  workers: WorkerParameters;
  inference: InferenceParameters;
  disputes: DisputeParameters;
  payouts: PayoutParameters;
}

/** What root has set for one pallet. */
export const getParametersOf = async <P extends keyof Parameters>(
  client: VeritraceClient,
  pallet: P,
  at: Hex,
): Promise<Parameters[P]> =>
  (await readStorage(client.api, at, pallet, 'parameters')) as unknown as Parameters[P];

/** What root has set, for all of them. */
export const getParameters = async (client: VeritraceClient, at: Hex): Promise<Parameters> => {
  const [models, workers, inference, disputes, payouts] = await Promise.all([
    getParametersOf(client, 'models', at),
    getParametersOf(client, 'workers', at),
    getParametersOf(client, 'inference', at),
    getParametersOf(client, 'disputes', at),
    getParametersOf(client, 'payouts', at),
  ]);
  return { models, workers, inference, disputes, payouts };
};
