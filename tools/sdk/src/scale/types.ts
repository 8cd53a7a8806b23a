/** Layouts of the types in a runtime's metadata, whichever library has read it. */
import {
  arrayOf,
  bitsIn,
  bytes,
  compact,
  fixed,
  inTurn,
  type Layout,
  later,
  listOf,
  oneOf,
} from './layout.ts';

/** What a type of the metadata is made of; other types by their numbers. */
export type TypeShape =
  | { readonly type: 'in-turn'; readonly parts: readonly number[] }
  | { readonly type: 'one-of'; readonly variants: ReadonlyMap<number, readonly number[]> }
  | { readonly type: 'list'; readonly of: number }
  | { readonly type: 'array'; readonly of: number; readonly length: number }
  | { readonly type: 'compact'; readonly of: number }
  | { readonly type: 'bits'; readonly words: number }
  /** By its name, in lower case. */
  | { readonly type: 'primitive'; readonly name: string };

const SIZES: ReadonlyMap<string, number> = new Map([
  ['bool', 1],
  ['char', 4],
  ...[8, 16, 32, 64, 128, 256].flatMap((bits): [string, number][] => [
    [`u${bits}`, bits / 8],
    [`i${bits}`, bits / 8],
  ]),
]);

const primitive = (name: string): Layout => {
  if (name === 'str') return bytes;
  const size = SIZES.get(name);
  if (size === undefined) throw new RangeError(`there is no primitive type ${name}`);
  return fixed(size);
};

const sizeOf = (layout: Layout): number | undefined =>
  layout.type === 'fixed' ? layout.size : undefined;

/** The layout of each type by its number. Throws a `RangeError` for what cannot be a type. */
export const createLayouts = (shapeOf: (id: number) => TypeShape): ((id: number) => Layout) => {
  const made = new Map<number, Layout>();
  const making = new Set<number>();

  const layoutOf = (id: number): Layout => {
    const known = made.get(id);
    if (known !== undefined) return known;
    if (making.has(id)) return later(() => layoutOf(id));
    making.add(id);
    const layout = build(shapeOf(id));
    making.delete(id);
    made.set(id, layout);
    return layout;
  };

  const partsOf = (parts: readonly number[]): Layout => inTurn(...parts.map(layoutOf));

  const build = (shape: TypeShape): Layout => {
    switch (shape.type) {
      case 'in-turn':
        return partsOf(shape.parts);
      case 'one-of':
        return oneOf(new Map([...shape.variants].map(([index, parts]) => [index, partsOf(parts)])));
      case 'list':
        return listOf(layoutOf(shape.of));
      case 'array':
        return arrayOf(layoutOf(shape.of), shape.length);
      case 'compact':
        // Of nothing, nothing.
        return sizeOf(layoutOf(shape.of)) === 0 ? fixed(0) : compact;
      case 'bits':
        return bitsIn(sizeOf(layoutOf(shape.words)) || 1);
      case 'primitive':
        return primitive(shape.name);
    }
  };

  return layoutOf;
};
