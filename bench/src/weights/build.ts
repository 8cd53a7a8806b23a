/** Compiles what is measured and what measures. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { ROOT } from '../paths.ts';
import { runChild } from './child.ts';

const builtRuntime = z.object({ compiler: z.string() });
const builtTool = z.object({ binary: z.string(), rustfmt: z.string() });

const script = (name: string, args: readonly string[], signal: AbortSignal): Promise<string> =>
  runChild(process.execPath, [`tools/toolchain/${name}`, ...args], { cwd: ROOT, signal });

export interface Runtime {
  file: string;
  /** Of its uncompressed bytes. */
  sha256: string;
  bytes: number;
  /** As it calls itself. */
  compiler: string;
}

/** The runtime of this checkout with its benchmarks, in `file`. */
export const buildRuntime = async (file: string, signal: AbortSignal): Promise<Runtime> => {
  const output = await script('build-runtime.mjs', ['--benchmarks', file], signal);
  const bytes = readFileSync(file);
  return {
    file,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    bytes: bytes.length,
    ...builtRuntime.parse(JSON.parse(output)),
  };
};

export type Tool = z.infer<typeof builtTool>;

/** The measuring tool, and the formatter of the same toolchain. */
export const buildTool = async (signal: AbortSignal): Promise<Tool> =>
  builtTool.parse(JSON.parse(await script('build-weights.mjs', [], signal)));
