#!/usr/bin/env node
// Makes a Rust compiler available that can build both the workspace and its wasm target. Quick when there is one.
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  asRoot,
  installPackages,
  isRoot,
  mayInstall,
  mayWriteSystem,
  updateLists,
} from './debian.mjs';
import {
  cargoEnvironment,
  findToolchain,
  findWasmLinker,
  hasWasmTarget,
  NO_TOOLCHAIN,
  onPath,
  prefersSystem,
  rustupToolchains,
  systemToolchain,
  WASM_TARGET,
  wasmLibraries,
} from './rust.mjs';

/** Debian's packages: compiler, formatter, linter, the source of the core library, and a C toolchain for linking. */
const PACKAGES = [
  'rustc-web',
  'cargo-web',
  'rust-web-src',
  'rust-web-clippy',
  'rustfmt-web',
  'gcc',
  'libc6-dev',
];
/** LLVM's linker, newest first; Debian releases differ in which of them they have. */
const LINKERS = ['lld-22', 'lld-21', 'lld-20', 'lld-19', 'lld'];
const CORE_CRATES = ['core', 'alloc', 'compiler_builtins'];

const say = (message) => console.error(`rust: ${message}`);

/** Runs a command with its output on stderr. Returns whether it succeeded. */
const run = (command, args, options = {}) => {
  const result = spawnSync(command, args, { stdio: ['ignore', 2, 2], ...options });
  return result.status === 0;
};

const addWithRustup = () => {
  const [toolchain] = rustupToolchains();
  if (toolchain === undefined) return false;
  say(`adding ${WASM_TARGET} to rustup's ${toolchain}`);
  run('rustup', ['target', 'add', WASM_TARGET, '--toolchain', toolchain], { timeout: 300_000 });
  return findToolchain()?.kind === 'rustup';
};

const hasLintAndFormat = () =>
  existsSync('/usr/bin/clippy-driver') && existsSync('/usr/bin/cargo-fmt');

const installDebianPackages = () => {
  if (!onPath('apt-get')) return false;
  if (!mayInstall()) {
    say('Debian has what is needed, but installing it takes root. Run:');
    say(`  sudo apt-get update && sudo apt-get install -y ${PACKAGES.join(' ')} ${LINKERS[0]}`);
    return false;
  }
  say('installing the compiler from Debian');
  updateLists();
  if (!installPackages(PACKAGES)) return false;
  return findWasmLinker() !== undefined || LINKERS.some((linker) => installPackages([linker]));
};

/** Debian ships the source of the core library, not its build for wasm: build it once, where rustc looks for it. */
const buildCore = (toolchain) => {
  const release = /^rustc (\S+)/.exec(toolchain.version)?.[1];
  const vendored = `/usr/src/rustc-${release}/library/vendor`;
  const destination = wasmLibraries(toolchain.rustc);
  if (!existsSync(vendored) || destination === undefined) {
    say(`the source of the core library is missing: ${vendored}`);
    return false;
  }
  if (!mayWriteSystem()) {
    say(`writing to ${destination} takes root: run \`sudo npm run ensure-rust\` once`);
    return false;
  }
  say(`building the core library for ${WASM_TARGET} (about a minute, once)`);
  const folder = mkdtempSync(join(tmpdir(), 'veritrace-core-'));
  try {
    mkdirSync(join(folder, 'src'));
    writeFileSync(join(folder, 'src', 'lib.rs'), '#![no_std]\n');
    writeFileSync(
      join(folder, 'Cargo.toml'),
      '[package]\nname = "core-for-wasm"\nversion = "0.0.0"\nedition = "2021"\n[workspace]\n',
    );
    const built = run(
      toolchain.cargo,
      [
        ...['build', '--release', '--target', WASM_TARGET, '--offline'],
        '-Zbuild-std=core,alloc',
        ...['--config', 'source.crates-io.replace-with="vendored"'],
        ...['--config', `source.vendored.directory="${vendored}"`],
      ],
      {
        cwd: folder,
        env: {
          ...cargoEnvironment(toolchain),
          RUSTC_BOOTSTRAP: '1',
          CARGO_TARGET_DIR: join(folder, 'target'),
        },
      },
    );
    if (!built) return false;
    const libraries = join(folder, 'target', WASM_TARGET, 'release', 'deps');
    const files = readdirSync(libraries).filter((file) =>
      CORE_CRATES.some((name) => file.startsWith(`lib${name}-`) && file.endsWith('.rlib')),
    );
    if (files.length !== CORE_CRATES.length) {
      say(`expected the rlibs of ${CORE_CRATES.join(', ')}, found ${files.join(', ')}`);
      return false;
    }
    if (isRoot()) {
      mkdirSync(destination, { recursive: true });
      for (const file of files) copyFileSync(join(libraries, file), join(destination, file));
    } else {
      asRoot('install', [
        ...['-D', '-m', '644', '-t', destination],
        ...files.map((file) => join(libraries, file)),
      ]);
    }
    return hasWasmTarget(toolchain.rustc);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const addFromDebian = () => {
  const complete = systemToolchain() !== undefined && findWasmLinker() !== undefined;
  if (!(complete && hasLintAndFormat()) && !installDebianPackages()) return false;
  const system = systemToolchain();
  return system !== undefined && (hasWasmTarget(system.rustc) || buildCore(system));
};

const ready = () => {
  const toolchain = findToolchain();
  if (toolchain === undefined || !hasWasmTarget(toolchain.rustc)) return undefined;
  if (toolchain.kind === 'system' && (findWasmLinker() === undefined || !hasLintAndFormat())) {
    return undefined;
  }
  return toolchain;
};

/**
 * Returns a toolchain that has the wasm target, installing what is missing where it may.
 * Throws with the commands to run where it may not.
 */
export const ensureRust = () => {
  // CI wants the compiler that `runtime/release` is built with; another will do where it cannot be had.
  if (prefersSystem() && ready()?.kind === 'rustup') addFromDebian();
  const present = ready();
  if (present !== undefined) return present;
  if (process.env.VERITRACE_CARGO) {
    throw new Error(`the rustc beside VERITRACE_CARGO has no core library for ${WASM_TARGET}`);
  }
  // A compiler that lacks only its core library is a minute away; a download is tried next, or last when CI wants
  // the compiler that `runtime/release` is built with.
  const steps = prefersSystem() ? [addFromDebian, addWithRustup] : [addWithRustup, addFromDebian];
  const system = systemToolchain();
  if (system !== undefined && hasLintAndFormat() && findWasmLinker() !== undefined) {
    steps.unshift(addFromDebian);
  }
  for (const step of steps) if (ready() === undefined) step();
  const toolchain = ready();
  if (toolchain === undefined) throw new Error(NO_TOOLCHAIN);
  return toolchain;
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    const toolchain = ensureRust();
    say(`${toolchain.version}, ${dirname(toolchain.rustc)}`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}
