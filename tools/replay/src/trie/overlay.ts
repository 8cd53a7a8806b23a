/** What a call into the runtime has changed so far, over the state it began with, in transactions inside each other. */
import { compact, concat, type Digits, readCompact } from '../bytes.ts';
import type { Changes, State } from './state.ts';

export interface Overlay {
  get(key: Digits): Uint8Array | undefined;
  set(key: Digits, value: Uint8Array | undefined): void;
  /** Adds an item to the list under a key; a value that is no list is replaced. */
  append(key: Digits, item: Uint8Array): void;
  /** The first key after a given one. */
  after(key: Digits): Digits | undefined;
  /** Removes what begins with a prefix, of the state below at most `limit` keys. */
  clearPrefix(prefix: Digits, limit: number | undefined): { looked: number; isAll: boolean };
  start(): void;
  /** Throw a `RangeError` when no transaction is open. */
  commit(): void;
  rollback(): void;
  /** The state with everything in it. */
  state(): State;
  /** Throws a `RangeError` when a transaction is still open. */
  changes(): Changes;
}

/** Where a key stands in a sorted list, or would. */
const placeIn = (keys: readonly Digits[], key: Digits): number => {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] ?? '') < key) low = middle + 1;
    else high = middle;
  }
  return low;
};

const appended = (list: Uint8Array | undefined, item: Uint8Array): Uint8Array => {
  if (list === undefined || list.length === 0) return concat([compact(1), item]);
  try {
    const { size, value } = readCompact(list);
    return concat([compact(value + 1), list.subarray(size), item]);
  } catch {
    return concat([compact(1), item]);
  }
};

export const createOverlay = (below: State): Overlay => {
  const layers: Map<Digits, Uint8Array | undefined>[] = [new Map()];
  /** Every key that some layer has or had, in order. */
  const keys: Digits[] = [];
  const known = new Set<Digits>();
  let merged: State | undefined;

  const top = () => {
    const layer = layers.at(-1);
    if (layer === undefined) throw new RangeError('no layer is left');
    return layer;
  };

  /** What the overlay says of a key; nothing where it says nothing. */
  const own = (key: Digits): { value: Uint8Array | undefined } | undefined => {
    for (let at = layers.length - 1; at >= 0; at -= 1) {
      const layer = layers[at];
      if (layer?.has(key)) return { value: layer.get(key) };
    }
    return undefined;
  };

  const get = (key: Digits) => {
    const said = own(key);
    return said === undefined ? below.get(key) : said.value;
  };

  const set = (key: Digits, value: Uint8Array | undefined) => {
    merged = undefined;
    top().set(key, value);
    if (known.has(key)) return;
    known.add(key);
    keys.splice(placeIn(keys, key), 0, key);
  };

  const flat = (): Map<Digits, Uint8Array | undefined> =>
    new Map(layers.flatMap((layer) => [...layer]));

  const end = (): Map<Digits, Uint8Array | undefined> => {
    if (layers.length < 2) throw new RangeError('no transaction is open');
    return layers.pop() ?? new Map();
  };

  return {
    get,
    set,
    append: (key, item) => set(key, appended(get(key), item)),
    after: (key) => {
      let fromBelow = below.after(key);
      while (fromBelow !== undefined) {
        const said = own(fromBelow);
        if (said === undefined || said.value !== undefined) break;
        fromBelow = below.after(fromBelow);
      }
      let at = placeIn(keys, key);
      if (keys[at] === key) at += 1;
      for (; at < keys.length; at += 1) {
        const candidate = keys[at];
        if (candidate === undefined) break;
        if (fromBelow !== undefined && candidate >= fromBelow) break;
        if (own(candidate)?.value !== undefined) return candidate;
      }
      return fromBelow;
    },
    clearPrefix: (prefix, limit) => {
      for (let at = placeIn(keys, prefix); keys[at]?.startsWith(prefix); at += 1) {
        const key = keys[at];
        if (key !== undefined && own(key)?.value !== undefined) set(key, undefined);
      }
      let looked = 0;
      let key = below.get(prefix) === undefined ? below.after(prefix) : prefix;
      for (; key?.startsWith(prefix); key = below.after(key)) {
        if (looked === limit) return { looked, isAll: false };
        set(key, undefined);
        looked += 1;
      }
      return { looked, isAll: true };
    },
    start: () => {
      layers.push(new Map());
    },
    commit: () => {
      const ended = end();
      const under = top();
      for (const [key, value] of ended) under.set(key, value);
    },
    rollback: () => {
      merged = undefined;
      end();
    },
    state: () => {
      merged ??= below.with(flat());
      return merged;
    },
    changes: () => {
      if (layers.length > 1) throw new RangeError('a transaction is still open');
      return flat();
    },
  };
};
