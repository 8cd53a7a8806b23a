/** Folders of compiled models: written whole, and read only when they are what they say. */
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createReferee } from '@veritrace/referee';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compileDigits, digitFolder } from '../digits.ts';
import { type Manifest, readCompiled, writeCompiled } from './folder.ts';

let root: string;
let dir: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'veritrace-model-'));
  dir = join(root, 'model');
  await cp(digitFolder('digits-mlp'), dir, { recursive: true });
});

afterEach(() => rm(root, { recursive: true, force: true }));

const edit = async (change: (manifest: Manifest) => void): Promise<void> => {
  const path = join(dir, 'manifest.json');
  const manifest = JSON.parse(await readFile(path, 'utf8')) as Manifest;
  change(manifest);
  await writeFile(path, JSON.stringify(manifest));
};

describe('writeCompiled', () => {
  it('writes what readCompiled reads, and nothing else', async () => {
    const model = await compileDigits('digits-cnn');
    const target = join(root, 'written');
    const written = await writeCompiled(target, model, createReferee());
    const read = await readCompiled(target);
    expect(read.manifest).toEqual(written);
    expect(Buffer.compare(read.graphBin, model.graphBin)).toBe(0);
    expect(read.graph.nodes).toHaveLength(model.graph.nodes.length);
    expect((await readdir(target)).sort()).toEqual(['graph.bin', 'manifest.json']);
  });

  it('leaves a card that is there as it is', async () => {
    const card = await readFile(join(dir, 'card.json'));
    await writeCompiled(dir, await compileDigits('digits-cnn'), createReferee());
    expect(await readFile(join(dir, 'card.json'))).toEqual(card);
  });

  it('writes nothing when the chain would refuse the graph', async () => {
    const model = await compileDigits('digits-mlp');
    const graphBin = model.graphBin.slice(0, -1);
    const target = join(root, 'refused');
    await expect(writeCompiled(target, { ...model, graphBin }, createReferee())).rejects.toThrow();
    await expect(readdir(target)).rejects.toThrow(/ENOENT/);
  });
});

describe('readCompiled', () => {
  it('refuses a graph with one flipped bit', async () => {
    const path = join(dir, 'graph.bin');
    const bytes = await readFile(path);
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    await writeFile(path, bytes);
    await expect(readCompiled(dir)).rejects.toThrow(/has SHA-256 .*; the manifest says/);
  });

  it('refuses a graph of another length', async () => {
    const path = join(dir, 'graph.bin');
    await writeFile(path, (await readFile(path)).subarray(1));
    await expect(readCompiled(dir)).rejects.toThrow(/bytes; the manifest says/);
  });

  it.each(['../outside.bin', '/etc/hostname'])('refuses the path %s', async (file) => {
    await writeFile(join(root, 'outside.bin'), 'x');
    await edit((manifest) => {
      manifest.graph.file = file;
    });
    await expect(readCompiled(dir)).rejects.toThrow(/leads out of/);
  });

  it('refuses a link out of the folder', async () => {
    await writeFile(join(root, 'outside.bin'), await readFile(join(dir, 'graph.bin')));
    await rm(join(dir, 'graph.bin'));
    await symlink(join(root, 'outside.bin'), join(dir, 'graph.bin'));
    await expect(readCompiled(dir)).rejects.toThrow(/leads out of/);
  });

  it('refuses unknown keys and names them', async () => {
    await edit((manifest) => Object.assign(manifest, { surprise: 1 }));
    await expect(readCompiled(dir)).rejects.toThrow(/surprise/);
  });

  it('refuses a manifest that describes another graph', async () => {
    await edit((manifest) => {
      manifest.inputs[0]?.spec.shape.reverse();
    });
    await expect(readCompiled(dir)).rejects.toThrow(/does not describe its graph/);
  });

  it('refuses text that is not JSON', async () => {
    await writeFile(join(dir, 'manifest.json'), '{');
    await expect(readCompiled(dir)).rejects.toThrow(/is not JSON/);
  });
});
