/** The layout version of a graph, as a flag. */
import type { LayoutVersion } from '@veritrace/compiler';
import { InvalidArgumentError } from 'commander';

/** Reads `1` or `2`. Throws an `InvalidArgumentError` at anything else. */
export const layoutVersion = (text: string): LayoutVersion => {
  switch (text) {
    case '1':
      return 1;
    case '2':
      return 2;
    default:
      throw new InvalidArgumentError('1 or 2');
  }
};
