#!/usr/bin/env node
// `npm start`: installs what is missing, then plays the demonstration. Arguments after `--` go to it.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { installPackages, packagesAreStale, requireNode } from './packages.mjs';
import { ROOT } from './sources.mjs';

try {
  requireNode();
  if (packagesAreStale()) {
    console.error('Installing packages: about a minute, only this time.');
    await installPackages((seconds) => console.error(`  still installing, ${seconds} s`));
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

const child = spawn(
  process.execPath,
  [
    '--import',
    'tsx',
    join(ROOT, 'tools', 'cli', 'src', 'main.ts'),
    'demo',
    ...process.argv.slice(2),
  ],
  { cwd: ROOT, stdio: 'inherit' },
);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 1));
