/** Blocks as records have them. */
import { compact, concat, equalBytes, fromHex, type Hex, toHex } from '../bytes.ts';
import { blake2 } from '../hash.ts';

/** A header without its number. */
export interface RecordedHeader {
  parentHash: Hex;
  stateRoot: Hex;
  extrinsicsRoot: Hex;
  /** SCALE bytes of each item. */
  digest: readonly Hex[];
}

export interface RecordedBlock {
  number: number;
  hash: Hex;
  header: RecordedHeader;
  /** The state's root where the header does not have it: in assembled blocks. */
  state?: Hex | undefined;
  /** SCALE bytes of each, as they were sent. */
  extrinsics: readonly Hex[];
}

/**
 * How a chain's blocks came to be. `imported`: a node made and checked them, headers have their roots and seals.
 * `assembled`: Chopsticks put them together, call by call; headers have no roots, and nobody sealed them.
 */
export type BlockKind = 'imported' | 'assembled';

/** SCALE bytes of a header. */
export const encodeHeader = (number: number, header: RecordedHeader): Uint8Array =>
  concat([
    fromHex(header.parentHash),
    compact(number),
    fromHex(header.stateRoot),
    fromHex(header.extrinsicsRoot),
    compact(header.digest.length),
    ...header.digest.map(fromHex),
  ]);

/** A header's hash: what the next block names as its parent. */
export const hashOfHeader = (number: number, header: RecordedHeader): Hex =>
  toHex(blake2(encodeHeader(number, header)));

/** Kinds of digest items, by their first byte. */
const SEAL = 5;
const PRE_RUNTIME = 6;

/** A digest without the seals at its end: those that import blocks take them off before they execute. */
export const unsealed = (digest: readonly Hex[]): Hex[] => {
  const kept = [...digest];
  while (kept.length > 0 && fromHex(kept.at(-1) ?? '0x')[0] === SEAL) kept.pop();
  return kept;
};

/** What of a digest was there before the block was executed. */
export const preRuntime = (digest: readonly Hex[]): Hex[] =>
  digest.filter((item) => fromHex(item)[0] === PRE_RUNTIME);

/** Whether two byte strings in hex are the same. */
export const sameHex = (a: Hex, b: Hex): boolean => equalBytes(fromHex(a), fromHex(b));
