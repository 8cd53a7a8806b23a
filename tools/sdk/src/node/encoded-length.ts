/** How many bytes a value takes, by the types of a client's registry: followed through before it is decoded. */
import type { SiLookupTypeId, StorageEntryTypeLatest } from '@polkadot/types/interfaces';
import type { PortableRegistry } from '@polkadot/types/metadata';
import type { Registry } from '@polkadot/types/types';
import { createLayouts, type LengthOptions, lengthOf, type TypeShape } from '../scale/index.ts';
import { AnswerError } from './answers.ts';

const numbers = (ids: Iterable<{ toNumber(): number }>): number[] =>
  [...ids].map((id) => id.toNumber());

const fieldsOf = (fields: Iterable<{ type: SiLookupTypeId }>): number[] =>
  [...fields].map(({ type }) => type.toNumber());

const shapeIn =
  (types: PortableRegistry) =>
  (id: number): TypeShape => {
    const { def } = types.getSiType(id);
    switch (def.type) {
      case 'Composite':
        return { type: 'in-turn', parts: fieldsOf(def.asComposite.fields) };
      case 'Tuple':
        return { type: 'in-turn', parts: numbers(def.asTuple) };
      case 'Variant':
        return {
          type: 'one-of',
          variants: new Map(
            def.asVariant.variants.map(({ index, fields }) => [index.toNumber(), fieldsOf(fields)]),
          ),
        };
      case 'Sequence':
        return { type: 'list', of: def.asSequence.type.toNumber() };
      case 'Array':
        return {
          type: 'array',
          of: def.asArray.type.toNumber(),
          length: def.asArray.len.toNumber(),
        };
      case 'Compact':
        return { type: 'compact', of: def.asCompact.type.toNumber() };
      case 'BitSequence':
        return { type: 'bits', words: def.asBitSequence.bitStoreType.toNumber() };
      case 'Primitive':
        return { type: 'primitive', name: def.asPrimitive.type.toLowerCase() };
      case 'HistoricMetaCompat':
        throw new RangeError(`type ${id} is of metadata before version 14`);
    }
  };

const layoutsOf = new WeakMap<PortableRegistry, ReturnType<typeof createLayouts>>();

/**
 * How many of the bytes a value of a type takes. Throws a `RangeError` when there are fewer than it promises, it is none of that
 * type, or has too many elements.
 */
export const encodedLength = (
  { lookup }: Registry,
  type: SiLookupTypeId,
  bytes: Uint8Array,
  options: LengthOptions = {},
): number => {
  const types = lookup as unknown as PortableRegistry;
  const layoutOf = layoutsOf.get(types) ?? createLayouts(shapeIn(types));
  layoutsOf.set(types, layoutOf);
  return lengthOf(layoutOf(type.toNumber()), bytes, options);
};

/** The type of what a storage item has under a key. */
export const storedType = (type: StorageEntryTypeLatest): SiLookupTypeId =>
  type.isPlain ? type.asPlain : type.asMap.value;

/** Demands that bytes are one value of a type and nothing else, before anything is made of them. */
export const demandWhole = (
  asked: string,
  registry: Registry,
  type: SiLookupTypeId,
  bytes: Uint8Array,
  options: Pick<LengthOptions, 'elements'> = {},
): void => {
  const length = encodedLength(registry, type, bytes, options);
  if (length !== bytes.length) {
    throw new AnswerError(asked, `it has ${bytes.length} bytes, of which ${length} are of it`);
  }
};
