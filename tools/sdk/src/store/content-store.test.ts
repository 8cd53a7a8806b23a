import { createReferee } from '@veritrace/referee';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TensorSpec } from '../state.ts';
import { blobAddress, type ContentAddress, isContent, tensorAddress } from './address.ts';
import { type StoreBackend, StoreError } from './backend.ts';
import { createContentStore } from './content-store.ts';
import { createMemoryBackend } from './memory.ts';

const referee = createReferee();
const spec: TensorSpec = { dtype: 'U8', shape: [1, 4] };
const content = new Uint8Array([1, 2, 3, 4]);
const address = tensorAddress(referee, spec, content, 1);

/** A place that gives the same for everything. */
const giving = (name: string, given: Uint8Array | StoreError | undefined) => {
  const asked: ContentAddress['kind'][] = [];
  const backend: StoreBackend = {
    name,
    read: async ({ kind }) => {
      asked.push(kind);
      if (given instanceof StoreError) throw given;
      return given;
    },
  };
  return { backend, asked };
};

const storeOf = (...backends: StoreBackend[]) => {
  const troubles: string[] = [];
  const store = createContentStore({
    backends,
    referee,
    onTrouble: ({ message }) => troubles.push(message),
  });
  return { store, troubles };
};

describe('an address', () => {
  it('names one content and no other', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 64 }),
        fc.uint8Array({ minLength: 1, maxLength: 64 }),
        (one, other) => {
          const [tensor, chunked] = [1, 2].map(
            (layout) => (data: Uint8Array) =>
              tensorAddress(referee, { dtype: 'U8', shape: [data.length] }, data, layout),
          );
          if (tensor === undefined || chunked === undefined) throw new Error('two layouts');
          expect(tensor(one)).not.toEqual(chunked(one));
          const same = Buffer.compare(one, other) === 0;
          for (const addressOf of [tensor, chunked, blobAddress]) {
            expect(isContent(referee, addressOf(one), one)).toBe(true);
            expect(isContent(referee, addressOf(one), other)).toBe(same);
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it('of a tensor binds its shape and type', () => {
    const others: TensorSpec[] = [
      { dtype: 'I8', shape: [1, 4] },
      { dtype: 'U8', shape: [2, 2] },
    ];
    for (const other of others) {
      const wrong: ContentAddress = { kind: 'tensor', digest: address.digest, spec: other };
      expect(isContent(referee, wrong, content)).toBe(false);
    }
    expect(() => tensorAddress(referee, spec, content.subarray(1), 1)).toThrow(
      /has 4 bytes, not 3/,
    );
  });
});

describe('a store', () => {
  it('asks its places in order, and passes over those that lie, fail, or have nothing', async () => {
    const wrong = giving('liar', new Uint8Array([4, 3, 2, 1]));
    const broken = giving('broken', new StoreError('broken: no answer'));
    const empty = giving('empty', undefined);
    const right = giving('right', content);
    const after = giving('after', content);
    const { store, troubles } = storeOf(
      ...[wrong, broken, empty, right, after].map(({ backend }) => backend),
    );
    expect(await store.get(address)).toEqual(content);
    expect([wrong, broken, empty, right, after].map(({ asked }) => asked.length)).toEqual([
      1, 1, 1, 1, 0,
    ]);
    expect(troubles).toEqual([
      expect.stringMatching(/liar has something else as tensor 0x.*4 bytes of another hash/),
      'broken: no answer',
    ]);
  });

  it('has nothing when no place has it', async () => {
    const { store, troubles } = storeOf(giving('empty', undefined).backend);
    expect(await store.get(address)).toBeUndefined();
    expect(troubles).toEqual([]);
  });

  it('tells places how much they may give', async () => {
    const limits: number[] = [];
    const { store } = storeOf({
      name: 'meter',
      read: async (_name, maxBytes) => {
        limits.push(maxBytes);
        return undefined;
      },
    });
    await store.get(address);
    await store.get({ ...blobAddress(content), maxBytes: 9 } as ContentAddress);
    expect(limits).toEqual([4, 9]);
  });

  it('remembers what it got, up to a size', async () => {
    const right = giving('right', content);
    const { store } = storeOf(right.backend);
    await store.get(address);
    await store.get(address);
    expect(right.asked).toHaveLength(1);
    const forgetful = createContentStore({ backends: [right.backend], referee, cacheBytes: 3 });
    await forgetful.get(address);
    await forgetful.get(address);
    expect(right.asked).toHaveLength(3);
  });

  it('forgets the least lately used first', async () => {
    const memory = createMemoryBackend();
    let reads = 0;
    const counted: StoreBackend = {
      ...memory,
      read: (...args) => {
        reads += 1;
        return memory.read(...args);
      },
    };
    const store = createContentStore({ backends: [counted], referee, cacheBytes: 8 });
    const contents = [1, 2, 3].map((value) => new Uint8Array(4).fill(value));
    const [first, second, third] = contents.map(blobAddress) as [
      ContentAddress,
      ContentAddress,
      ContentAddress,
    ];
    for (const each of contents) await store.put(blobAddress(each), each);
    // The third took the place of the first.
    for (const [at, expected] of [
      [third, 0],
      [second, 0],
      [first, 1],
      [second, 1],
      [third, 2],
    ] as const) {
      await store.get(at);
      expect(reads).toBe(expected);
    }
  });

  it('keeps what it got in a place of its own, which it asks before all others', async () => {
    const own = createMemoryBackend('own');
    const right = giving('right', content);
    const storeWith = (keep: StoreBackend) =>
      createContentStore({ backends: [right.backend], keep, referee, cacheBytes: 0 });
    expect(await storeWith(own).get(address)).toEqual(content);
    expect(await own.read(address, 4)).toEqual(content);
    expect(await storeWith(own).get(address)).toEqual(content);
    expect(right.asked).toHaveLength(1);
    // What is wrong there is replaced by what is right.
    await own.write?.(address, new Uint8Array(4));
    expect(await storeWith(own).get(address)).toEqual(content);
    expect(await own.read(address, 4)).toEqual(content);
  });

  it('gives what it got though it cannot keep it', async () => {
    const troubles: string[] = [];
    const store = createContentStore({
      backends: [giving('right', content).backend],
      keep: {
        name: 'full',
        read: async () => undefined,
        write: async () => {
          throw new StoreError('full: no space left');
        },
      },
      referee,
      onTrouble: ({ message }) => troubles.push(message),
    });
    expect(await store.get(address)).toEqual(content);
    expect(troubles).toEqual(['full: no space left']);
  });

  it('keeps only what the address names', async () => {
    const { store } = storeOf(createMemoryBackend());
    await expect(store.put(address, new Uint8Array(4))).rejects.toThrow(/4 bytes are not tensor/);
    expect(await store.get(address)).toBeUndefined();
  });

  it('says so when no place can be written, and is content with one', async () => {
    const full: StoreBackend = {
      name: 'full',
      read: async () => undefined,
      write: async () => {
        throw new StoreError('full: no space left');
      },
    };
    const reading = giving('reading', undefined).backend;
    await expect(storeOf(reading).store.put(address, content)).rejects.toThrow(
      /kept nowhere: none of its places can be written/,
    );
    await expect(storeOf(full).store.put(address, content)).rejects.toThrow(/no space left/);
    const { store, troubles } = storeOf(full, createMemoryBackend());
    await store.put(address, content);
    expect(troubles).toEqual(['full: no space left']);
  });

  it('is not deceived by a cache when an address is of another size', async () => {
    const right = giving('right', content);
    const { store } = storeOf(right.backend);
    const blob = blobAddress(content);
    await store.get(blob);
    expect(await store.get({ ...blob, maxBytes: 3 } as ContentAddress)).toBeUndefined();
  });
});
