/** The runtimes that ship with the project: the present one, and those of earlier releases. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const folder = (name: string): string =>
  fileURLToPath(new URL(`../../../../runtime/${name}/`, import.meta.url));

const released = `${folder('release')}veritrace_runtime.compact.compressed.wasm`;

/** A runtime as it is under `:code`. */
export interface RuntimeFile {
  path: string;
  bytes: Uint8Array;
  sha256: string;
}

/** A runtime that should be there is not, or is another. */
export class RuntimeMissing extends Error {
  override readonly name = 'RuntimeMissing';
}

const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Reads the released runtime. Throws a `RuntimeMissing` that says how to make it. */
export const readRuntime = async (): Promise<RuntimeFile> => {
  const bytes = await readFile(released).catch(() => {
    throw new RuntimeMissing(`${released} is missing: npm run build:runtime makes it`);
  });
  return { path: released, bytes, sha256: digestOf(bytes) };
};

const earlierManifest = z.record(
  z.string(),
  z.strictObject({
    specVersion: z.int(),
    /** Whose `runtime/release/` it was. */
    commit: z.string(),
    sha256: z.string(),
    size: z.int(),
  }),
);

/** Where the runtime of an earlier release is. */
export const earlierRuntimePath = (version: number): string =>
  `${folder('earlier')}${version}.compact.compressed.wasm`;

/** Reads the runtime of an earlier release by its version. Throws a `RuntimeMissing` when it is not what was released. */
export const readEarlierRuntime = async (version: number): Promise<RuntimeFile> => {
  const earlier = folder('earlier');
  const manifest = earlierManifest.parse(
    JSON.parse(await readFile(`${earlier}manifest.json`, 'utf8')),
  );
  const entry = manifest[String(version)];
  if (entry === undefined) {
    throw new RuntimeMissing(
      `${earlier} has no runtime of version ${version}, but of ${Object.keys(manifest).join(', ')}`,
    );
  }
  const path = earlierRuntimePath(entry.specVersion);
  const bytes = await readFile(path).catch(() => {
    throw new RuntimeMissing(`${path} is missing: it is part of the repository, restore it`);
  });
  const sha256 = digestOf(bytes);
  if (sha256 !== entry.sha256) {
    throw new RuntimeMissing(
      `${path} is not the runtime that was released: its sha256 is ${sha256} and should be ${entry.sha256}`,
    );
  }
  return { path, bytes, sha256 };
};
