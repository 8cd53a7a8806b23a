// Installs the npm packages when they are missing or not those of package-lock.json.
import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './sources.mjs';

/** What npm writes last: its own record of what it put into node_modules. */
const INSTALLED = join(ROOT, 'node_modules', '.package-lock.json');
const WANTED = join(ROOT, 'package-lock.json');

/** The oldest major version that runs the project. */
export const OLDEST_NODE = 20;

/** Whether node_modules is missing or older than the lock file. */
export const packagesAreStale = () =>
  !existsSync(INSTALLED) || statSync(INSTALLED).mtimeMs < statSync(WANTED).mtimeMs;

/** Throws unless this Node is new enough to run the project. */
export const requireNode = () => {
  const [major] = process.versions.node.split('.');
  if (Number(major) < OLDEST_NODE) {
    throw new Error(
      `Veritrace needs Node ${OLDEST_NODE} or newer and this is ${process.version}: see https://nodejs.org`,
    );
  }
};

/** The npm that started us, else the one on the PATH. */
const npm = () =>
  process.env.npm_execpath === undefined
    ? { command: process.platform === 'win32' ? 'npm.cmd' : 'npm', first: [] }
    : { command: process.execPath, first: [process.env.npm_execpath] };

/**
 * Installs what the lock file names, exactly.
 * @param {(seconds: number) => void} onProgress called every few seconds while it lasts
 */
export const installPackages = (onProgress) =>
  new Promise((resolve, reject) => {
    const { command, first } = npm();
    const child = spawn(command, [...first, 'ci', '--loglevel=error'], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: command.endsWith('.cmd'),
    });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      output += chunk;
    });
    const begun = Date.now();
    const timer = setInterval(() => onProgress(Math.round((Date.now() - begun) / 1000)), 5_000);
    const finish = (error) => {
      clearInterval(timer);
      if (error === undefined) resolve(output);
      else reject(new Error(`npm ci failed: ${error}\n${output}`));
    };
    child.on('error', (error) => finish(error.message));
    child.on('exit', (code) => finish(code === 0 ? undefined : `exit code ${code}`));
  });
