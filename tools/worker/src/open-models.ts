/** Models as a config file names them: from folders, by their ids on chain, by the hashes of their graphs. */
import type { Referee } from '@veritrace/referee';
import {
  createDirectoryBackend,
  fetchGraph,
  fetchModel,
  type GraphPlaces,
  graphHttpOptions,
  MAX_MODEL_BYTES,
  type VeritraceClient,
} from '@veritrace/sdk';
import { ConfigError, type ModelSource, type StoreSettings } from './config-file.ts';
import { toHex } from './digest.ts';
import { loadModel } from './load-model.ts';
import { backendsOf } from './stores.ts';
import type { LoadedModel, Logger } from './types.ts';

/** What a config file says of models. */
export interface ModelSettings {
  models: readonly ModelSource[];
  stores: readonly StoreSettings[];
  modelCache: string;
  maxModelBytes?: number;
}

export interface OpenModelsDeps {
  referee: Referee;
  logger: Pick<Logger, 'info' | 'warn'>;
  /** A connection to the chain, made when a model is named by its id; absent where there is none. */
  client?: () => Promise<VeritraceClient>;
  signal?: AbortSignal;
}

/**
 * Loads models, in order. Those in folders come first, so that a mistake there is told at once. Throws what is wrong with a
 * folder, or a `ModelError` when a graph cannot be had.
 */
export const openModels = async (
  { models, stores, modelCache, maxModelBytes = MAX_MODEL_BYTES }: ModelSettings,
  { referee, logger, client, signal }: OpenModelsDeps,
): Promise<LoadedModel[]> => {
  const places: GraphPlaces = {
    backends: backendsOf(stores, graphHttpOptions()),
    keep: createDirectoryBackend(modelCache),
    referee,
    maxBytes: maxModelBytes,
    onTrouble: ({ message }) => logger.warn({ reason: message }, 'a store was passed over'),
    ...(signal === undefined ? {} : { signal }),
  };
  const open = async (source: ModelSource): Promise<LoadedModel> => {
    if ('dir' in source) return loadModel(source.dir, referee);
    if ('artefact' in source) {
      const loaded = await fetchGraph(source.artefact, places);
      return { name: source.artefact, loaded, graphRoot: toHex(loaded.graphRoot) };
    }
    if (client === undefined) {
      throw new ConfigError(
        `a model is named by its id, ${source.id}, where no chain can be asked; name the hash of its graph, { artefact: 0x… }`,
      );
    }
    const { name, model, loaded } = await fetchModel(await client(), source.id, places);
    if (model.status.type !== 'Live') {
      logger.warn(
        { model: source.id, status: model.status.type },
        'a model is not live; it gets no new requests',
      );
    }
    return { name, loaded, graphRoot: toHex(loaded.graphRoot) };
  };

  const opened = new Map<number, LoadedModel>();
  const inOrder = [...models.entries()].sort(
    ([, one], [, other]) => Number(!('dir' in one)) - Number(!('dir' in other)),
  );
  try {
    for (const [index, source] of inOrder) {
      signal?.throwIfAborted();
      const model = await open(source);
      opened.set(index, model);
      logger.info({ model: model.name, graphRoot: model.graphRoot }, 'model loaded');
    }
  } catch (error) {
    freeModels([...opened.values()]);
    throw error;
  }
  return [...opened].sort(([one], [other]) => one - other).map(([, model]) => model);
};

/** Gives back the memory of models. */
export const freeModels = (models: readonly LoadedModel[]): void => {
  for (const { loaded } of models) loaded.free();
};
