import type { VeritraceClient } from '../client.ts';
import type { Family } from '../state.ts';
import { readEntries, readStorage } from '../storage.ts';
import type { FamilyId, Hex } from '../types.ts';

/** A family of models. */
export const getFamily = async (
  client: VeritraceClient,
  id: FamilyId,
  at: Hex,
): Promise<Family | undefined> => {
  const value = await readStorage(client.api, at, 'models', 'families', id);
  return value === undefined ? undefined : { ...(value as unknown as Omit<Family, 'id'>), id };
};

/** Every family. */
export const getFamilies = async (client: VeritraceClient, at: Hex): Promise<Family[]> =>
  (await readEntries(client.api, at, 'models', 'families')).map(({ keys: [id], value }) => ({
    ...(value as unknown as Omit<Family, 'id'>),
    id: id as FamilyId,
  }));
