/** Pages that have a part which a command writes, between two comments. */

/** The page lacks the place for what is written. */
export class NoMarkers extends Error {
  override readonly name = 'NoMarkers';
}

export interface Markers {
  begin: string;
  end: string;
}

/** Those of a part that `command` writes. */
export const markersOf = (name: string, command: string): Markers => ({
  begin: `<!-- ${name}: written by \`${command}\` -->`,
  end: `<!-- ${name}: end -->`,
});

const around = (
  page: string,
  { begin, end }: Markers,
): { before: string; between: string; after: string } => {
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) {
    throw new NoMarkers(
      `the page has no lines "${begin}" and "${end}" to write the tables between`,
    );
  }
  const start = from + begin.length;
  return { before: page.slice(0, start), between: page.slice(start, to), after: page.slice(to) };
};

/** The page with a new part in its place. Throws a `NoMarkers`. */
export const withPart = (page: string, markers: Markers, part: string): string => {
  const { before, after } = around(page, markers);
  return `${before}\n\n${part}\n\n${after}`;
};

/** What the page has between its markers. Throws a `NoMarkers`. */
export const partOf = (page: string, markers: Markers): string =>
  around(page, markers).between.trim();
