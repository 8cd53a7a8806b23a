/** What tests of declarative files share. */
import { InvalidFile } from '../declared/problem.ts';

/** What reading a file has to say against it, `line:column: message` each. */
export const problemsOf = (read: () => unknown): string[] => {
  try {
    read();
  } catch (error) {
    if (!(error instanceof InvalidFile)) throw error;
    return error.problems.map(({ line, column, message }) => `${line}:${column}: ${message}`);
  }
  return [];
};

/** A text with one thing replaced. Throws when it is not in there. */
export const replaced = (text: string, from: string | RegExp, to: string): string => {
  const other = text.replace(from, to);
  if (other === text) throw new Error('the replacement changed nothing');
  return other;
};
