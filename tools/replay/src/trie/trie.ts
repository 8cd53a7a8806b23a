/**
 * The base-16 Patricia trie that states are committed to. Nodes never change: an update makes new ones along its path and
 * shares the rest, so old states stay readable, and only what is new is hashed.
 */
import type { Digits } from '../bytes.ts';
import { blake2 } from '../hash.ts';
import { encodeNode, HASHED_FROM } from './encode.ts';

/** A value and, once it was needed, its hash. */
export interface TrieValue {
  readonly bytes: Uint8Array;
  hash?: Uint8Array;
}

export interface TrieNode {
  /** Digits between the parent's branch and this node. */
  readonly partial: Digits;
  readonly value: TrieValue | undefined;
  /** Sixteen places by the next digit; `undefined` in leaves. */
  readonly children: readonly (TrieNode | undefined)[] | undefined;
  /** How the parent names it: its hash, or its encoding when that is shorter. */
  reference?: Uint8Array;
}

/** `undefined` is the empty trie. */
export type Trie = TrieNode | undefined;

const digitAt = (key: Digits, at: number): number => Number.parseInt(key[at] ?? '0', 16);

const common = (a: Digits, b: Digits): number => {
  const end = Math.min(a.length, b.length);
  let at = 0;
  while (at < end && a.charCodeAt(at) === b.charCodeAt(at)) at += 1;
  return at;
};

/** The value under a key. */
export const getValue = (trie: Trie, key: Digits): Uint8Array | undefined => {
  let node = trie;
  let at = 0;
  while (node !== undefined) {
    if (!key.startsWith(node.partial, at)) return undefined;
    at += node.partial.length;
    if (at === key.length) return node.value?.bytes;
    node = node.children?.[digitAt(key, at)];
    at += 1;
  }
  return undefined;
};

const place = (
  children: TrieNode['children'],
  digit: number,
  child: TrieNode | undefined,
): (TrieNode | undefined)[] => {
  const placed = children === undefined ? new Array<undefined>(16).fill(undefined) : [...children];
  (placed as (TrieNode | undefined)[])[digit] = child;
  return placed;
};

/** The trie with a value set. */
export const setValue = (trie: Trie, key: Digits, value: TrieValue): TrieNode => {
  if (trie === undefined) return { partial: key, value, children: undefined };
  const { partial, children } = trie;
  const shared = common(partial, key);
  if (shared < partial.length) {
    const below = trieWithPartial(trie, partial.slice(shared + 1));
    const branch = place(undefined, digitAt(partial, shared), below);
    if (shared === key.length) return { partial: key, value, children: branch };
    branch[digitAt(key, shared)] = { partial: key.slice(shared + 1), value, children: undefined };
    return { partial: key.slice(0, shared), value: undefined, children: branch };
  }
  if (shared === key.length) return { partial, value, children };
  const digit = digitAt(key, shared);
  const child = setValue(children?.[digit], key.slice(shared + 1), value);
  return { partial, value: trie.value, children: place(children, digit, child) };
};

/** The same node at another depth: its reference is another. */
const trieWithPartial = ({ value, children }: TrieNode, partial: Digits): TrieNode => ({
  partial,
  value,
  children,
});

/** A node without value that has one child is joined with it; one that has none is gone. */
const tidy = ({ partial, value, children }: TrieNode): Trie => {
  const present =
    children?.flatMap((child, digit) => (child === undefined ? [] : [{ child, digit }])) ?? [];
  const [only, second] = present;
  if (only === undefined)
    return value === undefined ? undefined : { partial, value, children: undefined };
  if (value !== undefined || second !== undefined) return { partial, value, children };
  return trieWithPartial(only.child, partial + only.digit.toString(16) + only.child.partial);
};

/** The trie without a key; the very same when it was not there. */
export const removeValue = (trie: Trie, key: Digits): Trie => {
  if (trie === undefined || !key.startsWith(trie.partial)) return trie;
  const { partial, value, children } = trie;
  if (key.length === partial.length) {
    return value === undefined ? trie : tidy({ partial, value: undefined, children });
  }
  const digit = digitAt(key, partial.length);
  const child = children?.[digit];
  const without = removeValue(child, key.slice(partial.length + 1));
  if (without === child) return trie;
  const placed = place(children, digit, without);
  return without === undefined
    ? tidy({ partial, value, children: placed })
    : { partial, value, children: placed };
};

const firstKey = (node: TrieNode, before: Digits): Digits | undefined => {
  const own = before + node.partial;
  if (node.value !== undefined) return own;
  return firstOf(node.children, own, 0);
};

const firstOf = (children: TrieNode['children'], own: Digits, from: number): Digits | undefined => {
  for (let digit = from; digit < 16; digit += 1) {
    const child = children?.[digit];
    const key = child && firstKey(child, own + digit.toString(16));
    if (key !== undefined) return key;
  }
  return undefined;
};

/** The first key after a given one, which need not be there. */
export const keyAfter = (trie: Trie, key: Digits, before: Digits = ''): Digits | undefined => {
  if (trie === undefined) return undefined;
  const own = before + trie.partial;
  if (own > key) return firstKey(trie, before);
  if (!key.startsWith(own)) return undefined;
  if (key.length === own.length) return firstOf(trie.children, own, 0);
  const digit = digitAt(key, own.length);
  const inside = keyAfter(trie.children?.[digit], key, own + digit.toString(16));
  return inside ?? firstOf(trie.children, own, digit + 1);
};

/** Every key with its value, in order. */
export function* entriesOf(trie: Trie, before: Digits = ''): Generator<[Digits, Uint8Array]> {
  if (trie === undefined) return;
  const own = before + trie.partial;
  if (trie.value !== undefined) yield [own, trie.value.bytes];
  for (const [digit, child] of trie.children?.entries() ?? []) {
    if (child !== undefined) yield* entriesOf(child, own + digit.toString(16));
  }
}

/** Longer values are in their nodes by hash alone; never, in tries of version 0. */
export type StateVersion = 0 | 1;

const encode = (node: TrieNode, version: StateVersion): Uint8Array => {
  const { value } = node;
  const isHashed = version === 1 && value !== undefined && value.bytes.length >= HASHED_FROM;
  if (isHashed) value.hash ??= blake2(value.bytes);
  return encodeNode({
    partial: node.partial,
    value: value && (isHashed ? { hash: value.hash ?? value.bytes } : { bytes: value.bytes }),
    children: node.children?.map((child) => child && referenceOf(child, version)),
  });
};

/** References are kept in the nodes: a trie is hashed under one version all its life. */
const referenceOf = (node: TrieNode, version: StateVersion): Uint8Array => {
  if (node.reference === undefined) {
    const encoded = encode(node, version);
    node.reference = encoded.length < 32 ? encoded : blake2(encoded);
  }
  return node.reference;
};

const EMPTY = Uint8Array.of(0);

/** The hash of the trie's root. */
export const rootOf = (trie: Trie, version: StateVersion): Uint8Array => {
  if (trie === undefined) return blake2(EMPTY);
  const reference = referenceOf(trie, version);
  return reference.length < 32 ? blake2(reference) : reference;
};

/** A trie of some entries. */
export const trieOf = (entries: Iterable<readonly [Digits, Uint8Array]>): Trie => {
  let trie: Trie;
  for (const [key, bytes] of entries) trie = setValue(trie, key, { bytes });
  return trie;
};
