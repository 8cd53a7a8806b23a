#!/usr/bin/env node
// Builds the tool that measures the runtime's calls (tools/weights) and prints, as JSON, where it is and where
// the formatter of what it writes is. It links most of a node: a first build takes longer than the node's.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ensureRust } from './ensure-rust.mjs';
import { ensureNative } from './native.mjs';
import { cacheDir, cargoEnvironment } from './rust.mjs';
import { ROOT } from './sources.mjs';

/** Apart from what the workspace is compiled to: other features of the same crates, and another profile. */
const target = join(cacheDir(), 'weights-target');
const binary = join(target, 'release', 'veritrace-weights');

try {
  const toolchain = ensureRust();
  ensureNative();
  const manifest = join(ROOT, 'tools', 'weights', 'Cargo.toml');
  const child = spawn(
    toolchain.cargo,
    ['build', '--release', '--locked', '--manifest-path', manifest],
    {
      env: { ...cargoEnvironment(toolchain), CARGO_TARGET_DIR: target },
      stdio: ['ignore', 2, 2],
    },
  );
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`cannot start ${toolchain.cargo}: ${error.message}`);
    process.exit(127);
  });
  child.on('exit', (code, signal) => {
    if (code !== 0) process.exit(signal === null ? (code ?? 1) : 130);
    if (!existsSync(binary)) {
      console.error(`cargo succeeded, but there is no ${binary}`);
      process.exit(1);
    }
    console.log(JSON.stringify({ binary, rustfmt: join(dirname(toolchain.rustc), 'rustfmt') }));
  });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
