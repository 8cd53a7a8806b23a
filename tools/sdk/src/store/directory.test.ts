import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Hex } from '../types.ts';
import { blobAddress } from './address.ts';
import { StoreError } from './backend.ts';
import { createDirectoryBackend } from './directory.ts';

const content = new Uint8Array([1, 2, 3]);
const name = blobAddress(content);
const file = name.digest.slice(2);

describe('a directory backend', () => {
  let base: string;
  let folder: string;
  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), 'veritrace-store-'));
    folder = join(base, 'store');
  });
  afterEach(() => rm(base, { recursive: true }));

  it('gives back what was written, also to another of the same folder', async () => {
    await createDirectoryBackend(folder).write?.(name, content);
    expect(await createDirectoryBackend(folder).read(name, 3)).toEqual(content);
    expect(await readdir(join(folder, 'blob'))).toEqual([file]);
  });

  it('has nothing where nothing was written', async () => {
    const backend = createDirectoryBackend(folder);
    expect(await backend.read(name, 3)).toBeUndefined();
    await backend.write?.(name, content);
    expect(await backend.read({ kind: 'tensor', digest: name.digest }, 3)).toBeUndefined();
  });

  it('keeps from others what may be private', async () => {
    await createDirectoryBackend(folder).write?.(name, content);
    expect((await stat(join(folder, 'blob', file))).mode & 0o077).toBe(0);
    expect((await stat(join(folder, 'blob'))).mode & 0o077).toBe(0);
  });

  it('never reads more than it may', async () => {
    const backend = createDirectoryBackend(folder);
    await backend.write?.(name, content);
    await expect(backend.read(name, 2)).rejects.toThrow(/has 3 bytes, and .* at most 2/);
  });

  it('does not follow a symbolic link in place of a file', async () => {
    await mkdir(join(folder, 'blob'), { recursive: true });
    const secret = join(base, 'secret');
    await writeFile(secret, content);
    await symlink(secret, join(folder, 'blob', file));
    const backend = createDirectoryBackend(folder);
    await expect(backend.read(name, 3)).rejects.toThrow(/symbolic link/);
    // Written, the link is replaced, and what it led to is left alone.
    await backend.write?.(name, new Uint8Array([9]));
    expect(new Uint8Array(await readFile(secret))).toEqual(content);
    expect(await backend.read(name, 3)).toEqual(new Uint8Array([9]));
  });

  it('does not follow a symbolic link in place of a folder', async () => {
    const outside = join(base, 'outside');
    await mkdir(outside);
    await mkdir(folder);
    await writeFile(join(outside, file), content);
    await symlink(outside, join(folder, 'blob'));
    const backend = createDirectoryBackend(folder);
    await expect(backend.read(name, 3)).rejects.toThrow(StoreError);
    await expect(backend.write?.(name, content)).rejects.toThrow(StoreError);
    expect(await readdir(outside)).toEqual([file]);
  });

  it('refuses names that are no digests', async () => {
    const backend = createDirectoryBackend(folder);
    await writeFile(join(base, 'secret'), content);
    for (const digest of ['../../secret', '0x../secret', `${name.digest}/..`, '', '0xAB']) {
      const wrong = { kind: 'blob', digest: digest as Hex } as const;
      await expect(backend.read(wrong, 3), digest).rejects.toThrow(/is not a digest/);
      await expect(backend.write?.(wrong, content), digest).rejects.toThrow(/is not a digest/);
    }
  });

  it('says what is wrong when a file is none', async () => {
    await mkdir(join(folder, 'blob', file), { recursive: true });
    await expect(createDirectoryBackend(folder).read(name, 3)).rejects.toThrow(/is not a file/);
  });
});
