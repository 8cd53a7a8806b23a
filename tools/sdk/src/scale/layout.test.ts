import { compactToU8a } from '@polkadot/util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  arrayOf,
  bitsIn,
  bytes,
  compact,
  fixed,
  inTurn,
  type Layout,
  later,
  lengthOf,
  listOf,
  oneOf,
  optionOf,
} from './layout.ts';
import { createLayouts, type TypeShape } from './types.ts';

const compactBytes = (value: number): number[] => [...compactToU8a(value)];

/** A layout, and bytes of values that have it. */
interface Sample {
  layout: Layout;
  values: fc.Arbitrary<number[]>;
}

const octets = (size: number): fc.Arbitrary<number[]> =>
  fc.array(fc.nat(255), { minLength: size, maxLength: size });
const many = (values: fc.Arbitrary<number[]>, most: number): fc.Arbitrary<number[][]> =>
  fc.array(values, { maxLength: most });
const flat = (parts: readonly number[][]): number[] => parts.flat();

const { sample } = fc.letrec<{ sample: Sample }>((tie) => ({
  sample: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.nat(9).map((size): Sample => ({ layout: fixed(size), values: octets(size) })),
    fc.constant<Sample>({ layout: compact, values: fc.nat(2 ** 31 - 1).map(compactBytes) }),
    fc.constant<Sample>({
      layout: bytes,
      values: fc
        .array(fc.nat(255), { maxLength: 200 })
        .map((inside) => [...compactBytes(inside.length), ...inside]),
    }),
    fc.constantFrom(1, 2, 4).map(
      (word): Sample => ({
        layout: bitsIn(word),
        values: fc
          .nat(70)
          .chain((bits) =>
            octets(word * Math.ceil(bits / (8 * word))).map((words) => [
              ...compactBytes(bits),
              ...words,
            ]),
          ),
      }),
    ),
    tie('sample').map(
      ({ layout, values }): Sample => ({
        layout: listOf(layout),
        values: many(values, 5).map((all) => [...compactBytes(all.length), ...flat(all)]),
      }),
    ),
    fc.tuple(tie('sample'), fc.nat(4)).map(
      ([{ layout, values }, length]): Sample => ({
        layout: arrayOf(layout, length),
        values: fc.array(values, { minLength: length, maxLength: length }).map(flat),
      }),
    ),
    fc.array(tie('sample'), { maxLength: 4 }).map(
      (parts): Sample => ({
        layout: inTurn(...parts.map(({ layout }) => layout)),
        values: fc.tuple(...parts.map(({ values }) => values)).map(flat),
      }),
    ),
    tie('sample').map(
      ({ layout, values }): Sample => ({
        layout: optionOf(layout),
        values: fc.option(values, { nil: undefined }).map((one) => (one ? [1, ...one] : [0])),
      }),
    ),
    fc
      .dictionary(fc.nat(255).map(String), tie('sample'), { minKeys: 1, maxKeys: 4 })
      .map((variants): Sample => {
        const all = Object.entries(variants).map(([index, one]) => [Number(index), one] as const);
        return {
          layout: oneOf(new Map(all.map(([index, { layout }]) => [index, layout]))),
          values: fc.oneof(
            ...all.map(([index, { values }]) => values.map((one) => [index, ...one])),
          ),
        };
      }),
    tie('sample').map(({ layout, values }): Sample => ({ layout: later(() => layout), values })),
  ),
}));

const valued = sample.chain(({ layout, values }) =>
  values.map((value) => ({ layout, value: Uint8Array.from(value) })),
);

