import { hexToU8a, u8aToHex } from '@polkadot/util';
import type { Hex } from './types.ts';

/** Bytes as hex: how byte strings are passed to calls, where a bare array would be read as already length-prefixed. */
export const bytes = (value: Uint8Array): Hex => u8aToHex(value);

/** Hex as bytes. */
export const fromHex = (value: string): Uint8Array => hexToU8a(value);

/** The same where there may be none. */
export const optional = (value: Uint8Array | undefined): Hex | null =>
  value === undefined ? null : bytes(value);
