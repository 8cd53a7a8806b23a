// Finds the Rust compiler that builds this workspace. Plain Node, since it runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

/** The target of the runtime and of the referee. */
export const WASM_TARGET = 'wasm32v1-none';

/** Debian's compiler is used from this version on: older ones lack the target's source or the SDK's language level. */
const OLDEST_SYSTEM_RUSTC = [1, 96];

export const NO_TOOLCHAIN = [
  'No Rust compiler for this workspace was found. Either',
  `  - install rustup (https://rustup.rs) and run: rustup target add ${WASM_TARGET}`,
  '  - or, on Debian, run: npm run ensure-rust',
  '  - or name a cargo of your own, with rustc beside it: VERITRACE_CARGO=/path/to/cargo',
].join('\n');

/** Where compiled things that outlive a checkout are kept. */
export const cacheDir = () =>
  join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'veritrace');

/** Runs a command quietly. Returns its trimmed stdout, or undefined when it is missing or fails. */
export const capture = (command, args, env = process.env) => {
  const result = spawnSync(command, args, {
    encoding: 'utf8',
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return result.status === 0 ? result.stdout.trim() : undefined;
};

const versionOf = (rustc) => capture(rustc, ['--version']);

const atLeast = (version, [major, minor]) => {
  const found = /^rustc (\d+)\.(\d+)/.exec(version ?? '');
  if (found === null) return false;
  const [a, b] = [Number(found[1]), Number(found[2])];
  return a > major || (a === major && b >= minor);
};

/** Where this rustc looks for the compiled core library of the wasm target. */
export const wasmLibraries = (rustc) =>
  capture(rustc, ['--print', 'target-libdir', '--target', WASM_TARGET]);

/** Whether this rustc has a core library for the wasm target. */
export const hasWasmTarget = (rustc) => {
  const libraries = wasmLibraries(rustc);
  return (
    libraries !== undefined &&
    existsSync(libraries) &&
    readdirSync(libraries).some((file) => /^libcore-.*\.rlib$/.test(file))
  );
};

/** Whether a program can be found on the PATH. */
export const onPath = (program) =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));

/** LLVM's linker for wasm: Debian's compiler does not bring one of its own. */
export const findWasmLinker = () =>
  ['wasm-ld', ...[24, 23, 22, 21, 20, 19].map((major) => `wasm-ld-${major}`)].find(onPath);

const toolchainOf = (kind, cargo, rustc) => {
  const version = versionOf(rustc);
  if (version === undefined) return undefined;
  return { kind, cargo, rustc, version };
};

const fromEnvironment = () => {
  const cargo = process.env.VERITRACE_CARGO;
  if (cargo === undefined || cargo === '') return undefined;
  return toolchainOf('environment', cargo, join(dirname(cargo), 'rustc'));
};

/** Rustup's toolchains, the default first, without rustup choosing (or downloading) one for us. */
export const rustupToolchains = () => {
  const list = capture('rustup', ['toolchain', 'list']);
  if (list === undefined) return [];
  return list
    .split('\n')
    .filter((line) => /^\S+-\S+-\S+/.test(line))
    .sort((a, b) => Number(b.includes('default')) - Number(a.includes('default')))
    .map((line) => line.split(' ')[0])
    .filter((name) => !name.startsWith('nightly'));
};

const fromRustup = () => {
  for (const name of rustupToolchains()) {
    const rustc = capture('rustup', ['which', '--toolchain', name, 'rustc']);
    const cargo = capture('rustup', ['which', '--toolchain', name, 'cargo']);
    if (rustc !== undefined && cargo !== undefined && hasWasmTarget(rustc)) {
      return toolchainOf('rustup', cargo, rustc);
    }
  }
  return undefined;
};

/** Debian's compiler, with or without the wasm target. */
export const systemToolchain = () => {
  const toolchain = toolchainOf('system', '/usr/bin/cargo', '/usr/bin/rustc');
  if (toolchain === undefined || !existsSync(toolchain.cargo)) return undefined;
  return atLeast(toolchain.version, OLDEST_SYSTEM_RUSTC) ? toolchain : undefined;
};

/** Whether Debian's compiler, the one `runtime/release` is built with, goes before rustup's. */
export const prefersSystem = () => process.env.VERITRACE_RUST === 'system';

/**
 * The compiler to use: the one named by VERITRACE_CARGO, else a rustup toolchain that has the wasm target, else
 * Debian's (the other way round with VERITRACE_RUST=system). Undefined when there is none.
 */
export const findToolchain = () => {
  const named = fromEnvironment();
  if (named !== undefined) return named;
  return prefersSystem()
    ? (systemToolchain() ?? fromRustup())
    : (fromRustup() ?? systemToolchain());
};

/** Where cargo puts what it compiles: outside the checkout, so that a fresh clone does not start over. */
export const targetDir = () => process.env.CARGO_TARGET_DIR || join(cacheDir(), 'target');

/** The environment to run this toolchain's cargo in. */
export const cargoEnvironment = (toolchain) => {
  const env = { ...process.env };
  env.PATH = [dirname(toolchain.rustc), process.env.PATH].join(delimiter);
  env.RUSTC = toolchain.rustc;
  env.CARGO_TARGET_DIR = targetDir();
  const linker = toolchain.kind === 'system' ? findWasmLinker() : undefined;
  if (linker !== undefined) env.CARGO_TARGET_WASM32V1_NONE_LINKER = linker;
  delete env.RUSTUP_TOOLCHAIN;
  mkdirSync(env.CARGO_TARGET_DIR, { recursive: true });
  return env;
};