describe('the length of a value', () => {
  it('is found whatever is before it and behind it', () => {
    fc.assert(
      fc.property(valued, octets(3), fc.uint8Array(), ({ layout, value }, before, behind) => {
        const all = Uint8Array.from([...before, ...value, ...behind]);
        expect(lengthOf(layout, all, { from: before.length })).toBe(value.length);
      }),
      { numRuns: 500 },
    );
  });

  it('is none where its end is missing', () => {
    fc.assert(
      fc.property(valued, fc.nat(9_999), ({ layout, value }, share) => {
        fc.pre(value.length > 0);
        const cut = value.subarray(0, Math.floor((share * value.length) / 10_000));
        expect(() => lengthOf(layout, cut)).toThrow(RangeError);
      }),
      { numRuns: 500 },
    );
  });

  it('is not sought for longer than there are bytes', () => {
    const began = process.cpuUsage();
    const longest = Uint8Array.from(compactBytes(2 ** 30 - 1));
    for (const element of [fixed(1), compact, listOf(compact), optionOf(compact), bytes]) {
      expect(() => lengthOf(listOf(element), longest)).toThrow(RangeError);
    }
    // Of what takes no bytes, there may be any number.
    expect(lengthOf(listOf(fixed(0)), longest)).toBe(longest.length);
    expect(lengthOf(listOf(later(() => fixed(0))), longest)).toBe(longest.length);
    expect(process.cpuUsage(began).user).toBeLessThan(1_000_000);
  });

  it('is none where there are more elements than allowed, bytes aside', () => {
    const value = Uint8Array.from([2 << 2, 3 << 2, 1, 2, 3, 2 << 2, 1, 2]);
    // A list of two texts; the same bytes as a list of two lists of pairs are too short.
    expect(lengthOf(listOf(bytes), value, { elements: 2 })).toBe(value.length);
    expect(() => lengthOf(listOf(bytes), value, { elements: 1 })).toThrow('too many elements');
    const pairs = Uint8Array.from([3 << 2, 1, 2, 1, 2, 1, 2]);
    expect(lengthOf(listOf(fixed(2)), pairs, { elements: 3 })).toBe(pairs.length);
    expect(() => lengthOf(listOf(fixed(2)), pairs, { elements: 2 })).toThrow('too many elements');
  });

  it('is none of what is nested without an end', () => {
    const endless: Layout = later(() => listOf(endless));
    expect(() => lengthOf(endless, new Uint8Array(10_000).fill(4))).toThrow('nested too deeply');
  });
});

describe('layouts of a runtime’s types', () => {
  const shapes: Readonly<Record<number, TypeShape>> = {
    0: { type: 'primitive', name: 'u8' },
    1: { type: 'primitive', name: 'str' },
    2: { type: 'compact', of: 3 },
    3: { type: 'primitive', name: 'u128' },
    // A tree: a leaf of 16 bytes, or a text and a list of trees.
    4: {
      type: 'one-of',
      variants: new Map([
        [0, [3]],
        [7, [1, 5]],
      ]),
    },
    5: { type: 'list', of: 4 },
    6: { type: 'in-turn', parts: [] },
    7: { type: 'compact', of: 6 },
    8: { type: 'array', of: 2, length: 3 },
    9: { type: 'bits', words: 0 },
    10: { type: 'in-turn', parts: [10, 0] },
    11: { type: 'primitive', name: 'u7' },
  };
  const layoutOf = createLayouts((id) => {
    const shape = shapes[id];
    if (shape === undefined) throw new RangeError(`there is no type ${id}`);
    return shape;
  });
  const length = (id: number, ...encoded: number[]): number =>
    lengthOf(layoutOf(id), Uint8Array.from(encoded));

  it('are those of what the types are made of', () => {
    const leaf = [0, ...Array<number>(16).fill(9)];
    expect(length(4, ...leaf)).toBe(17);
    expect(length(4, 7, 2 << 2, 65, 66, 2 << 2, ...leaf, 7, 0, 0)).toBe(25);
    expect(length(7)).toBe(0);
    expect(length(8, 4, 1, 1, 2, 1, 0, 0)).toBe(7);
    expect(length(9, 9 << 2, 1, 1)).toBe(3);
  });

  it('are none of what is no type, and of one that consists of itself', () => {
    expect(() => length(4, 1)).toThrow('there is no variant 1');
    expect(() => length(11, 1)).toThrow('there is no primitive type u7');
    expect(() => length(12, 1)).toThrow('there is no type 12');
    expect(() => length(10, 1)).toThrow(RangeError);
  });
});
