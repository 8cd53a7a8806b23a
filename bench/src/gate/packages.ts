/**
 * Gives a checkout the npm packages that its lock file names. Where the present installation has exactly those, they are
 * linked one by one; the repository's own packages always come from the checkout itself.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { GateError } from './errors.ts';

/** The repository whose code this is, with packages installed. */
export const INSTALLATION = resolve(import.meta.dirname, '../../..');

const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      integrity: z.string().optional(),
      link: z.boolean().optional(),
      resolved: z.string().optional(),
      optional: z.boolean().optional(),
      devOptional: z.boolean().optional(),
    }),
  ),
});

type Packages = z.infer<typeof lockSchema>['packages'];

const readLock = (file: string): Packages | undefined =>
  existsSync(file) ? lockSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).packages : undefined;

/** `tools/x/node_modules/@scope/y`, of what lies in it as well; `undefined` for a workspace. */
const topOf = (path: string): string | undefined =>
  /^(.*?node_modules\/(?:@[^/]+\/)?[^/]+)/.exec(path)?.[1];

/** Whether all that a lock file names is installed, each in the same place and of the same content. */
export const isInstalled = (wanted: Packages, installed: Packages): boolean =>
  Object.entries(wanted).every(([path, one]) => {
    if (topOf(path) === undefined || one.link === true) return true;
    const found = installed[path];
    // Packages for other systems are named, but not installed.
    if (found === undefined) return one.optional === true || one.devOptional === true;
    return (
      found.version === one.version &&
      (found.integrity === undefined ||
        one.integrity === undefined ||
        found.integrity === one.integrity)
    );
  });

const linkTo = async (target: string, path: string): Promise<void> => {
  if (!existsSync(target) || existsSync(path)) return;
  await mkdir(dirname(path), { recursive: true });
  await symlink(target, path, 'junction');
};

const link = async (dir: string, wanted: Packages): Promise<void> => {
  for (const [path, { link: isOwn, resolved }] of Object.entries(wanted)) {
    const top = topOf(path);
    if (top === undefined) continue;
    await linkTo(
      isOwn === true ? join(dir, resolved ?? '') : join(INSTALLATION, top),
      join(dir, top),
    );
  }
};

const npmCi = (dir: string, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((done, fail) => {
    const child = spawn('npm', ['ci', '--ignore-scripts', '--loglevel=error'], {
      cwd: dir,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
      ...(signal === undefined ? {} : { signal }),
    });
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        printed = `${printed}${chunk.toString()}`.slice(0, 1_000);
      });
    }
    child.on('error', fail);
    child.on('close', (code) => {
      if (code === 0) done();
      else {
        fail(
          new GateError(
            `npm ci failed in ${dir} with code ${code}; what needs no packages can be compared with ` +
              `--only 'weights/**' 'wasm/**'.\n${printed.trim()}`,
          ),
        );
      }
    });
  });

/** Installs or links. Throws a `GateError` when npm cannot install. */
export const providePackages = async (
  dir: string,
  { note, signal }: { note(text: string): void; signal?: AbortSignal | undefined },
): Promise<void> => {
  const wanted = readLock(join(dir, 'package-lock.json'));
  if (wanted === undefined) return;
  const installed = readLock(join(INSTALLATION, 'node_modules/.package-lock.json'));
  if (installed !== undefined && isInstalled(wanted, installed)) {
    await link(dir, wanted);
    return;
  }
  note(`${dir} needs other packages than are installed here: npm ci`);
  await npmCi(dir, signal);
};
