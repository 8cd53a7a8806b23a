#!/usr/bin/env node
// `npm run e2e`: builds the node and runs suites on networks of real nodes.
//   npm run e2e                     the core, as in `npm test`
//   npm run e2e -- all              every suite
//   npm run e2e -- faults latency   the suites whose file names begin so
import { spawn, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { installPackages, packagesAreStale, requireNode } from './packages.mjs';
import { ROOT } from './sources.mjs';
import { suiteCommand, suiteFiles } from './suites.mjs';
import { nodeBinary, workspaceTest } from './workspace-build.mjs';

const wanted = process.argv.slice(2);
const files = suiteFiles(
  wanted.length === 0 ? ['core'] : wanted,
  readdirSync(join(ROOT, 'e2e', 'suites')),
);
if (files.length === 0) {
  console.error(
    `no such suite; there are: ${suiteFiles(['all'], readdirSync(join(ROOT, 'e2e', 'suites'))).join(', ')}`,
  );
  process.exit(1);
}
try {
  requireNode();
  if (packagesAreStale()) {
    await installPackages((seconds) => console.error(`  installing packages, ${seconds} s`));
  }
  const { command, args, env } = workspaceTest(['--no-run', '--test', 'cli']);
  const built = spawnSync(command, args, { cwd: ROOT, env, stdio: ['ignore', 2, 2] });
  if (built.status !== 0) throw new Error('the node could not be built; cargo says why above');
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
const suite = suiteCommand(files);
const child = spawn(suite.command, suite.args, {
  cwd: ROOT,
  env: { ...process.env, VERITRACE_NODE: nodeBinary() },
  stdio: 'inherit',
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 1));
