/**
 * The layout of metadata itself, versions 14 to 16, as the crate `frame-metadata` declares it: metadata of strangers is
 * followed through before it is decoded.
 */
import {
  bytes,
  compact,
  fixed,
  inTurn,
  type Layout,
  lengthOf,
  listOf,
  oneOf,
  optionOf,
} from './layout.ts';

const text = bytes;
const docs = listOf(text);
const type = compact;
const nothing = fixed(0);

const variants = (...inOrder: readonly Layout[]): Layout => oneOf(new Map(inOrder.entries()));

const field = inTurn(optionOf(text), type, optionOf(text), docs);
const fields = listOf(field);
const definition = variants(
  // A structure, an enumeration, a list, an array, a tuple, a primitive, a compact number, bits.
  fields,
  listOf(inTurn(text, fields, fixed(1), docs)),
  type,
  inTurn(fixed(4), type),
  listOf(type),
  fixed(1),
  type,
  inTurn(type, type),
);
const parameters = listOf(inTurn(text, optionOf(type)));
const types = listOf(inTurn(compact, docs, parameters, definition, docs));

const deprecation = variants(nothing, nothing, inTurn(text, optionOf(text)));
const deprecations = listOf(inTurn(fixed(1), deprecation));

const storedUnder = variants(type, inTurn(listOf(fixed(1)), type, type));
const stored = inTurn(text, fixed(1), storedUnder, bytes, docs);
const storageOf = (item: Layout): Layout => optionOf(inTurn(text, listOf(item)));
const constant = inTurn(text, type, bytes, docs);

const pallet14 = inTurn(
  text,
  storageOf(stored),
  optionOf(type),
  optionOf(type),
  listOf(constant),
  optionOf(type),
  fixed(1),
);
const pallet15 = inTurn(pallet14, docs);
const partOfPallet = optionOf(inTurn(type, deprecations));
const inputs = listOf(inTurn(text, type));
const pallet16 = inTurn(
  text,
  storageOf(inTurn(stored, deprecation)),
  partOfPallet,
  partOfPallet,
  listOf(inTurn(constant, deprecation)),
  partOfPallet,
  // Associated types, and functions that read its state.
  listOf(inTurn(text, type, docs)),
  listOf(inTurn(fixed(32), text, inputs, type, docs, deprecation)),
  fixed(1),
  docs,
  deprecation,
);

const extensions = listOf(inTurn(text, type, type));
const extrinsic14 = inTurn(type, fixed(1), extensions);
const extrinsic15 = inTurn(fixed(1), type, type, type, type, extensions);
const extrinsic16 = inTurn(
  listOf(fixed(1)),
  type,
  type,
  type,
  listOf(inTurn(fixed(1), listOf(compact))),
  extensions,
);

const method15 = inTurn(text, inputs, type, docs);
const api15 = inTurn(text, listOf(method15), docs);
const api16 = inTurn(text, listOf(inTurn(method15, deprecation)), docs, compact, deprecation);

/** Enumerations of calls, events and errors; and what a chain adds of its own. */
const outerEnums = inTurn(type, type, type);
const custom = listOf(inTurn(text, inTurn(type, bytes)));

const versions = new Map([
  [14, inTurn(types, listOf(pallet14), extrinsic14, type)],
  [15, inTurn(types, listOf(pallet15), extrinsic15, type, listOf(api15), outerEnums, custom)],
  [16, inTurn(types, listOf(pallet16), extrinsic16, listOf(api16), outerEnums, custom)],
]);

/** Every runtime's metadata begins with it: `meta`. */
const MAGIC = [0x6d, 0x65, 0x74, 0x61];

const metadata = inTurn(fixed(MAGIC.length), oneOf(versions));

/** Throws a `RangeError` unless bytes are metadata of a version that is known, and nothing else. */
export const demandMetadata = (encoded: Uint8Array): void => {
  if (MAGIC.some((byte, index) => encoded[index] !== byte)) {
    throw new RangeError('it does not begin as metadata does');
  }
  const length = lengthOf(metadata, encoded);
  if (length !== encoded.length) {
    throw new RangeError(`${encoded.length - length} bytes are behind it`);
  }
};
