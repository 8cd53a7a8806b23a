import type { VeritraceClient } from '../client.ts';
import type { Worker } from '../state.ts';
import { readEntries, readStorage } from '../storage.ts';
import type { Address, Hex, RequestId } from '../types.ts';

/** A registered worker. */
export const getWorker = async (
  client: VeritraceClient,
  account: Address,
  at: Hex,
): Promise<Worker | undefined> => {
  const record = await readStorage(client.api, at, 'workers', 'workers', account);
  return record === undefined ? undefined : ({ account, ...(record as object) } as Worker);
};

/** Every registered worker. */
export const getWorkers = async (client: VeritraceClient, at: Hex): Promise<Worker[]> =>
  (await readEntries(client.api, at, 'workers', 'workers')).map(
    ({ keys: [account], value }) => ({ account, ...(value as object) }) as Worker,
  );

/** The worker whose operator key this is. */
export const getWorkerOf = async (
  client: VeritraceClient,
  operator: Address,
  at: Hex,
): Promise<Address | undefined> =>
  (await readStorage(client.api, at, 'workers', 'operators', operator)) as Address | undefined;

/** Requests for which stake of the worker is locked. */
export const getWorkOf = async (
  client: VeritraceClient,
  worker: Address,
  at: Hex,
): Promise<RequestId[]> =>
  (await readStorage(client.api, at, 'inference', 'workOf', worker)) as RequestId[];
