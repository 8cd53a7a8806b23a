/**
 * Content in a folder: a file for each, named by its digest, in a folder for each kind. Symbolic links are refused at
 * every step below the folder itself, so that nothing outside of it is ever read or written through it.
 */
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, mkdir, open, rename, unlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type ContentName, isDigest, nameOf } from './address.ts';
import { reasonOf, type StoreBackend, StoreError } from './backend.ts';

/** Only the owner reads: inputs may be private. A server that gives them out runs as the owner. */
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

const codeOf = (error: unknown): string | undefined =>
  (error as NodeJS.ErrnoException | undefined)?.code;

/** A backend in a folder, which is made when something is written. */
export const createDirectoryBackend = (folder: string): StoreBackend => {
  const root = resolve(folder);

  const placeOf = ({ kind, digest }: ContentName): { parent: string; file: string } => {
    if (!isDigest(digest)) throw new StoreError(`${JSON.stringify(digest)} is not a digest`);
    const parent = join(root, kind);
    return { parent, file: join(parent, digest.slice(2)) };
  };

  /** Whether the folder of a kind is there. */
  const hasFolder = async (parent: string): Promise<boolean> => {
    try {
      const found = await lstat(parent);
      if (found.isDirectory()) return true;
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return false;
      throw new StoreError(`cannot look into ${parent}: ${reasonOf(error)}`, { cause: error });
    }
    throw new StoreError(
      `${parent} is not a folder, or a link to one. Put the folder itself there.`,
    );
  };

  return {
    name: root,
    read: async (name, maxBytes) => {
      const { parent, file } = placeOf(name);
      if (!(await hasFolder(parent))) return undefined;
      let handle: Awaited<ReturnType<typeof open>>;
      try {
        handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return undefined;
        const reason = codeOf(error) === 'ELOOP' ? 'it is a symbolic link' : reasonOf(error);
        throw new StoreError(`cannot read ${file}: ${reason}`, { cause: error });
      }
      try {
        const found = await handle.stat();
        if (!found.isFile()) throw new StoreError(`${file} is not a file`);
        if (found.size > maxBytes) {
          throw new StoreError(
            `${file} has ${found.size} bytes, and ${nameOf(name)} has at most ${maxBytes}`,
          );
        }
        // One byte more than is there, should it grow meanwhile.
        const buffer = new Uint8Array(found.size + 1);
        let length = 0;
        while (length < buffer.length) {
          const { bytesRead } = await handle.read(buffer, length, buffer.length - length);
          if (bytesRead === 0) break;
          length += bytesRead;
        }
        if (length > found.size) throw new StoreError(`${file} grew while it was read`);
        return buffer.slice(0, length);
      } finally {
        await handle.close();
      }
    },
    write: async (name, content) => {
      const { parent, file } = placeOf(name);
      const temporary = join(parent, `.${randomUUID()}`);
      try {
        await mkdir(parent, { recursive: true, mode: FOLDER_MODE });
        await hasFolder(parent);
        const handle = await open(temporary, 'wx', FILE_MODE);
        try {
          await handle.writeFile(content);
          await handle.sync();
        } finally {
          await handle.close();
        }
        // All of it is there at once, or nothing; a link in its place is replaced, not followed.
        await rename(temporary, file);
      } catch (error) {
        await unlink(temporary).catch(() => undefined);
        if (error instanceof StoreError) throw error;
        throw new StoreError(`cannot write ${file}: ${reasonOf(error)}`, { cause: error });
      }
    },
  };
};
