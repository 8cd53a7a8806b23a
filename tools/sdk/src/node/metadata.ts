/** Metadata of runtimes, of which nothing is known but who gave it. */
import { expandMetadata, Metadata, TypeRegistry } from '@polkadot/types';
import { AnswerError } from './answers.ts';
import { decoded } from './decoded.ts';

/** Every runtime's metadata begins with it. */
const MAGIC = '0x6d657461';
/** Largest metadata that is decoded: that of chains with many pallets is a tenth of it. */
const MOST_BYTES = 4 * 2 ** 20;

/** The types of a runtime, and what it stores. Throws an `AnswerError` unless all of it can be read. */
export const readMetadata = (encoded: `0x${string}`) => {
  const asked = 'the runtime’s metadata';
  if (!encoded.startsWith(MAGIC)) throw new AnswerError(asked, 'it is none');
  if (encoded.length > 2 + 2 * MOST_BYTES) throw new AnswerError(asked, 'it is too large');
  return decoded(asked, () => {
    const registry = new TypeRegistry();
    const metadata = new Metadata(registry, encoded);
    registry.setMetadata(metadata);
    return { registry, query: expandMetadata(registry, metadata).query };
  });
};
