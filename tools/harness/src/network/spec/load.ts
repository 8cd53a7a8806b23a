/** Reads network specifications. */
import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { z } from 'zod';
import { explainIssues } from '../../scenario/explain.ts';
import { formatProblem, type Issue, type Problem } from '../../scenario/problem.ts';
import { checkSpec } from '../rules/check-spec.ts';
import { NetworkError } from '../types.ts';
import { type NetworkFile, networkSchema } from './schema.ts';
import { BadToml, parseToml, type TomlFile } from './toml.ts';

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

/** A specification that no network can be started from, with every mistake found in it. */
export class InvalidNetwork extends NetworkError {
  override readonly name = 'InvalidNetwork';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(formatProblem).join('\n'));
    this.problems = problems;
  }
}

/** More than this is no specification. */
const MAX_BYTES = 1 << 20;

const jsonSchema = z.toJSONSchema(networkSchema, { io: 'input' });

/** Reads a specification from text. Throws an `InvalidNetwork` with every mistake found. */
export const parseNetwork = (text: string, file: string): NetworkSpec => {
  const at = (line: number, column: number, message: string): Problem => ({
    file,
    line,
    column,
    message,
  });
  if (text.length > MAX_BYTES) {
    throw new InvalidNetwork([at(1, 1, 'a network has at most 1 MiB')]);
  }
  let toml: TomlFile;
  try {
    toml = parseToml(text);
  } catch (error) {
    if (!(error instanceof BadToml)) throw error;
    throw new InvalidNetwork([at(error.position.line, error.position.column, error.message)]);
  }
  const fail = (issues: readonly Issue[]): never => {
    const problems = issues.map((issue) => {
      const { line, column } = toml.locate(issue);
      return at(line, column, issue.message);
    });
    throw new InvalidNetwork(problems.sort((a, b) => a.line - b.line || a.column - b.column));
  };
  const parsed = networkSchema.safeParse(toml.data);
  if (!parsed.success) {
    return fail(explainIssues(parsed.error.issues, toml.data, jsonSchema as object));
  }
  const spec: NetworkSpec = {
    name: basename(file).replace(/\.toml$/, ''),
    file,
    folder: dirname(resolve(file)),
    toml,
    content: parsed.data,
  };
  const issues = checkSpec(spec);
  return issues.length > 0 ? fail(issues) : spec;
};

/** Reads a specification file. Throws an `InvalidNetwork`, for a file that cannot be read as well. */
export const loadNetwork = async (file: string): Promise<NetworkSpec> => {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === 'ENOENT' ? 'no such file' : (error.code ?? 'cannot be read');
    throw new InvalidNetwork([{ file, line: 1, column: 1, message: reason }]);
  });
  return parseNetwork(text, file);
};
