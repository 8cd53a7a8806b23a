#!/usr/bin/env node
// Runs cargo with the compiler this workspace is built with: `npm run cargo -- test -p pallet-models`.
import { spawn } from 'node:child_process';
import { cargoEnvironment, findToolchain, NO_TOOLCHAIN } from './rust.mjs';

const toolchain = findToolchain();
if (toolchain === undefined) {
  console.error(NO_TOOLCHAIN);
  process.exit(127);
}
const child = spawn(toolchain.cargo, process.argv.slice(2), {
  stdio: 'inherit',
  env: cargoEnvironment(toolchain),
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  console.error(`cannot start ${toolchain.cargo}: ${error.message}`);
  process.exit(127);
});
child.on('exit', (code, signal) => {
  process.exit(signal === null ? (code ?? 1) : 1);
});
