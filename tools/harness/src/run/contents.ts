/** Where content is that is not on chain: what users keep to themselves, and what everyone gets. */
import type { Referee } from '@veritrace/referee';
import {
  type ContentStore,
  createContentStore,
  createMemoryBackend,
  type StoreError,
  tensorAddress,
} from '@veritrace/sdk';
import type { UserBehaviourSpec } from '../behaviours/specs.ts';
import type { Model } from '../models/model.ts';

export interface Contents {
  /** What workers and challengers get inputs from, and workers put outputs into. */
  common: ContentStore;
  /** What a user has of its own. */
  own(user: string): ContentStore;
  /** A user names an input by its root, and keeps or gives it as it behaves. Returns the root. */
  name(
    user: string,
    behaviour: UserBehaviourSpec,
    model: Model,
    input: Uint8Array,
  ): Promise<`0x${string}`>;
}

/** Whether a user with this behaviour publishes on demand. */
export const publishes = ({ kind }: UserBehaviourSpec): boolean => kind !== 'unavailable';

/** Empty stores in memory: a run leaves nothing behind. */
export const createContents = (
  referee: Referee,
  onTrouble: (error: StoreError) => void = () => undefined,
): Contents => {
  const store = (name: string) =>
    createContentStore({ backends: [createMemoryBackend(name)], referee, onTrouble });
  const common = store('the common store');
  const owned = new Map<string, ContentStore>();
  const own = (user: string): ContentStore => {
    const known = owned.get(user) ?? store(`the store of ${user}`);
    owned.set(user, known);
    return known;
  };
  return {
    common,
    own,
    name: async (user, { kind }, model, input) => {
      const { layoutVersion } = model.loaded.header;
      const address = tensorAddress(referee, model.input.spec, input, layoutVersion);
      await own(user).put(address, input);
      if (kind === 'honest' || kind === 'unpayable') await common.put(address, input);
      return address.digest;
    },
  };
};
