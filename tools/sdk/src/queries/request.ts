import type { VeritraceClient } from '../client.ts';
import type { Request } from '../state.ts';
import { readEntries, readStorage } from '../storage.ts';
import type { Hex, RequestId } from '../types.ts';

/** An open request; `undefined` once it is closed, or before it was made. */
export const getRequest = async (
  client: VeritraceClient,
  id: RequestId,
  at: Hex,
): Promise<Request | undefined> => {
  const record = await readStorage(client.api, at, 'inference', 'inferenceRequests', id);
  return record === undefined ? undefined : ({ id, ...(record as object) } as Request);
};

/** Every open request. */
export const getRequests = async (client: VeritraceClient, at: Hex): Promise<Request[]> =>
  (await readEntries(client.api, at, 'inference', 'inferenceRequests')).map(
    ({ keys: [id], value }) => ({ id, ...(value as object) }) as Request,
  );
