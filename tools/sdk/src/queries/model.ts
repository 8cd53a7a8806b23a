import { fromHex } from '../bytes.ts';
import type { VeritraceClient } from '../client.ts';
import type { Plain } from '../plain.ts';
import type { Model } from '../state.ts';
import { readEntries, readStorage } from '../storage.ts';
import type { Hex, ModelId } from '../types.ts';

const modelOf = (id: ModelId, value: Plain): Model => {
  const record = value as unknown as Omit<Model, 'metadata'> & { metadata: Hex };
  return { ...record, id, metadata: fromHex(record.metadata) };
};

/** A registered model. */
export const getModel = async (
  client: VeritraceClient,
  id: ModelId,
  at: Hex,
): Promise<Model | undefined> => {
  const value = await readStorage(client.api, at, 'models', 'aiModels', id);
  return value === undefined ? undefined : modelOf(id, value);
};

/** Every registered model. */
export const getModels = async (client: VeritraceClient, at: Hex): Promise<Model[]> =>
  (await readEntries(client.api, at, 'models', 'aiModels')).map(({ keys: [id], value }) =>
    modelOf(id as ModelId, value),
  );
