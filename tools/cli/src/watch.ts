/** A run as it goes on, line by line: steps, and under each what happens. */
import type { Progress } from '@veritrace/harness';
import colors from 'picocolors';
import type { Output } from './output.ts';

/** Prints what a run tells; under its name where several go on at the same time. */
export const watch = (output: Output, name?: string): ((progress: Progress) => void) => {
  const note = (text: string) =>
    output.note(name === undefined ? text : `${colors.bold(name.padEnd(20))} ${text}`);
  return (progress) => {
    switch (progress.type) {
      case 'phase':
        note(colors.dim(`· ${progress.text}`));
        return;
      case 'step':
        note(`${colors.cyan(`[${progress.index}/${progress.of}]`)} ${progress.text}`);
        return;
      case 'told':
        note(`      ${colors.dim(`#${String(progress.block).padEnd(3)}`)} ${progress.text}`);
        return;
      case 'fork':
        note(
          `      ${colors.dim(`#${String(progress.block).padEnd(3)}`)} a fork takes back ${progress.retracted === 1 ? 'one block' : `${progress.retracted} blocks`}`,
        );
        return;
      case 'block':
        return;
    }
  };
};
