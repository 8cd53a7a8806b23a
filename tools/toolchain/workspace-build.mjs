// The one way in which the workspace is compiled for this machine. Node, pallets, their tests and their benchmarks share
// one profile and one set of features, so that no dependency is compiled twice; building a part of it in another way
// would compile hundreds of crates anew.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ensureRust } from './ensure-rust.mjs';
import { restoreTimes } from './mtimes.mjs';
import { ensureNative } from './native.mjs';
import { cargoEnvironment, targetDir } from './rust.mjs';
import { ROOT } from './sources.mjs';

const FEATURES = 'std,runtime-benchmarks,try-runtime';

/** Where the node's binary is once it is compiled; VERITRACE_NODE names another. */
export const nodeBinary = () =>
  process.env.VERITRACE_NODE || join(targetDir(), 'debug', 'veritrace-node');

/**
 * Cargo's command line for a test of the workspace, `rest` after the common part: the program, its arguments and its
 * environment. The linter is the compiler: it lints while it builds, so that the workspace is compiled once.
 */
export const workspaceTest = (rest) => {
  const toolchain = ensureRust();
  ensureNative();
  const clippy = join(dirname(toolchain.rustc), 'clippy-driver');
  if (!existsSync(clippy)) throw new Error(`clippy is not installed beside ${toolchain.rustc}`);
  const env = {
    ...cargoEnvironment(toolchain),
    RUSTC_WORKSPACE_WRAPPER: clippy,
    CLIPPY_ARGS: '-Dwarnings__CLIPPY_HACKERY__',
  };
  restoreTimes(ROOT, targetDir());
  return {
    command: toolchain.cargo,
    args: ['test', '--workspace', '--locked', '--features', FEATURES, ...rest],
    env,
  };
};
