import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BadInput } from './input.ts';
import { cached, cacheKey, modelCache, type OcrReader, readPageFile, textOf } from './ocr.ts';

const digits = fileURLToPath(
  new URL('../../../../scenarios/models/digits-mlp/compiled/', import.meta.url),
);
const page = fileURLToPath(
  new URL('../../../../scenarios/inputs/pages/business-card.png', import.meta.url),
);

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'veritrace-models-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const fill = async (dir: string) => {
  for (const file of ['graph.bin', 'manifest.json']) {
    await writeFile(join(dir, file), await readFile(join(digits, file)));
  }
};

describe('the cache of models', () => {
  it('lies where the system says', () => {
    expect(modelCache({ XDG_CACHE_HOME: '/kept' })).toBe(join('/kept', 'veritrace', 'models'));
    expect(modelCache({})).toMatch(/\.cache.veritrace.models$/);
  });

  it('names a model by all that it depends on', () => {
    const parts = { onnx: new Uint8Array([1]), recipe: { seed: 1 }, compiler: '1', sources: 'a' };
    const keys = [
      parts,
      { ...parts, onnx: new Uint8Array([2]) },
      { ...parts, recipe: { seed: 2 } },
      { ...parts, compiler: '2' },
      { ...parts, sources: 'b' },
    ].map(cacheKey);
    expect(new Set(keys).size).toBe(5);
    expect(cacheKey({ ...parts })).toBe(keys[0]);
  });

  it('makes a model once', async () => {
    let made = 0;
    const make = (dir: string) => {
      made += 1;
      return fill(dir);
    };
    const dir = await cached(root, 'once', make);
    expect(await cached(root, 'once', make)).toBe(dir);
    expect(made).toBe(1);
    expect((await readdir(root)).sort()).toEqual(['once']);
  });

  it('makes one again that is not in order', async () => {
    const dir = await cached(root, 'spoilt', fill);
    await writeFile(join(dir, 'graph.bin'), 'other bytes');
    await cached(root, 'spoilt', fill);
    expect(await readFile(join(dir, 'graph.bin'))).toEqual(
      await readFile(join(digits, 'graph.bin')),
    );
  });

  it('keeps nothing of one that could not be made', async () => {
    const failing = async (dir: string) => {
      await mkdir(join(dir, 'part'));
      throw new Error('out of luck');
    };
    await expect(cached(root, 'half', failing)).rejects.toThrow('out of luck');
    expect((await readdir(root)).filter((name) => name.includes('half'))).toEqual([]);
  });

  it('is the same for two that make it at once', async () => {
    const both = await Promise.all([cached(root, 'both', fill), cached(root, 'both', fill)]);
    expect(both).toEqual([join(root, 'both'), join(root, 'both')]);
    expect((await readdir(root)).filter((name) => name.includes('both'))).toEqual(['both']);
  });
});

describe('pages', () => {
  it('are read', async () => {
    const { width, height, data } = await readPageFile(page);
    expect(data.length).toBe(3 * width * height);
  });

  it('are named when they are none, are too large or are not there', async () => {
    const bad = join(root, 'bad.png');
    await writeFile(bad, 'no picture');
    await expect(readPageFile(bad)).rejects.toThrow(`${bad}: `);
    await expect(readPageFile(bad)).rejects.toBeInstanceOf(BadInput);
    const huge = new Uint8Array(await readFile(page));
    new DataView(huge.buffer).setUint32(16, 60_000);
    new DataView(huge.buffer).setUint32(20, 60_000);
    await writeFile(bad, huge);
    await expect(readPageFile(bad)).rejects.toThrow(/60000×60000 is not between 1 and 16777216/);
    await expect(readPageFile(join(root, 'none.png'))).rejects.toThrow(/no such file/);
  });
});

describe('textOf', () => {
  const reader: OcrReader = {
    kind: 'recogniser',
    input: () => new Uint8Array(),
    text: (answer) => `${answer.length} bytes`,
  };

  it('is what the first output reads, of a model that reads', () => {
    expect(textOf({ reader }, [new Uint8Array(4)])).toBe('4 bytes');
    expect(textOf({ reader }, [new Uint8Array()])).toBeUndefined();
    expect(textOf({ reader }, [])).toBeUndefined();
    expect(textOf({ reader: undefined }, [new Uint8Array(4)])).toBeUndefined();
  });
});
