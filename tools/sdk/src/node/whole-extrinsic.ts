/** Extrinsics whose bytes are followed through, by the types of a runtime's metadata, before they are decoded. */
import type { SiLookupTypeId } from '@polkadot/types/interfaces';
import type { Registry } from '@polkadot/types/types';
import { compactFromU8aLim } from '@polkadot/util';
import { encodedLength } from './encoded-length.ts';

/** How the byte after the length says what stands before the call: its version, and with it what kind it is of. */
const [SIGNED_V4, BARE_V4, BARE_V5, GENERAL_V5] = [0x84, 0x04, 0x05, 0x45];

/** Types of what stands before the call, in order; nothing of a kind that nobody knows. */
const partsBefore = (registry: Registry, kind: number): readonly SiLookupTypeId[] | undefined => {
  const { addressType, signatureType, transactionExtensions } = registry.metadata.extrinsic;
  const extensions = transactionExtensions.map(({ type }) => type);
  switch (kind) {
    case BARE_V4:
    case BARE_V5:
      return [];
    case SIGNED_V4:
      return [addressType, signatureType, ...extensions];
    case GENERAL_V5:
      return extensions;
    default:
      return undefined;
  }
};

/** Throws a `RangeError` unless bytes are one extrinsic and nothing else. */
export const demandExtrinsic = (registry: Registry, bytes: Uint8Array): void => {
  const [size, length] = compactFromU8aLim(bytes);
  if (size + length !== bytes.length) {
    throw new RangeError(`an extrinsic of ${length} bytes has ${bytes.length - size}`);
  }
  const kind = bytes[size] ?? 0;
  const before = partsBefore(registry, kind);
  if (before === undefined) throw new RangeError(`there is no extrinsic of kind ${kind}`);
  // Of a general one the version of its extensions is between them and its kind.
  let at = size + (kind === GENERAL_V5 ? 2 : 1);
  for (const type of [...before, registry.metadata.extrinsic.callType]) {
    at += encodedLength(registry, type, bytes, { from: at });
  }
  if (at !== bytes.length) throw new RangeError(`${bytes.length - at} bytes are behind its call`);
};
