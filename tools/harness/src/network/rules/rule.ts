/** A known trap of network specifications, and how to see it. */
import type { Issue, Path } from '../../declared/problem.ts';
import { noneCalled } from '../../declared/suggest.ts';
import type { NetworkFile } from '../spec/schema.ts';
import type { TomlFile } from '../spec/toml.ts';

/** What a rule looks at. */
export interface Subject {
  readonly content: NetworkFile;
  readonly toml: TomlFile;
  /** Absolute folder that relative paths start from. */
  readonly folder: string;
}

/** Finds one kind of mistake; each message says what to do instead. */
export type Rule = (subject: Subject) => Issue[];

/** A mistake in a value. */
export const wrong = (path: Path, message: string): Issue => ({ path, at: 'value', message });

/** A mistake in what is, or is not, there. */
export const misplaced = (path: Path, message: string): Issue => ({ path, at: 'key', message });

/** A name that stands for nothing, with what may have been meant. */
export const unknown = (path: Path, what: string, word: string, known: readonly string[]): Issue =>
  wrong(path, noneCalled(what, word, known));
