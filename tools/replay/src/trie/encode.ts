/** How a node of a trie is written before it is hashed. */
import { concat, type Digits, fromDigits, withLength } from '../bytes.ts';

/** Values of this size and more are in their nodes by hash. */
export const HASHED_FROM = 33;

/** A node whose children are named by their references. */
export interface WrittenNode {
  partial: Digits;
  value: { bytes: Uint8Array } | { hash: Uint8Array } | undefined;
  children: readonly (Uint8Array | undefined)[] | undefined;
}

/** The bits that say what it is, and how many of the first byte they take. */
const kindOf = ({ value, children }: WrittenNode): { mark: number; bits: number } => {
  const isHashed = value !== undefined && 'hash' in value;
  if (children === undefined) {
    return isHashed ? { mark: 0b0010_0000, bits: 3 } : { mark: 0b0100_0000, bits: 2 };
  }
  if (value === undefined) return { mark: 0b1000_0000, bits: 2 };
  return isHashed ? { mark: 0b0001_0000, bits: 4 } : { mark: 0b1100_0000, bits: 2 };
};

/** The kind with the number of digits: in the first byte, what does not fit in those after it. */
const header = (node: WrittenNode): Uint8Array => {
  const { mark, bits } = kindOf(node);
  const most = 0xff >> bits;
  const { length } = node.partial;
  if (length < most) return Uint8Array.of(mark | length);
  const bytes = [mark | most];
  let rest = length - most;
  for (; rest >= 255; rest -= 255) bytes.push(255);
  bytes.push(rest);
  return Uint8Array.from(bytes);
};

const bitmap = (children: readonly (Uint8Array | undefined)[]): Uint8Array => {
  const bits = children.reduce((sum, child, digit) => (child ? sum | (1 << digit) : sum), 0);
  return Uint8Array.of(bits & 0xff, bits >> 8);
};

/** The bytes of a node. */
export const encodeNode = (node: WrittenNode): Uint8Array => {
  const { partial, value, children } = node;
  const parts = [header(node), fromDigits(partial.length % 2 === 0 ? partial : `0${partial}`)];
  if (children !== undefined) parts.push(bitmap(children));
  if (value !== undefined) parts.push('hash' in value ? value.hash : withLength(value.bytes));
  for (const child of children ?? []) if (child !== undefined) parts.push(withLength(child));
  return concat(parts);
};
