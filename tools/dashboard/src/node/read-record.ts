/** Reads a record from its folder as it is put into the page. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, relative, resolve, sep } from 'node:path';
import { type EmbeddedFiles, isText, isWanted, MOST_BYTES } from '../record/files.ts';

/** Largest input and log that are put into a page; the record itself has all of them. */
const MOST_INPUT = 512 * 1024;
const MOST_LOG = 512 * 1024;

const walk = async (folder: string): Promise<string[]> => {
  const entries = await readdir(folder, { withFileTypes: true });
  const found = await Promise.all(
    entries.map((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return walk(path);
      return entry.isFile() ? [path] : [];
    }),
  );
  return found.flat();
};

/** The parts of a record that the page shows. Rejects when there is no such folder. */
export const readRecordFolder = async (folder: string): Promise<EmbeddedFiles> => {
  const root = resolve(folder);
  const files: Record<string, { text: string } | { base64: string }> = {};
  for (const path of (await walk(root)).sort()) {
    const name = relative(root, path).split(sep).join('/');
    const { size } = await stat(path);
    if (!isWanted(name) || size > MOST_BYTES) continue;
    if (isText(name)) {
      const text = await readFile(path, 'utf8');
      files[name] = { text: name.endsWith('.log') ? text.slice(0, MOST_LOG) : text };
    } else if (size <= MOST_INPUT) {
      files[name] = { base64: (await readFile(path)).toString('base64') };
    }
  }
  return { name: basename(root), files };
};
