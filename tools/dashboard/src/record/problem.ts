/** What is wrong with a file of a record: where, what, and what it means for the page. */
export interface Problem {
  file: string;
  /** Counted from one; absent where the file as a whole is meant. */
  line?: number | undefined;
  what: string;
}

/** The record cannot be shown at all. */
export class UnusableRecord extends Error {
  override readonly name = 'UnusableRecord';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(problemText).join('\n'));
    this.problems = problems;
  }
}

/** `events.jsonl:17: not JSON…` */
export const problemText = ({ file, line, what }: Problem): string =>
  `${file}${line === undefined ? '' : `:${line}`}: ${what}`;
