/** Manifests and cards that something happened to: they are what they should be, or it is said in which file they are not. */
import { cp, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mutatedText, withinBoundsAsync } from '@veritrace/referee/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digitFolder } from '../digits.ts';
import { CompileError } from '../errors.ts';
import { readCard } from './card.ts';
import { readCompiled } from './folder.ts';

const RUNS = Number(process.env.VERITRACE_FUZZ_RUNS ?? 200);

let dir: string;
beforeAll(async () => {
  dir = join(await mkdtemp(join(tmpdir(), 'veritrace-mutated-')), 'model');
  await cp(digitFolder('digits-cnn'), dir, { recursive: true });
});
afterAll(() => rm(join(dir, '..'), { recursive: true }));

const FILES: [string, (dir: string) => Promise<unknown>][] = [
  ['manifest.json', readCompiled],
  ['card.json', readCard],
];

describe('a file of a model that something happened to', { timeout: 600_000 }, () => {
  it.each(FILES)('is a %s, or is refused by its name', async (name, read) => {
    const path = join(dir, name);
    const sound = await readFile(path, 'utf8');
    await fc.assert(
      fc.asyncProperty(mutatedText([sound]), async (text) => {
        await writeFile(path, text);
        await withinBoundsAsync(() => read(dir)).catch((error: unknown) => {
          expect(error).toBeInstanceOf(CompileError);
          expect(String(error)).toMatch(/manifest|card\.json|graph\.bin|leads out/);
        });
      }),
      { numRuns: RUNS },
    );
    // More than either has, and nothing of it on disk.
    await truncate(path, 2 ** 32);
    const error = await read(dir).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(CompileError);
    expect(String(error)).toContain('4294967296 bytes');
    await writeFile(path, sound);
    expect(await read(dir)).toBeDefined();
  });
});
