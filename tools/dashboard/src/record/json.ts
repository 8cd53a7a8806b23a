/** Reading JSON and JSON lines, with every mistake placed. */
import * as z from 'zod/mini';
import type { Problem } from './problem.ts';

// The check for a compiler of validators would break the page's content security policy.
z.config({ jitless: true });

/** What was read, or what is wrong with it. */
export type Read<T> = { value: T } | { problem: Problem };

const lineAt = (text: string, position: number): number =>
  text.slice(0, position).split('\n').length;

/** The line a parser's message speaks of; engines tell a position, or line and column. */
const lineOf = (text: string, message: string): number | undefined => {
  const line = /line (\d+)/.exec(message)?.[1];
  if (line !== undefined) return Number(line);
  const position = /position (\d+)/.exec(message)?.[1];
  if (position !== undefined) return lineAt(text, Number(position));
  return /end of JSON|unterminated/i.test(message)
    ? lineAt(text.trimEnd(), text.length)
    : undefined;
};

/** Whether more brackets are opened than closed: a text that is cut off behind an inner one ends like a whole one. */
const isUnclosed = (text: string): boolean => {
  const outside = text.replace(/"(?:[^"\\]|\\.)*"/g, '');
  const count = (brackets: RegExp): number => outside.match(brackets)?.length ?? 0;
  return count(/[{[]/g) > count(/[}\]]/g);
};

const isCut = (text: string, message: string): boolean =>
  /^\s*[{[]/.test(text) &&
  (/end of JSON|unterminated|EOF/i.test(message) || !/[}\]]\s*$/.test(text) || isUnclosed(text));

const parse = (file: string, text: string, line?: number): Read<unknown> => {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return {
      problem: {
        file,
        line: line ?? lineOf(text, message),
        what: isCut(text, message)
          ? 'the JSON ends too early; was the file cut off?'
          : 'this is not JSON; was the file changed?',
      },
    };
  }
};

const check = <T>(
  schema: z.ZodMiniType<T>,
  value: unknown,
  file: string,
  line?: number,
): Read<T> => {
  const checked = schema.safeParse(value);
  if (checked.success) return { value: checked.data };
  const [issue] = checked.error.issues;
  const path = issue?.path.join('.') ?? '';
  return {
    problem: {
      file,
      line,
      what: `${path === '' ? 'the document' : `"${path}"`} is not what a record has there (${issue?.code ?? 'unknown'}); was it written by another version?`,
    },
  };
};

/** A document of the shape of `schema`. */
export const readDocument = <T>(schema: z.ZodMiniType<T>, file: string, text: string): Read<T> => {
  const parsed = parse(file, text);
  return 'problem' in parsed ? parsed : check(schema, parsed.value, file);
};

/** A document a line. What comes before the first mistake is kept, the rest is left out and the mistake told. */
export const readLines = <T>(
  schema: z.ZodMiniType<T>,
  file: string,
  text: string,
): { values: T[]; problems: Problem[] } => {
  const values: T[] = [];
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  for (const [index, content] of lines.entries()) {
    const parsed = parse(file, content, index + 1);
    const read = 'problem' in parsed ? parsed : check(schema, parsed.value, file, index + 1);
    if ('problem' in read) {
      const left = lines.length - index;
      const what = `${read.problem.what} ${left === 1 ? 'This last line is' : `This line and the ${left - 1} after it are`} left out.`;
      return { values, problems: [{ ...read.problem, what }] };
    }
    values.push(read.value);
  }
  return { values, problems: [] };
};
