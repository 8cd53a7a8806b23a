/** Alters a record as a forger would, for the tests and the command that say that all of it is noticed. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { createRandom } from '../actors/random.ts';

/** A byte of a record that was replaced. */
export interface Alteration {
  /** From the record's folder. */
  file: string;
  at: number;
  was: number;
  is: number;
}

/** Every file of a record, from its folder, in order. */
export const filesOf = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)))
    .sort();

/** What must follow from the genesis and the blocks, so that it is noticed even when the list of files is repaired. */
export const isRecomputed = (file: string): boolean =>
  [
    'blocks.jsonl',
    'claims.json',
    'events.jsonl',
    'genesis-config.json',
    'genesis.json',
    'runtime.wasm',
    'verdicts.json',
  ].includes(file) ||
  /^inputs\/[^/]+\.bin$/.test(file) ||
  /^models\/[^/]+\/graph\.bin$/.test(file);

/** Single bytes to alter, as often in small files as in large ones; the same for equal seeds. */
export const chooseAlterations = async (
  folder: string,
  files: readonly string[],
  { count, seed }: { count: number; seed: number },
): Promise<Alteration[]> => {
  const random = createRandom(seed, 'alterations');
  const contents = new Map<string, Uint8Array>();
  for (const file of files) {
    const bytes = await readFile(join(folder, file));
    if (bytes.length > 0) contents.set(file, bytes);
  }
  const chosen = [...contents];
  return Array.from({ length: count }, (_, index): Alteration => {
    const [file, bytes] = chosen[index % chosen.length] ?? ['', new Uint8Array()];
    const at = Math.floor(random() * bytes.length);
    const was = bytes[at] ?? 0;
    const is = (was + 1 + Math.floor(random() * 255)) % 256;
    return { file, at, was, is };
  });
};

/** Does it, and returns the way back. */
export const alter = async (
  folder: string,
  { file, at, is }: Alteration,
): Promise<() => Promise<void>> => {
  const path = join(folder, file);
  const original = await readFile(path);
  const altered = Buffer.from(original);
  altered[at] = is;
  await writeFile(path, altered);
  return () => writeFile(path, original);
};
