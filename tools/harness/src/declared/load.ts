/** Reads declarative files, whatever they declare: from text to content that fits, or every mistake with its place. */
import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { explainIssues, type JsonSchema } from './explain.ts';
import { whyUnreadable } from './meant-file.ts';
import { InvalidFile, type Issue, type Position } from './problem.ts';

/** A text that its syntax does not allow. */
export class BadSyntax extends Error {
  override readonly name = 'BadSyntax';
  readonly faults: readonly { position: Position; message: string }[];

  constructor(faults: readonly { position: Position; message: string }[]) {
    super(faults.map(({ message }) => message).join('\n'));
    this.faults = faults;
  }
}

/** What a text says, and where it says it. */
export interface Written {
  /** The document as plain values. */
  readonly data: unknown;
  /** Where the key or value stands, or the nearest thing around it that is written in the file. */
  locate(issue: Issue): Position;
}

/** A kind of file. */
export interface FileKind<W extends Written, S extends z.ZodType> {
  /** What a file of this kind is: `a scenario`. */
  what: string;
  /** Throws a `BadSyntax`. */
  read(text: string): W;
  schema: S;
  /** Mistakes in what fits the schema. */
  check(content: z.output<S>, written: W): Issue[];
}

/** More than this is no file of any kind. */
const MAX_BYTES = 1 << 16;
const AT_MOST = 'at most 64 KiB';

/** Nobody reads more at once. */
const MOST_PROBLEMS = 200;

const START: Position = { line: 1, column: 1 };

/** Reads a text. Throws an `InvalidFile` with every mistake found (the first 200), in the order of the text. */
export const parseDeclared = <W extends Written, S extends z.ZodType>(
  text: string,
  file: string,
  { what, read, schema, check }: FileKind<W, S>,
): { content: z.output<S>; written: W } => {
  if (text.length > MAX_BYTES) {
    throw new InvalidFile([{ file, ...START, message: `${what} has ${AT_MOST}` }]);
  }
  const written = readOr(read, text, file);
  const parsed = schema.safeParse(written.data);
  const issues = parsed.success
    ? check(parsed.data, written)
    : explainIssues(parsed.error.issues, written.data, jsonSchemaOf(schema));
  if (parsed.success && issues.length === 0) return { content: parsed.data, written };
  throw new InvalidFile(
    issues
      // To find the place of each takes as long as what stands before it.
      .slice(0, MOST_PROBLEMS)
      .map((issue) => ({ file, ...written.locate(issue), message: issue.message }))
      .sort((a, b) => a.line - b.line || a.column - b.column),
  );
};

const readOr = <W>(read: (text: string) => W, text: string, file: string): W => {
  try {
    return read(text);
  } catch (error) {
    if (!(error instanceof BadSyntax)) throw error;
    throw new InvalidFile(
      error.faults
        .slice(0, MOST_PROBLEMS)
        .map(({ position, message }) => ({ file, ...position, message })),
    );
  }
};

const schemas = new WeakMap<z.ZodType, JsonSchema>();

const jsonSchemaOf = (schema: z.ZodType): JsonSchema => {
  const known = schemas.get(schema) ?? (z.toJSONSchema(schema, { io: 'input' }) as JsonSchema);
  schemas.set(schema, known);
  return known;
};

/** A file's text. Throws an `InvalidFile` when it cannot be read. */
export const readDeclared = async (file: string): Promise<string> => {
  try {
    const { size } = await stat(file);
    if (size <= MAX_BYTES) return await readFile(file, 'utf8');
  } catch (error) {
    const reason = await whyUnreadable(file, error as NodeJS.ErrnoException);
    throw new InvalidFile([{ file, ...START, message: reason }]);
  }
  throw new InvalidFile([{ file, ...START, message: `such a file has ${AT_MOST}` }]);
};
