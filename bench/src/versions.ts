/** Versions of what is measured and of what measures. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ROOT } from './paths.ts';

const manifest = z.object({ version: z.string() });

/** Of a package as this folder imports it: its own copy goes before the shared one. */
const versionOf = (name: string): string => {
  const file = [join(ROOT, 'bench/node_modules'), join(ROOT, 'node_modules')]
    .map((folder) => join(folder, name, 'package.json'))
    .find((candidate) => existsSync(candidate));
  if (file === undefined) throw new Error(`${name} is not installed; run npm ci`);
  return manifest.parse(JSON.parse(readFileSync(file, 'utf8'))).version;
};

/** Versions of packages, by name. */
export const packageVersions = (...names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, versionOf(name)]));

const RELEASED = {
  runtime: 'veritrace_runtime.compact.compressed.wasm',
  referee: 'referee.wasm',
} as const;

/** SHA-256 of the released wasm files. */
export const releaseDigests = (...which: readonly (keyof typeof RELEASED)[]) =>
  Object.fromEntries(
    which.map((one) => [
      `${one}.wasm`,
      createHash('sha256')
        .update(readFileSync(join(ROOT, 'runtime/release', RELEASED[one])))
        .digest('hex'),
    ]),
  );
