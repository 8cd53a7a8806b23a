/** Sizes of what ships: the runtime as it goes on chain and as it is loaded, and the referee. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decompress, init } from '@bokuweb/zstd-wasm';
import type { Collected, Collector } from './collector.ts';

/** What Substrate expects before a compressed runtime. */
const COMPRESSED_MAGIC = Buffer.from([82, 188, 83, 118, 70, 219, 142, 5]);

const release = 'runtime/release';
const files = {
  runtime: `${release}/veritrace_runtime.compact.compressed.wasm`,
  referee: `${release}/referee.wasm`,
};

const inflate = async (code: Buffer): Promise<number> => {
  if (!code.subarray(0, COMPRESSED_MAGIC.length).equals(COMPRESSED_MAGIC)) return code.length;
  await init();
  return decompress(code.subarray(COMPRESSED_MAGIC.length)).length;
};

export const wasm: Collector = async (root) => {
  const collected: Collected = { values: [], omitted: [] };
  const bytes = (name: string, value: number) =>
    collected.values.push({ name, unit: 'bytes', value });
  for (const [name, file] of Object.entries(files)) {
    try {
      const code = await readFile(join(root, file));
      if (name === 'runtime') {
        bytes('runtime/compressed', code.length);
        bytes('runtime/plain', await inflate(code));
      } else {
        bytes(name, code.length);
      }
    } catch (error) {
      collected.omitted.push({ name, reason: `${file}: ${(error as Error).message}` });
    }
  }
  return collected;
};
