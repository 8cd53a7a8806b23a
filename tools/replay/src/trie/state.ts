/** A chain's storage after some block. */
import { compact, type Digits, toDigits } from '../bytes.ts';
import {
  entriesOf,
  getValue,
  keyAfter,
  removeValue,
  rootOf,
  type StateVersion,
  setValue,
  type Trie,
  trieOf,
} from './trie.ts';

/** New values by key; `undefined` where one is removed. */
export type Changes = ReadonlyMap<Digits, Uint8Array | undefined>;

/** Storage that never changes: `with` makes another. */
export interface State {
  get(key: Digits): Uint8Array | undefined;
  /** The first key after a given one. */
  after(key: Digits): Digits | undefined;
  entries(): Iterable<[Digits, Uint8Array]>;
  with(changes: Changes): State;
  /** The state root, 32 bytes. */
  root(): Uint8Array;
}

const VERSION: StateVersion = 1;

const over = (trie: Trie): State => ({
  get: (key) => getValue(trie, key),
  after: (key) => keyAfter(trie, key),
  entries: () => entriesOf(trie),
  with: (changes) => {
    let next = trie;
    for (const [key, bytes] of changes) {
      next = bytes === undefined ? removeValue(next, key) : setValue(next, key, { bytes });
    }
    return over(next);
  },
  root: () => rootOf(trie, VERSION),
});

/** A state of some entries. */
export const stateOf = (entries: Iterable<readonly [Digits, Uint8Array]>): State =>
  over(trieOf(entries));

/** The root of a list, as headers have it of their extrinsics. */
export const orderedRoot = (items: readonly Uint8Array[], version: StateVersion): Uint8Array =>
  rootOf(trieOf(items.map((item, index) => [toDigits(compact(index)), item] as const)), version);
