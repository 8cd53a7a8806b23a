/** The list of a record's files with their digests, and the one digest over it that a record is named by. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Difference } from '../chain/execute.ts';

/** A file of a record. */
export interface ManifestFile {
  /** From the record's folder, with `/`. */
  path: string;
  /** Bytes. */
  size: number;
  /** SHA-256, hex. */
  sha256: string;
}

export interface Manifest {
  format: number;
  files: readonly ManifestFile[];
  /** SHA-256 over the list of files, hex. */
  root: string;
}

/** What the format is called that this code writes and reads. */
export const FORMAT = 1;

const NAME = 'manifest.json';

/** More is no list of a record's files. */
const MOST_BYTES = 16 * 1024 * 1024;

const digestOf = (path: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const hash = createHash('sha256');
    createReadStream(path)
      .on('error', reject)
      .on('data', (chunk) => hash.update(chunk))
      .on('end', () => resolve(hash.digest('hex')));
  });

/** Paths of everything in a folder that is no folder, in order. */
const pathsIn = async (folder: string): Promise<string[]> => {
  const found: string[] = [];
  const visit = async (inside: string): Promise<void> => {
    for (const entry of await readdir(join(folder, inside), { withFileTypes: true })) {
      const path = inside === '' ? entry.name : `${inside}/${entry.name}`;
      if (entry.isDirectory()) await visit(path);
      else if (path !== NAME) found.push(path);
    }
  };
  await visit('');
  return found.sort();
};

const rootOf = (files: readonly ManifestFile[]): string =>
  createHash('sha256')
    .update(JSON.stringify({ format: FORMAT, files }))
    .digest('hex');

const written = (manifest: Manifest): string => `${JSON.stringify(manifest, undefined, 2)}\n`;

const describe = async (folder: string, path: string): Promise<ManifestFile> => {
  const { size } = await lstat(join(folder, path));
  return { path, size, sha256: await digestOf(join(folder, path)) };
};

/** Lists all files of a record that is complete, and returns the root of the list. */
export const writeManifest = async (folder: string): Promise<string> => {
  const files: ManifestFile[] = [];
  for (const path of await pathsIn(folder)) files.push(await describe(folder, path));
  const root = rootOf(files);
  await writeFile(join(folder, NAME), written({ format: FORMAT, files, root }));
  return root;
};

/** A folder is no record that can be replayed. The message says why, and what to do. */
export class NoRecord extends Error {
  override readonly name = 'NoRecord';
}

const isFile = (value: unknown): value is ManifestFile => {
  const { path, size, sha256 } = (value ?? {}) as Record<string, unknown>;
  return typeof path === 'string' && typeof size === 'number' && typeof sha256 === 'string';
};

const parsed = (text: string): Manifest | undefined => {
  try {
    const { format, files, root } = JSON.parse(text) as Record<string, unknown>;
    if (typeof format !== 'number' || typeof root !== 'string' || !Array.isArray(files)) return;
    return files.every(isFile) ? { format, files, root } : undefined;
  } catch {
    return undefined;
  }
};

const A_RECORD_IS = 'A record is the folder that `veritrace scenario run` names at its end';

/** Reads a record's list. Throws a `NoRecord` where there is none. */
const read = async (folder: string): Promise<string> => {
  const path = join(folder, NAME);
  const there = await lstat(path).catch(() => undefined);
  if (there === undefined) {
    const isRun = await lstat(join(folder, 'run.json')).then(
      () => true,
      () => false,
    );
    if (
      await lstat(folder).then(
        () => false,
        () => true,
      )
    ) {
      throw new NoRecord(`${folder}: no such folder. ${A_RECORD_IS}`);
    }
    throw new NoRecord(
      isRun
        ? `${folder} has no ${NAME}: it was recorded before records could be replayed, or its run was killed; play the scenario again`
        : `${folder} is no record: it has no ${NAME}. ${A_RECORD_IS}`,
    );
  }
  if (!there.isFile() || there.size > MOST_BYTES) throw new NoRecord(`${path} is no list of files`);
  return readFile(path, 'utf8');
};

/** What was found of a record's files. */
export interface Checked {
  /** The root of the list. */
  root: string | undefined;
  files: number;
  bytes: number;
  /** The first thing that is not as it is listed. */
  difference: Difference | undefined;
}

/**
 * Compares every file of a record with its list, and the list with its root and, when it is given, with the one that is
 * expected. Throws a `NoRecord` where there is nothing to compare with.
 */
export const checkManifest = async (folder: string, expected?: string): Promise<Checked> => {
  const text = await read(folder);
  const manifest = parsed(text);
  const nothing = { files: 0, bytes: 0 };
  const differ = (difference: Difference): Checked => ({
    root: manifest?.root,
    ...nothing,
    difference,
  });
  if (manifest === undefined) return differ({ file: NAME, what: 'it is no list of files' });
  if (manifest.format !== FORMAT) {
    throw new NoRecord(
      `${folder} is a record of format ${manifest.format}, and this replays format ${FORMAT}: use the version that wrote it`,
    );
  }
  const { files, root } = manifest;
  if (expected !== undefined && expected !== root) {
    return differ({
      file: NAME,
      what: 'this is another record than expected',
      recorded: root,
      computed: expected,
    });
  }
  const present = await pathsIn(folder);
  const listed = new Map(files.map((file) => [file.path, file]));
  for (const path of new Set([...listed.keys(), ...present].sort())) {
    const file = listed.get(path);
    if (file === undefined) return differ({ file: path, what: 'it does not belong to the record' });
    if (!present.includes(path)) return differ({ file: path, what: 'it is missing' });
    if (!(await lstat(join(folder, path))).isFile()) {
      return differ({ file: path, what: 'it is no plain file' });
    }
    const { size, sha256 } = await describe(folder, path);
    if (size !== file.size) {
      return differ({
        file: path,
        what: 'its size differs',
        recorded: `${file.size} bytes`,
        computed: `${size}`,
      });
    }
    if (sha256 !== file.sha256) {
      return differ({
        file: path,
        what: 'its SHA-256 differs',
        recorded: file.sha256,
        computed: sha256,
      });
    }
  }
  const computed = rootOf(files);
  if (computed !== root) {
    return differ({ file: NAME, what: 'its root differs', recorded: root, computed });
  }
  if (written({ format: FORMAT, files, root }) !== text) {
    return differ({ file: NAME, what: 'it is not written as records are' });
  }
  return {
    root,
    files: files.length,
    bytes: files.reduce((sum, { size }) => sum + size, 0),
    difference: undefined,
  };
};
