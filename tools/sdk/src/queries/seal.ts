import type { VeritraceClient } from '../client.ts';
import type { Bounty, Seal } from '../state.ts';
import { readEntries, readStorage } from '../storage.ts';
import type { Address, Hex, RequestId } from '../types.ts';

/** An account’s seal; `undefined` when it was never made, used or forfeited. */
export const getSeal = async (
  client: VeritraceClient,
  who: Address,
  seal: Hex,
  at: Hex,
): Promise<Seal | undefined> => {
  const value = await readStorage(client.api, at, 'disputes', 'seals', who, seal);
  return value === undefined ? undefined : ({ who, seal, ...(value as object) } as Seal);
};

/** Every seal. */
export const getSeals = async (client: VeritraceClient, at: Hex): Promise<Seal[]> =>
  (await readEntries(client.api, at, 'disputes', 'seals')).map(({ keys, value }) => {
    const [who, seal] = keys as unknown as [Address, Hex];
    return { who, seal, ...(value as object) } as Seal;
  });

/** The bounty of a conviction, as long as it is on hold. */
export const getBounty = async (
  client: VeritraceClient,
  request: RequestId,
  traceRoot: Hex,
  at: Hex,
): Promise<Bounty | undefined> => {
  const value = await readStorage(client.api, at, 'disputes', 'bounties', request, traceRoot);
  return value === undefined ? undefined : ({ request, traceRoot, ...(value as object) } as Bounty);
};

/** Every bounty on hold. */
export const getBounties = async (client: VeritraceClient, at: Hex): Promise<Bounty[]> =>
  (await readEntries(client.api, at, 'disputes', 'bounties')).map(({ keys, value }) => {
    const [request, traceRoot] = keys as unknown as [RequestId, Hex];
    return { request, traceRoot, ...(value as object) } as Bounty;
  });
