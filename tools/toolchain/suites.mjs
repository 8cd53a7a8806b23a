// Which suites there are on networks of real nodes, and how they are run.
import { join } from 'node:path';
import { ROOT } from './sources.mjs';

const ENDING = '.e2e.ts';

/** The names of the suites that the words choose, among files: those that begin so, or with `all` every one. */
export const suiteFiles = (words, files) =>
  files
    .filter((file) => file.endsWith(ENDING))
    .map((file) => file.slice(0, -ENDING.length))
    .filter((name) => words.includes('all') || words.some((word) => name.startsWith(word)))
    .sort();

/** The command that runs suites, with what else the runner is told. */
export const suiteCommand = (names, rest = []) => ({
  command: join(ROOT, 'node_modules', '.bin', 'vitest'),
  args: [
    ...['run', '--config', join('e2e', 'vitest.config.ts')],
    ...names.map((name) => join('suites', `${name}${ENDING}`)),
    ...rest,
  ],
});
