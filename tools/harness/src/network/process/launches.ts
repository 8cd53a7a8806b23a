/** How programs of ours, and Zombienet, are started. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { NetworkError } from '../types.ts';

const require = createRequire(import.meta.url);

/** A command line that runs a TypeScript file. */
export const typescript = (file: string, args: readonly string[]): string[] => [
  process.execPath,
  '--import',
  pathToFileURL(require.resolve('tsx')).href,
  file,
  ...args,
];

/** A command line of Zombienet's. */
export const zombienet = (args: readonly string[]): string[] => [
  process.execPath,
  require.resolve('@zombienet/cli/dist/cli.js'),
  ...args,
];

const root = fileURLToPath(new URL('../../../../../', import.meta.url));

const tools = (...path: string[]): string => join(root, 'tools', ...path);

/** A command line of a worker's daemon. */
export const daemonProgram = (config: string): string[] =>
  typescript(tools('worker', 'src', 'main.ts'), [config]);

/** A command line of the `veritrace` command. */
export const veritraceProgram = (args: readonly string[]): string[] => [
  process.execPath,
  tools('cli', 'bin', 'veritrace.mjs'),
  ...args,
];

/** A command line of the sidecar of an off-chain worker. */
export const sidecarProgram = (config: string): string[] =>
  veritraceProgram(['worker', 'sidecar', config]);

/** Where the node's binary is: what `VERITRACE_NODE` names, or what `npm run build:node` built. */
export const nodeBinary = (env: NodeJS.ProcessEnv = process.env): string => {
  const named = env.VERITRACE_NODE;
  const target = env.CARGO_TARGET_DIR ?? join(homedir(), '.cache', 'veritrace', 'target');
  const file = named ?? join(target, 'debug', 'veritrace-node');
  if (existsSync(file)) return file;
  throw new NetworkError(
    named === undefined
      ? `there is no node at ${file}; build it with: npm run build:node`
      : `VERITRACE_NODE names ${file}, which does not exist; leave it unset for what npm run build:node built`,
  );
};

/** Where the runtime is that chains start with: what `VERITRACE_RUNTIME` names, or the released one. */
export const runtimeWasm = (env: NodeJS.ProcessEnv = process.env): string => {
  const file =
    env.VERITRACE_RUNTIME ??
    join(root, 'runtime', 'release', 'veritrace_runtime.compact.compressed.wasm');
  if (existsSync(file)) return file;
  throw new NetworkError(
    `there is no runtime at ${file}; build it with: npm run build:runtime, or name one in VERITRACE_RUNTIME`,
  );
};
