/** The runtime that ships with the project. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const file = fileURLToPath(
  new URL('../../../../runtime/release/veritrace_runtime.compact.compressed.wasm', import.meta.url),
);

/** The released runtime is not there. */
export class RuntimeMissing extends Error {
  override readonly name = 'RuntimeMissing';
}

/** Reads the released runtime. Throws a `RuntimeMissing` that says how to make it. */
export const readRuntime = async (): Promise<{ bytes: Uint8Array; sha256: string }> => {
  const bytes = await readFile(file).catch(() => {
    throw new RuntimeMissing(`${file} is missing: npm run build:runtime makes it`);
  });
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
};
