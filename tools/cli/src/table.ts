/** Tables without lines: they read well in a terminal and in a log. */
import Table from 'cli-table3';
import colors from 'picocolors';

const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: ' ',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/** Rows under bold titles. */
export const table = (head: readonly string[], rows: readonly (readonly unknown[])[]): string => {
  const drawn = new Table({
    head: head.map((title) => colors.bold(title)),
    style: { head: [], border: [], compact: true },
    chars: NO_LINES,
  });
  drawn.push(...rows.map((row) => row.map(String)));
  return drawn.toString();
};
