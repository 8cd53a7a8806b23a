/** Bytes, hex and SCALE, as far as blocks and tries need them. */
import { compactToU8a } from '@polkadot/util';

export type Hex = `0x${string}`;

/** Lower-case hex digits without a prefix: the form in which storage keys are compared, byte order being text order. */
export type Digits = string;

const view = (bytes: Uint8Array): Buffer =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

export const toDigits = (bytes: Uint8Array): Digits => view(bytes).toString('hex');

export const toHex = (bytes: Uint8Array): Hex => `0x${toDigits(bytes)}`;

export const fromDigits = (digits: Digits): Uint8Array => {
  const bytes = Buffer.from(digits, 'hex');
  if (bytes.length * 2 !== digits.length) throw new RangeError('these are no whole bytes of hex');
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
};

/** The bytes of `0x…`. Throws a `RangeError` when it is something else. */
export const fromHex = (hex: string): Uint8Array => {
  if (!hex.startsWith('0x')) throw new RangeError('hex that does not begin with 0x');
  return fromDigits(hex.slice(2));
};

export const equalBytes = (a: Uint8Array, b: Uint8Array): boolean => view(a).equals(view(b));

export const concat = (parts: readonly Uint8Array[]): Uint8Array => {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};

/** A SCALE compact number. */
export const compact = (value: number): Uint8Array => compactToU8a(value);

/** Bytes with their length before them. */
export const withLength = (bytes: Uint8Array): Uint8Array => concat([compact(bytes.length), bytes]);

/** What a compact number below 2^32 says, and how many bytes it took. Throws a `RangeError` when it is none. */
export const readCompact = (bytes: Uint8Array): { size: number; value: number } => {
  const first = bytes[0] ?? 0;
  const mode = first & 3;
  const size = mode === 3 ? 5 : 1 << mode;
  if (bytes.length < size || (mode === 3 && first !== 3)) {
    throw new RangeError('this is no compact number of 32 bits');
  }
  const look = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (mode) {
    case 0:
      return { size, value: first >>> 2 };
    case 1:
      return { size, value: look.getUint16(0, true) >>> 2 };
    case 2:
      return { size, value: look.getUint32(0, true) >>> 2 };
    default:
      return { size, value: look.getUint32(1, true) };
  }
};

/** SCALE `Option`. */
export const some = (bytes: Uint8Array): Uint8Array => concat([Uint8Array.of(1), bytes]);
export const NONE: Uint8Array = Uint8Array.of(0);

/** A little-endian 32-bit number. */
export const u32 = (value: number): Uint8Array => {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
};
