/** Metadata of runtimes, of which nothing is known but who gave it. */
import { expandMetadata, Metadata, TypeRegistry } from '@polkadot/types';
import { hexToU8a } from '@polkadot/util';
import { demandMetadata } from '../scale/index.ts';
import { AnswerError } from './answers.ts';
import { decoded } from './decoded.ts';

/** Largest metadata that is decoded: that of chains with many pallets is a tenth of it. */
const MOST_BYTES = 4 * 2 ** 20;

const ASKED = 'the runtime’s metadata';

/** Throws an `AnswerError` unless it is metadata with an end: the usual client reads zeros where bytes are missing. */
export const demandWholeMetadata = (encoded: `0x${string}`): void => {
  if (encoded.length > 2 + 2 * MOST_BYTES) throw new AnswerError(ASKED, 'it is too large');
  decoded(ASKED, () => demandMetadata(hexToU8a(encoded)));
};

/** The types of a runtime, and what it stores. Throws an `AnswerError` unless all of it can be read. */
export const readMetadata = (encoded: `0x${string}`) => {
  demandWholeMetadata(encoded);
  return decoded(ASKED, () => {
    const registry = new TypeRegistry();
    const metadata = new Metadata(registry, encoded);
    registry.setMetadata(metadata);
    return { registry, query: expandMetadata(registry, metadata).query };
  });
};
