/** Hashes of headers: what a node says a block is called is compared with what it is. */
import type { Registry } from '@polkadot/types/types';
import type { HeaderAnswer } from './answers.ts';
import { decoded } from './decoded.ts';

/** A header's hash. Throws an `AnswerError` when its digest is none. */
export const hashOf = (registry: Registry, header: HeaderAnswer): `0x${string}` =>
  decoded('a header', () => registry.createType('Header', header).hash.toHex());
