/** A run as it goes on, line by line: steps, and under each what happens. */
import type { Progress } from '@veritrace/harness';
import colors from 'picocolors';
import type { Output } from './output.ts';

/** Prints what a run tells. */
export const watch =
  (output: Output) =>
  (progress: Progress): void => {
    switch (progress.type) {
      case 'phase':
        output.note(colors.dim(`· ${progress.text}`));
        return;
      case 'step':
        output.note(`${colors.cyan(`[${progress.index}/${progress.of}]`)} ${progress.text}`);
        return;
      case 'told':
        output.note(`      ${colors.dim(`#${String(progress.block).padEnd(3)}`)} ${progress.text}`);
        return;
      case 'block':
        return;
    }
  };
