/** What a node says is stored, followed through by the runtime's types before it is decoded. */
import type { PortableRegistry } from '@dedot/codecs';
import { hexToU8a } from '@dedot/utils';
import { AnswerError } from '@veritrace/sdk/answers';
import { createLayouts, lengthOf, type TypeShape } from '@veritrace/sdk/scale';

const typesOf = (fields: readonly { typeId: number }[]): number[] =>
  fields.map(({ typeId }) => typeId);

const shapeIn =
  (registry: PortableRegistry) =>
  (id: number): TypeShape => {
    const { typeDef } = registry.findType(id);
    switch (typeDef.type) {
      case 'Struct':
        return { type: 'in-turn', parts: typesOf(typeDef.value.fields) };
      case 'Tuple':
        return { type: 'in-turn', parts: typeDef.value.fields };
      case 'Enum':
        return {
          type: 'one-of',
          variants: new Map(
            typeDef.value.members.map(({ index, fields }) => [index, typesOf(fields)]),
          ),
        };
      case 'Sequence':
        return { type: 'list', of: typeDef.value.typeParam };
      case 'SizedVec':
        return { type: 'array', of: typeDef.value.typeParam, length: typeDef.value.len };
      case 'Compact':
        return { type: 'compact', of: typeDef.value.typeParam };
      case 'BitSequence':
        return { type: 'bits', words: typeDef.value.bitStoreType };
      case 'Primitive':
        return { type: 'primitive', name: typeDef.value.kind };
    }
  };

/** Throws an `AnswerError` unless the bytes are one value of the type and nothing else. */
export type DemandWhole = (asked: string, type: number, value: `0x${string}`) => void;

export const createDemandWhole = (registry: PortableRegistry): DemandWhole => {
  const layoutOf = createLayouts(shapeIn(registry));
  return (asked, type, value) => {
    const bytes = hexToU8a(value);
    const length = (): number => {
      try {
        return lengthOf(layoutOf(type), bytes);
      } catch (cause) {
        throw new AnswerError(asked, 'it does not decode', { cause });
      }
    };
    if (length() !== bytes.length) throw new AnswerError(asked, 'something is behind it');
  };
};
