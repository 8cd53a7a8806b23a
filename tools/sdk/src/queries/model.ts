import { decodeCard } from '../card.ts';
import type { VeritraceClient } from '../client.ts';
import type { Model, ModelCard } from '../state.ts';
import { readEntries, readStorage } from '../storage.ts';
import type { Hex, ModelId } from '../types.ts';

/** A registered model. */
export const getModel = async (
  client: VeritraceClient,
  id: ModelId,
  at: Hex,
): Promise<Model | undefined> => {
  const value = await readStorage(client.api, at, 'models', 'aiModels', id);
  return value === undefined ? undefined : { ...(value as unknown as Omit<Model, 'id'>), id };
};

/** Every registered model. */
export const getModels = async (client: VeritraceClient, at: Hex): Promise<Model[]> =>
  (await readEntries(client.api, at, 'models', 'aiModels')).map(({ keys: [id], value }) => ({
    ...(value as unknown as Omit<Model, 'id'>),
    id: id as ModelId,
  }));

/** What a model's card says. */
export const getCard = async (
  client: VeritraceClient,
  model: ModelId,
  at: Hex,
): Promise<ModelCard | undefined> => {
  const value = await readStorage(client.api, at, 'models', 'cards', model);
  return value === undefined
    ? undefined
    : decodeCard(value as unknown as Parameters<typeof decodeCard>[0]);
};
