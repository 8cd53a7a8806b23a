/**
 * How many bytes encoded values take, followed through without decoding them. Decoders make as many elements of a list as its
 * first bytes promise, whether they are there or not: what strangers send is followed through first, which costs no more than
 * there are bytes.
 */

/** Lists in lists, calls in calls: a runtime itself refuses more of them. */
const MOST_DEPTH = 256;

/** Where in some bytes one is, and how deep inside a value. */
export interface Place {
  readonly bytes: Uint8Array;
  at: number;
  depth: number;
  /** Elements of lists that may still come. */
  elements: number;
}

/** What bytes a value of a type takes: always so many, or as many as `pass` goes by. */
export type Layout =
  | { readonly type: 'fixed'; readonly size: number }
  | { readonly type: 'varying'; readonly pass: (place: Place) => void };

export const fixed = (size: number): Layout => ({ type: 'fixed', size });

const advance = (place: Place, size: number): void => {
  const left = place.bytes.length - place.at;
  if (!(size <= left)) throw new RangeError(`${left} bytes are left, and ${size} are promised`);
  place.at += size;
};

const passByte = (place: Place): number => {
  const { at } = place;
  advance(place, 1);
  return place.bytes[at] ?? 0;
};

/** A compact number; of 2^30 and above only that it is too much for the length of a list. */
const passCompact = (place: Place): number => {
  const first = passByte(place);
  const mode = first & 3;
  if (mode === 3) {
    advance(place, 4 + (first >> 2));
    return Number.POSITIVE_INFINITY;
  }
  let value = first >> 2;
  for (let index = 1; index < 1 << mode; index += 1)
    value += passByte(place) * 2 ** (8 * index - 2);
  return value;
};

const pass = (layout: Layout, place: Place): void => {
  if (layout.type === 'fixed') {
    advance(place, layout.size);
    return;
  }
  place.depth += 1;
  if (place.depth > MOST_DEPTH) throw new RangeError('it is nested too deeply');
  layout.pass(place);
  place.depth -= 1;
};

const useUp = (place: Place, elements: number): void => {
  place.elements -= elements;
  if (place.elements < 0) throw new RangeError('it has too many elements');
};

/** So many of one layout. Where one takes no bytes, the others do not either. */
const passMany = (layout: Layout, count: number, place: Place): void => {
  if (layout.type === 'fixed') {
    // Of bytes decoders make nothing, one by one.
    if (layout.size > 1) useUp(place, count);
    advance(place, layout.size === 0 ? 0 : count * layout.size);
    return;
  }
  for (let index = 0; index < count; index += 1) {
    const before = place.at;
    useUp(place, 1);
    pass(layout, place);
    if (place.at === before) return;
  }
};

export const compact: Layout = {
  type: 'varying',
  pass: (place) => {
    passCompact(place);
  },
};

/** One after the other: a tuple, or the fields of a structure. */
export const inTurn = (...parts: readonly Layout[]): Layout => {
  if (parts.every((part) => part.type === 'fixed')) {
    return fixed(parts.reduce((sum, part) => sum + part.size, 0));
  }
  return {
    type: 'varying',
    pass: (place) => {
      for (const part of parts) pass(part, place);
    },
  };
};

/** A list, a set or a map: their length, then their elements. */
export const listOf = (element: Layout): Layout => ({
  type: 'varying',
  pass: (place) => passMany(element, passCompact(place), place),
});

export const arrayOf = (element: Layout, length: number): Layout => {
  if (length === 0) return fixed(0);
  if (element.type === 'fixed') return fixed(element.size === 0 ? 0 : element.size * length);
  return { type: 'varying', pass: (place) => passMany(element, length, place) };
};

/** A byte that says which of them follows. */
export const oneOf = (variants: ReadonlyMap<number, Layout>): Layout => ({
  type: 'varying',
  pass: (place) => {
    const index = passByte(place);
    const variant = variants.get(index);
    if (variant === undefined) throw new RangeError(`there is no variant ${index}`);
    pass(variant, place);
  },
});

export const optionOf = (inner: Layout): Layout =>
  oneOf(
    new Map([
      [0, fixed(0)],
      [1, inner],
    ]),
  );

/** Bits in words of so many bytes: their number, then the words. */
export const bitsIn = (wordBytes: number): Layout => ({
  type: 'varying',
  pass: (place) => advance(place, wordBytes * Math.ceil(passCompact(place) / (8 * wordBytes))),
});

/** Bytes or a text: their length, then they. */
export const bytes: Layout = listOf(fixed(1));

/** What is known only when it is passed, such as a type that has itself inside. */
export const later = (layout: () => Layout): Layout => ({
  type: 'varying',
  pass: (place) => pass(layout(), place),
});

export interface LengthOptions {
  /** Where in the bytes the value begins: 0 by default. */
  from?: number;
  /** Elements in all of its lists, bytes aside, that it may have: any number by default. */
  elements?: number;
}

/** How many of the bytes are of one value. Throws a `RangeError` when it promises more than there are, or has too much. */
export const lengthOf = (
  layout: Layout,
  encoded: Uint8Array,
  { from = 0, elements = Number.POSITIVE_INFINITY }: LengthOptions = {},
): number => {
  const place: Place = { bytes: encoded, at: from, depth: 0, elements };
  pass(layout, place);
  return place.at - from;
};
