/** A registered model's graph, got by the hash that is on chain. */
import type { LoadedGraph, Referee } from '@veritrace/referee';
import { bytes } from './bytes.ts';
import type { VeritraceClient } from './client.ts';
import { getCard, getModel } from './queries/model.ts';
import type { Model } from './state.ts';
import { reasonOf, type StoreBackend, StoreError } from './store/backend.ts';
import { createContentStore } from './store/content-store.ts';
import { createHttpFileBackend, type HttpBackendOptions } from './store/http.ts';
import type { Hex, ModelId } from './types.ts';

/** Largest graph that is fetched unless told otherwise; what a store server gives out, too. */
export const MAX_MODEL_BYTES = 64 * 2 ** 20;

/** A graph may take a while, where an input may not. */
const GRAPH_TIMEOUT_MS = 10 * 60_000;

/** A model cannot be had, or is not what the chain says. The message says what to do. */
export class ModelError extends Error {
  override readonly name = 'ModelError';
}

/** Where graphs are looked for, and how they are taken. */
export interface GraphPlaces {
  /** Asked in order. */
  backends: readonly StoreBackend[];
  /** Asked before them; keeps what was got from elsewhere. */
  keep?: StoreBackend;
  referee: Pick<Referee, 'tensorRoot' | 'loadGraph'>;
  /** Nothing larger is read. `MAX_MODEL_BYTES` when absent. */
  maxBytes?: number;
  /** Told why a place was passed over. */
  onTrouble?: (error: StoreError) => void;
  signal?: AbortSignal;
}

/** A model in memory. Free `loaded` when done. */
export interface FetchedModel {
  model: Model;
  /** As its card says. */
  name: string;
  loaded: LoadedGraph;
}

/** Options of an HTTP backend that graphs are got from: with the time they take. */
export const graphHttpOptions = (options: HttpBackendOptions = {}): HttpBackendOptions => ({
  timeoutMs: GRAPH_TIMEOUT_MS,
  ...options,
});

/** The backend of an address on a card, if it may be used. */
const artefactBackend = (
  uri: string,
  options: HttpBackendOptions,
  onTrouble: (error: StoreError) => void,
): StoreBackend[] => {
  if (uri === '') return [];
  try {
    return [createHttpFileBackend(uri, graphHttpOptions(options))];
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    onTrouble(error);
    return [];
  }
};

/**
 * The graph with this SHA-256, read and checked by the referee. Its size is limited before it is read, its hash compared
 * before it is parsed. Throws a `ModelError` when no place has it, a `RefereeError` when the chain would refuse it.
 */
export const fetchGraph = async (
  artefact: Hex,
  { backends, keep, referee, maxBytes = MAX_MODEL_BYTES, onTrouble, signal }: GraphPlaces,
): Promise<LoadedGraph> => {
  const store = createContentStore({
    backends,
    referee,
    // It is parsed once, and kept by whoever loaded it.
    cacheBytes: 0,
    ...(keep === undefined ? {} : { keep }),
    ...(onTrouble === undefined ? {} : { onTrouble }),
  });
  const graphBin = await store.get({ kind: 'blob', digest: artefact, maxBytes }, signal);
  if (graphBin === undefined) {
    const places = [...(keep === undefined ? [] : [keep]), ...backends].map(({ name }) => name);
    throw new ModelError(
      `the graph with SHA-256 ${artefact} is nowhere to be had: ` +
        `${places.length === 0 ? 'there is no store to ask' : `asked were ${places.join(', ')}`}. Whoever has the ` +
        'compiled model puts it into a store: veritrace model publish DIR --store FOLDER',
    );
  }
  return referee.loadGraph(graphBin);
};

/**
 * A registered model by its id: the chain says which graph it is, the stores have it, or the address on its card, if that
 * is `https` and public. Throws a `ModelError` when the chain has no such model or no place its graph, or when the graph
 * is not the one that was registered.
 */
export const fetchModel = async (
  client: VeritraceClient,
  id: ModelId,
  places: GraphPlaces & {
    /** How the address on the card is used. */
    card?: HttpBackendOptions;
  },
): Promise<FetchedModel> => {
  const { number, hash } = client.heads.current('best');
  const [model, card] = await Promise.all([getModel(client, id, hash), getCard(client, id, hash)]);
  if (model === undefined) {
    throw new ModelError(
      `the chain has no model ${id} at block #${number}; the event models.ModelRegistered has the ids`,
    );
  }
  const onTrouble = places.onTrouble ?? (() => undefined);
  const backends = [
    ...places.backends,
    ...artefactBackend(card?.artefactUri ?? '', places.card ?? {}, onTrouble),
  ];
  let loaded: LoadedGraph;
  try {
    loaded = await fetchGraph(model.artefact, { ...places, backends });
  } catch (cause) {
    places.signal?.throwIfAborted();
    throw new ModelError(`model ${id} cannot be loaded: ${reasonOf(cause)}`, { cause });
  }
  if (bytes(loaded.graphRoot) === model.graphRoot) {
    return { model, name: card?.name ?? id, loaded };
  }
  const found = bytes(loaded.graphRoot);
  loaded.free();
  throw new ModelError(
    `model ${id} was registered with a graph.bin of another graph: its root is ${found}, the chain's ${model.graphRoot}. Its author was mistaken or lies; do not serve it.`,
  );
};
