/** Examples under a command's help. */

/** What goes after the help of a command: lines for a shell. A test parses each as it is shown. */
export const examples = (...lines: readonly string[]): string =>
  `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}`;
