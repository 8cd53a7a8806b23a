/** Where a record goes: a folder of its own, since whatever lies beside its files would become part of it. */
import { readdir } from 'node:fs/promises';
import { CommandError } from './errors.ts';

/** Throws a `CommandError` when something is in the folder already. */
export const demandEmptyFolder = async (folder: string): Promise<void> => {
  const files = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  if (files.length === 0) return;
  throw new CommandError(
    `${folder} is not empty, and a record is never written over: ` +
      'name another folder, or none for a new one in records/',
  );
};
