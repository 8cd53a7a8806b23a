// Debian's packages: whether they may be installed here, and installing them.
import { spawnSync } from 'node:child_process';
import { onPath } from './rust.mjs';

export const isRoot = () => process.getuid?.() === 0;
const maySudo = () => Boolean(process.env.CI) && onPath('sudo');

/** As root, or under CI where that can become root. */
export const mayInstall = () => onPath('apt-get') && (isRoot() || maySudo());

/** Whether files of the system may be written. */
export const mayWriteSystem = () => isRoot() || maySudo();

/** Runs a command as root with its output on stderr. Returns whether it succeeded. */
export const asRoot = (command, args) => {
  const environment = ['env', 'DEBIAN_FRONTEND=noninteractive'];
  const [first, ...rest] = isRoot() ? environment : ['sudo', '-n', ...environment];
  const { status } = spawnSync(first, [...rest, command, ...args], { stdio: ['ignore', 2, 2] });
  return status === 0;
};

/** One that runs already is waited for: a machine that has just started updates itself. Seconds. */
const PATIENCE = 300;

const apt = (...args) =>
  asRoot('apt-get', ['-q', '-o', `DPkg::Lock::Timeout=${PATIENCE}`, ...args]);

/** Asks what there is to install. */
export const updateLists = () => apt('update');

/** Installs packages and what they need, no more. Returns whether it succeeded. */
export const installPackages = (packages) =>
  apt('install', '-y', '--no-install-recommends', ...packages);
