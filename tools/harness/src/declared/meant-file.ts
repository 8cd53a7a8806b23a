/** Why a file cannot be read, and which was meant by one that is not there. */
import { readdir } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { suggest } from './suggest.ts';

/** Which file was meant, or why there can be none, as the end of a sentence. */
const meantFile = async (file: string): Promise<string> => {
  const folder = dirname(file);
  const others = await readdir(folder).catch(() => undefined);
  if (others === undefined) return `, as there is no folder ${folder}`;
  const alike = others.filter((other) => extname(other) === extname(file));
  const near = suggest(basename(file), alike) ?? suggest(`${basename(file)}.yaml`, others);
  return near === undefined ? '' : `; did you mean ${join(folder, near)}?`;
};

/** Why a file cannot be read, in words, by what reading it threw. */
export const whyUnreadable = async (
  file: string,
  { code }: NodeJS.ErrnoException,
): Promise<string> =>
  code === 'ENOENT' ? `no such file${await meantFile(file)}` : (code ?? 'cannot be read');
