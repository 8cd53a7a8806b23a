// Which files the released wasm is made of, and a digest over them.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the checkout. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const FOLDERS = ['pallets', 'runtime', 'tools/referee'];
const FILES = ['Cargo.toml', 'Cargo.lock'];

/** Tests, mocks and benchmarks never reach the wasm. */
const LEFT_OUT = /(^|\/)(tests?|mock|benchmarking|testdata|release|target|node_modules)(\/|\.rs$)/;
const TAKEN = /\.(rs|toml)$/;

const walk = (folder) =>
  readdirSync(join(ROOT, folder)).flatMap((name) => {
    const path = `${folder}/${name}`;
    if (LEFT_OUT.test(statSync(join(ROOT, path)).isDirectory() ? `${path}/` : path)) return [];
    return statSync(join(ROOT, path)).isDirectory() ? walk(path) : [path];
  });

/** Paths, relative to the root and sorted, of every file that the released wasm is made of. */
export const sourceFiles = () =>
  [...FILES, ...FOLDERS.flatMap(walk).filter((path) => TAKEN.test(path))].sort();

/** SHA-256 in hexadecimal over the path, length and bytes of each of those files. */
export const sourceDigest = () => {
  const hash = createHash('sha256');
  for (const path of sourceFiles()) {
    const bytes = readFileSync(join(ROOT, path));
    hash.update(`${path}\n${bytes.length}\n`).update(bytes);
  }
  return hash.digest('hex');
};
