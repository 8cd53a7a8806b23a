/** Reads folders and files that were dropped or chosen. */
import { type Content, isText, isWanted, MOST_BYTES, type NamedFiles } from '../record/files.ts';

interface Found {
  path: string;
  file: File;
}

const fileOf = (entry: FileSystemFileEntry): Promise<File> =>
  new Promise((done, fail) => entry.file(done, fail));

/** A reader gives a hundred entries at a time. */
const childrenOf = async (entry: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> => {
  const reader = entry.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((done, fail) =>
      reader.readEntries(done, fail),
    );
    if (some.length === 0) return all;
    all.push(...some);
  }
};

const walk = async (entry: FileSystemEntry, path: string): Promise<Found[]> => {
  if (entry.isFile) return [{ path, file: await fileOf(entry as FileSystemFileEntry) }];
  const children = await childrenOf(entry as FileSystemDirectoryEntry);
  const found = await Promise.all(children.map((child) => walk(child, `${path}/${child.name}`)));
  return found.flat();
};

/** Everything under what was dropped. To be called in the event itself: the browser forgets it afterwards. */
export const filesOfDrop = async (transfer: DataTransfer): Promise<Found[]> => {
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  return (await Promise.all(entries.map((entry) => walk(entry, entry.name)))).flat();
};

/** What was chosen in a dialog; of a folder with paths. */
export const filesOfInput = (list: FileList): Found[] =>
  [...list].map((file) => ({ path: file.webkitRelativePath || file.name, file }));

export interface Dropped {
  record: NamedFiles | undefined;
  /** Single JSON documents, by name. */
  attachments: Map<string, string>;
}

/** Sorts it into the record and what lies beside it. A folder is a record if it has a file that only records have. */
export const sortDropped = async (found: readonly Found[]): Promise<Dropped> => {
  const marker = found.find(({ path }) =>
    /(^|\/)(summary|run)\.json$|(^|\/)(events|blocks)\.jsonl$/.test(path),
  );
  const root = marker?.path.includes('/')
    ? marker.path.slice(0, marker.path.lastIndexOf('/') + 1)
    : '';
  const files = new Map<string, Content>();
  const attachments = new Map<string, string>();
  for (const { path, file } of found) {
    const inside = marker !== undefined && path.startsWith(root);
    const name = inside ? path.slice(root.length) : path;
    if (file.size > MOST_BYTES) continue;
    if (inside && isWanted(name)) {
      files.set(name, isText(name) ? await file.text() : new Uint8Array(await file.arrayBuffer()));
    } else if (!inside && name.endsWith('.json')) {
      attachments.set(name, await file.text());
    }
  }
  const name = root.replace(/\/$/, '').split('/').at(-1) || 'dropped files';
  return { record: marker === undefined ? undefined : { name, files }, attachments };
};
