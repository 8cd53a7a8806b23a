/** Who sealed a block: BABE's author, by the authorities that the state names. */
import { type Digits, equalBytes, fromHex, readCompact } from '../bytes.ts';
import { blake2 } from '../hash.ts';
import { verifySr25519 } from '../runtime/signatures.ts';
import type { State } from '../trie/state.ts';
import { encodeHeader, type RecordedBlock, unsealed } from './block.ts';

/** `Babe.Authorities`. */
const AUTHORITIES: Digits = '1cb6f36e027abb2091cfb5110ab5087f5e0621c4869aa60c02be9adcc98a0d1d';

const BABE = new TextEncoder().encode('BABE');
const PRE_RUNTIME = 6;
const SEAL = 5;

/** What a digest item of BABE holds; `undefined` when it is another. */
const contentOf = (item: Uint8Array | undefined, kind: number): Uint8Array | undefined => {
  if (item === undefined || item[0] !== kind || !equalBytes(item.subarray(1, 5), BABE)) return;
  const { size, value } = readCompact(item.subarray(5));
  return item.subarray(5 + size, 5 + size + value);
};

/** A key and a weight. */
const AUTHORITY_BYTES = 40;

const authorityAt = (state: State, index: number): Uint8Array | undefined => {
  const list = state.get(AUTHORITIES);
  if (list === undefined) return undefined;
  const { size, value } = readCompact(list);
  const at = size + index * AUTHORITY_BYTES;
  return index < value ? list.subarray(at, at + 32) : undefined;
};

/** Why a block's seal is none; `undefined` when it is its author's. `after` is the state after the block. */
export const wrongSeal = ({ number, header }: RecordedBlock, after: State): string | undefined => {
  const digest = header.digest.map(fromHex);
  const claim = digest.map((item) => contentOf(item, PRE_RUNTIME)).find(Boolean);
  const seal = contentOf(digest.at(-1), SEAL);
  if (claim === undefined || claim.length < 5) return 'nobody claims its slot';
  if (seal?.length !== 64) return 'it is not sealed';
  const index = new DataView(claim.buffer, claim.byteOffset).getUint32(1, true);
  const key = authorityAt(after, index);
  if (key === undefined) return `there is no authority ${index}`;
  const sealed = blake2(encodeHeader(number, { ...header, digest: unsealed(header.digest) }));
  return verifySr25519(seal, sealed, key)
    ? undefined
    : `its seal is not that of authority ${index}`;
};
