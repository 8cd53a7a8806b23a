/** Files of models, which are others'. */
import { readFile, stat } from 'node:fs/promises';
import { CompileError } from '../errors.ts';

/** A file's bytes. Throws a `CompileError` when it is none, or too large; file system errors pass through. */
export const readBounded = async (path: string, maxBytes: number): Promise<Uint8Array> => {
  const found = await stat(path);
  const { size } = found;
  if (!found.isFile()) throw new CompileError('invalid-folder', `${path} is not a file`);
  if (size > maxBytes) {
    throw new CompileError('too-large', `${path} has ${size} bytes, more than ${maxBytes}`);
  }
  return readFile(path);
};
