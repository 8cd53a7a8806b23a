// Lets cargo see contents instead of times. It decides by a file's time whether a crate must be compiled anew, and a
// fresh clone gives every file the time of the clone. Where a file has the content it had when the target directory was
// last used, it gets that time back; where it has another, it gets the present, also when it is the older one of two
// checkouts that share the directory.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  readFileSync,
  renameSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/** Beside what was compiled, so that both are lost together. */
const BOOK = 'veritrace-sources.json';

/** What cargo can have compiled something from: manifests, sources, and data that sources include. */
const FOLDERS = [
  'Cargo.toml',
  'Cargo.lock',
  'pallets',
  'runtime',
  'tools/node',
  'tools/referee',
  'tools/fuzz',
];

const trackedFiles = (root) => {
  const listed = spawnSync(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ...FOLDERS],
    { cwd: root, encoding: 'utf8' },
  );
  // Without git every file keeps its own time, and cargo compiles once more than it had to.
  return listed.status === 0 ? listed.stdout.split('\0').filter((path) => path !== '') : [];
};

const readBook = (file) => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return {};
  }
};

/**
 * Sets the times of the sources under `root` for the target directory. Call before every build in it.
 * @returns {{ kept: number, changed: number }} files that got their time back, and files that are new or differ
 */
export const restoreTimes = (root, target, now = Date.now()) => {
  const file = join(target, BOOK);
  const book = readBook(file);
  const counts = { kept: 0, changed: 0 };
  const fresh = {};
  for (const path of trackedFiles(root)) {
    const full = join(root, path);
    if (!existsSync(full) || !lstatSync(full).isFile()) continue;
    const digest = createHash('sha256').update(readFileSync(full)).digest('hex');
    const known = book[path];
    const isKept = known?.digest === digest;
    // Whole seconds, since not every file system keeps more; rounded up, so that no build that has ended is newer.
    const present = Math.ceil(now / 1000);
    // A file that was never seen here has the right time already: that of its checkout, or of its last change.
    const own = Math.ceil(statSync(full).mtimeMs / 1000);
    const seconds = isKept ? known.seconds : known === undefined ? own : present;
    fresh[path] = { digest, seconds };
    counts[isKept ? 'kept' : 'changed'] += 1;
    utimesSync(full, seconds, seconds);
  }
  // First the book, then the build: were the build cut short, the times would still be newer than what it left.
  writeFileSync(`${file}.new`, JSON.stringify({ ...book, ...fresh }));
  renameSync(`${file}.new`, file);
  return counts;
};
