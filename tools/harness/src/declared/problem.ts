/** What is wrong with a declarative file, and where. */

/** A place in a text. Lines and columns count from one. */
export interface Position {
  line: number;
  column: number;
}

/** One mistake. */
export interface Problem extends Position {
  file: string;
  message: string;
}

/** `FILE:LINE:COLUMN: message`. */
export const formatProblem = ({ file, line, column, message }: Problem): string =>
  `${file}:${line}:${column}: ${message}`;

/** A file that cannot be used, with every mistake found in it. */
export class InvalidFile extends Error {
  override readonly name = 'InvalidFile';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(formatProblem).join('\n'));
    this.problems = problems;
  }
}

/** A place in the document: keys and indices from the root. */
export type Path = readonly (string | number)[];

/** A mistake by its place in the document; `at` says whether the key or the value is at fault. */
export interface Issue {
  path: Path;
  at: 'key' | 'value';
  message: string;
}

/** `steps[2].input.index`; the whole document is `the file`. */
export const formatPath = (path: Path): string => {
  const text = path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`))
    .join('')
    .replace(/^\./, '');
  return text === '' ? 'the file' : text;
};
