#!/usr/bin/env node
// Builds the node and says where it is. A first build compiles some thousand crates: half an hour on two cores.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { ROOT } from './sources.mjs';
import { nodeBinary, workspaceTest } from './workspace-build.mjs';

try {
  // The node's binary is built for its own test, together with what the other tests need of it: see workspace-build.
  const { command, args, env } = workspaceTest(['--no-run', '--test', 'cli']);
  const child = spawn(command, args, { cwd: ROOT, env, stdio: ['ignore', 2, 2] });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`cannot start ${command}: ${error.message}`);
    process.exit(127);
  });
  child.on('exit', (code, signal) => {
    if (code !== 0) process.exit(signal === null ? (code ?? 1) : 130);
    if (!existsSync(nodeBinary())) {
      console.error(`cargo succeeded, but there is no ${nodeBinary()}`);
      process.exit(1);
    }
    console.log(nodeBinary());
  });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
