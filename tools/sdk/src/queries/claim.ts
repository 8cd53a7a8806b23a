import { fromHex } from '../bytes.ts';
import type { VeritraceClient } from '../client.ts';
import type { Plain } from '../plain.ts';
import type { Claim } from '../state.ts';
import { readEntries, readStorage } from '../storage.ts';
import type { Address, Hex, RequestId } from '../types.ts';

const claimOf = (request: RequestId, worker: Address, value: Plain): Claim => {
  const record = value as unknown as Omit<Claim, 'outputs'> & { outputs: Hex[] };
  return { ...record, request, worker, outputs: record.outputs.map(fromHex) };
};

/** A claim that stands. */
export const getClaim = async (
  client: VeritraceClient,
  request: RequestId,
  worker: Address,
  at: Hex,
): Promise<Claim | undefined> => {
  const value = await readStorage(client.api, at, 'inference', 'claims', request, worker);
  return value === undefined ? undefined : claimOf(request, worker, value);
};

/** Every claim that stands; those of one request when it is given. */
export const getClaims = async (
  client: VeritraceClient,
  at: Hex,
  request?: RequestId,
): Promise<Claim[]> =>
  (
    await readEntries(
      client.api,
      at,
      'inference',
      'claims',
      ...(request === undefined ? [] : [request]),
    )
  ).map(({ keys: [id, worker], value }) => claimOf(id as RequestId, worker as Address, value));
