/** Reads network specifications. */
import { basename, dirname, resolve } from 'node:path';
import { parseDeclared, readDeclared } from '../../declared/load.ts';
import { checkSpec } from '../rules/check-spec.ts';
import { type NetworkFile, networkSchema } from './schema.ts';
import { parseToml, type TomlFile } from './toml.ts';

/** A specification with where it came from. */
export interface NetworkSpec {
  /** The file's name without its ending. */
  name: string;
  /** As it was named. */
  file: string;
  /** Absolute folder that relative paths in it start from. */
  folder: string;
  toml: TomlFile;
  content: NetworkFile;
}

/** Reads a specification from text. Throws an `InvalidFile` with every mistake found. */
export const parseNetwork = (text: string, file: string): NetworkSpec => {
  const folder = dirname(resolve(file));
  const { content, written } = parseDeclared(text, file, {
    what: 'a network',
    read: parseToml,
    schema: networkSchema,
    check: (content, toml) => checkSpec({ content, toml, folder }),
  });
  return { name: basename(file).replace(/\.toml$/, ''), file, folder, toml: written, content };
};

/** Reads a specification file. Throws an `InvalidFile`, for a file that cannot be read as well. */
export const loadNetwork = async (file: string): Promise<NetworkSpec> =>
  parseNetwork(await readDeclared(file), file);
