/** Builds the page where it is not built yet, or not from the present sources. */
import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DIST = join(ROOT, 'dist');
const PAGE = join(DIST, 'index.html');
const STAMP = join(DIST, 'sources.sha256');

/** What the page is made of: whatever may change it. */
const sourcesOf = async (folder: string): Promise<string[]> => {
  const entries = await readdir(folder, { withFileTypes: true });
  const found = await Promise.all(
    entries.map((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        return entry.name === 'node' || entry.name === 'testing' ? [] : sourcesOf(path);
      }
      return /\.(tsx?|css)$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name) ? [path] : [];
    }),
  );
  return found.flat();
};

/** A digest over the sources and the versions of what they are built with. */
const digest = async (): Promise<string> => {
  const files = [
    ...(await sourcesOf(join(ROOT, 'src'))).sort(),
    join(ROOT, 'index.html'),
    join(ROOT, 'vite.config.ts'),
    join(ROOT, 'package.json'),
  ];
  const hash = createHash('sha256');
  for (const file of files) hash.update(file.slice(ROOT.length)).update(await readFile(file));
  return hash.digest('hex');
};

const built = async (): Promise<string | undefined> => {
  try {
    const [stamp, wanted] = await Promise.all([readFile(STAMP, 'utf8'), digest()]);
    return stamp === wanted ? await readFile(PAGE, 'utf8') : undefined;
  } catch {
    return undefined;
  }
};

/** In a process of its own: what it sets and loads is gone with it. */
const runVite = async (out: string): Promise<void> => {
  const vite = join(
    dirname(createRequire(import.meta.url).resolve('vite/package.json')),
    'bin',
    'vite.js',
  );
  await promisify(execFile)(
    process.execPath,
    [
      vite,
      'build',
      '--config',
      join(ROOT, 'vite.config.ts'),
      '--outDir',
      out,
      '--logLevel',
      'error',
    ],
    { cwd: ROOT, env: { ...process.env, NODE_ENV: 'production', NODE_OPTIONS: '' } },
  );
};

export interface BuildOptions {
  /** Told before it is built, which takes a second or two. */
  onBuild?(): void;
}

/** The page without data. Built on demand, kept beside the sources; processes that build at the same time do no harm. */
export const builtPage = async ({ onBuild }: BuildOptions = {}): Promise<string> => {
  const kept = await built();
  if (kept !== undefined) return kept;
  onBuild?.();
  const stamp = await digest();
  const own = join(ROOT, 'dist', `building-${randomUUID()}`);
  try {
    await runVite(own);
    const page = await readFile(join(own, 'index.html'), 'utf8');
    await mkdir(DIST, { recursive: true });
    await rename(join(own, 'index.html'), PAGE);
    await writeFile(STAMP, stamp);
    return page;
  } finally {
    await rm(own, { recursive: true, force: true });
  }
};
