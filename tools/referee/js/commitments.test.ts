import { createHash } from 'node:crypto';
import { blake3 } from '@napi-rs/blake-hash';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byteLength, createReferee, dtypeSize, RefereeError, type TensorSpec } from './index.ts';

/** The definition, as the README of the primitives has it, one hash at a time. */
const sha256 = (...parts: Uint8Array[]): Uint8Array => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
};
const tag = (value: number) => Uint8Array.of(value);
const u32 = (value: number) => new Uint8Array(Uint32Array.of(value).buffer);

/** Channels-last where the rank is 4, element by element. */
const committedOrder = ({ dtype, shape }: TensorSpec, data: Uint8Array): Uint8Array => {
  const [n, c, h, w] = shape;
  if (
    shape.length !== 4 ||
    n === undefined ||
    c === undefined ||
    h === undefined ||
    w === undefined
  ) {
    return data;
  }
  const size = dtypeSize(dtype);
  const out = new Uint8Array(data.length);
  let at = 0;
  for (let batch = 0; batch < n; batch += 1) {
    for (let pixel = 0; pixel < h * w; pixel += 1) {
      for (let channel = 0; channel < c; channel += 1) {
        const from = ((batch * c + channel) * h * w + pixel) * size;
        out.set(data.subarray(from, from + size), at);
        at += size;
      }
    }
  }
  return out;
};

const encodedSpec = (spec: TensorSpec): Uint8Array =>
  Uint8Array.from([
    ['U8', 'I8', 'I32', 'F32'].indexOf(spec.dtype),
    spec.shape.length << 2,
    ...spec.shape.flatMap((dimension) => [...u32(dimension)]),
  ]);

/** In layout 2 the tree over the tiles is BLAKE3's own, here by another library than the module has. */
const chunkedRoot = (spec: TensorSpec, data: Uint8Array): Uint8Array => {
  const committed = committedOrder(spec, data);
  const tiles = Math.ceil(committed.length / 1024);
  return sha256(tag(2), tag(2), encodedSpec(spec), u32(tiles), blake3(committed));
};

const taggedRoot = (spec: TensorSpec, data: Uint8Array): Uint8Array => {
  const committed = committedOrder(spec, data);
  const tiles = Math.ceil(committed.length / 256);
  let level = Array.from({ length: tiles }, (_, tile) =>
    sha256(tag(0), committed.subarray(256 * tile, 256 * (tile + 1))),
  );
  while (level.length > 1) {
    const above: Uint8Array[] = [];
    for (let at = 0; at < level.length; at += 2) {
      const [left, right] = level.slice(at, at + 2);
      if (left !== undefined) above.push(right === undefined ? left : sha256(tag(1), left, right));
    }
    level = above;
  }
  return sha256(tag(2), tag(1), encodedSpec(spec), u32(tiles), level[0] ?? new Uint8Array(32));
};

const rootByDefinition = (spec: TensorSpec, data: Uint8Array, layout: number): Uint8Array =>
  layout === 1 ? taggedRoot(spec, data) : chunkedRoot(spec, data);

const dtypes = fc.constantFrom<TensorSpec['dtype']>('U8', 'I8', 'I32', 'F32');
/** Of every rank; those of rank 4 around the blocks in which they are transposed, and around four tiles. */
const shapes = fc.oneof(
  fc.array(fc.integer({ min: 1, max: 7 }), { maxLength: 6 }),
  fc.tuple(fc.constant(1), fc.integer({ min: 1, max: 5000 })),
  fc.tuple(
    fc.integer({ min: 1, max: 2 }),
    fc.integer({ min: 1, max: 70 }),
    fc.integer({ min: 1, max: 17 }),
    fc.integer({ min: 1, max: 17 }),
  ),
);
const tensors = fc.tuple(dtypes, shapes, fc.integer()).map(([dtype, shape, seed]) => {
  const spec: TensorSpec = { dtype, shape: [...shape] };
  const data = new Uint8Array(byteLength(spec));
  let state = seed | 1;
  for (let at = 0; at < data.length; at += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    data[at] = state >>> 9;
  }
  return { spec, data };
});

const ways = [
  { what: 'in layout 1', layout: 1, native: true },
  { what: 'in layout 2', layout: 2, native: true },
  { what: 'in layout 2, in the module alone', layout: 2, native: false },
];

describe.each(ways)('the root of a tensor $what', ({ layout, native }) => {
  const referee = createReferee(undefined, { native });

  it('is that of the definition, whatever its type, shape and length', () => {
    fc.assert(
      fc.property(tensors, ({ spec, data }) => {
        expect(referee.tensorRoot(spec, data, layout)).toEqual(
          rootByDefinition(spec, data, layout),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('is the same alone and among others', () => {
    fc.assert(
      fc.property(fc.array(tensors, { maxLength: 40 }), (list) => {
        expect(referee.tensorRoots(list, layout)).toEqual(
          list.map(({ spec, data }) => referee.tensorRoot(spec, data, layout)),
        );
      }),
      { numRuns: 20 },
    );
  });

  it('takes every number of tiles beyond the fours that are hashed at a time', () => {
    for (let size = 1; size <= 20 * 256; size += 51) {
      const spec: TensorSpec = { dtype: 'U8', shape: [size] };
      const data = Uint8Array.from({ length: size }, (_, at) => at * 31 + (at >> 8));
      expect(referee.tensorRoot(spec, data, layout)).toEqual(rootByDefinition(spec, data, layout));
    }
  });

  it('takes more than goes to the module at a time', () => {
    const spec: TensorSpec = { dtype: 'U8', shape: [1, 48, 100, 75] };
    const data = Uint8Array.from({ length: byteLength(spec) }, (_, at) => at * 7 + (at >> 11));
    const small = { spec: { dtype: 'I8' as const, shape: [3] }, data: Uint8Array.of(1, 2, 3) };
    const roots = referee.tensorRoots([{ spec, data }, small, { spec, data }], layout);
    expect(roots[0]).toEqual(rootByDefinition(spec, data, layout));
    expect(roots[2]).toEqual(roots[0]);
    expect(roots[1]).toEqual(rootByDefinition(small.spec, small.data, layout));
  });

  it('is the same of images that are transposed in parts', () => {
    for (const shape of [
      [1, 3, 300, 301],
      [1, 24, 100, 77],
      [2, 40, 90, 91],
      [1, 700, 15, 16],
      [3, 9, 150, 150],
    ]) {
      for (const dtype of ['U8', 'I32'] as const) {
        const spec: TensorSpec = { dtype, shape };
        const data = Uint8Array.from({ length: byteLength(spec) }, (_, at) => at * 13 + (at >> 9));
        expect(referee.tensorRoot(spec, data, layout)).toEqual(
          rootByDefinition(spec, data, layout),
        );
      }
    }
  });

  it('is refused to bytes that are not the spec’s', () => {
    const spec: TensorSpec = { dtype: 'I32', shape: [2, 2] };
    expect(() => referee.tensorRoot(spec, new Uint8Array(15), layout)).toThrow(RefereeError);
    const long = { spec, data: new Uint8Array(17) };
    expect(() => referee.tensorRoots([long], layout)).toThrow(/Length/);
    const empty: TensorSpec = { dtype: 'U8', shape: [0] };
    expect(() => referee.tensorRoot(empty, new Uint8Array(0), layout)).toThrow(/Shape/);
    expect(referee.tensorRoots([], layout)).toEqual([]);
    expect(() => referee.tensorRoot(spec, new Uint8Array(16), 3)).toThrow(/no layout version 3/);
  });
});
