import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDirectoryBackend, startStoreServer } from '@veritrace/sdk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Output } from '../output.ts';
import { parseSpec, storeGet, storePut } from './store.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'veritrace-store-'));
});
afterEach(() => rm(folder, { recursive: true }));

const recording = () => {
  const said: { documents: unknown[]; notes: string[] } = { documents: [], notes: [] };
  const output: Output = {
    json: true,
    result: (document) => said.documents.push(document),
    note: (text) => said.notes.push(text),
  };
  return { output, said };
};

describe('a store on the command line', () => {
  it('keeps a tensor under its root and gives it back, also over HTTP', async () => {
    const file = join(folder, 'input');
    await writeFile(file, new Uint8Array([1, 2, 3, 4]));
    const kept = join(folder, 'kept');
    const spec = parseSpec('U8:1,4');
    const { output, said } = recording();
    expect(await storePut(file, { places: [kept], spec, layout: 1 }, output)).toBe(true);
    const [put] = said.documents as { digest: `0x${string}`; bytes: number }[];
    expect(put).toMatchObject({ kind: 'tensor', bytes: 4 });
    const address = { kind: 'tensor', digest: put?.digest ?? '0x', spec } as const;
    const server = await startStoreServer({ backend: createDirectoryBackend(kept) });
    try {
      for (const place of [kept, server.url]) {
        const out = join(folder, 'out');
        await storeGet(address, { places: [place], own: true, out }, output);
        expect(new Uint8Array(await readFile(out))).toEqual(new Uint8Array([1, 2, 3, 4]));
        await rm(out);
      }
      // A server of one's own is not public: it takes a word to use it.
      await expect(
        storeGet(address, { places: [server.url], own: false, out: join(folder, 'out') }, output),
      ).rejects.toThrow(/only https may be used/);
    } finally {
      await server.close();
    }
  });

  it('keeps any file by its SHA-256', async () => {
    const file = join(folder, 'graph.bin');
    await writeFile(file, 'abc');
    const { output, said } = recording();
    await storePut(file, { places: [join(folder, 'kept')], spec: undefined, layout: 1 }, output);
    expect(said.documents).toEqual([
      {
        kind: 'blob',
        digest: '0xba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
        bytes: 3,
      },
    ]);
  });

  it('says which places were asked when none has it', async () => {
    const { output } = recording();
    const address = { kind: 'blob', digest: `0x${'ab'.repeat(32)}`, maxBytes: 9 } as const;
    await expect(
      storeGet(address, { places: [folder], own: false, out: join(folder, 'out') }, output),
    ).rejects.toThrow(/no place has blob 0xabab.*: .*Whoever made it has it/);
  });

  it('takes a spec as type and shape', () => {
    expect(parseSpec('I32:2,3')).toEqual({ dtype: 'I32', shape: [2, 3] });
    for (const wrong of ['U8', 'U9:1', 'U8:', 'U8:1,', 'U8:-1', 'u8:1']) {
      expect(() => parseSpec(wrong), wrong).toThrow(/like U8:1,64/);
    }
  });
});
