/** The inputs of a request: those on chain, and those that are named by their roots out of a store. */
import type { ContentStore, Hex, InputSource, TensorSpec } from '@veritrace/sdk';

/** What to do without a store: nothing can be got. */
export const emptyStore: ContentStore = {
  get: async () => undefined,
  put: async () => undefined,
};

/** The tensors, in order; `undefined` when one of them cannot be had. */
export const gatherInputs = async (
  sources: readonly InputSource[],
  specs: readonly TensorSpec[],
  store: ContentStore,
): Promise<Uint8Array[] | undefined> => {
  const tensors = await Promise.all(
    sources.map((source, index) => {
      if (source.type === 'Inline') return source.value;
      const spec = specs[index];
      return spec && store.get({ kind: 'tensor', digest: source.value, spec });
    }),
  );
  return tensors.every((tensor) => tensor !== undefined) ? tensors : undefined;
};

/** Inputs as a job has them, empty where they are not on chain: no tensor is. */
export const sourcesOf = (inputs: readonly Uint8Array[], roots: readonly Hex[]): InputSource[] =>
  inputs.map((value, index) => {
    const root = roots[index];
    return value.length === 0 && root !== undefined
      ? { type: 'ByRoot', value: root }
      : { type: 'Inline', value };
  });
