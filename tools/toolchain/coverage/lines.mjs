// Which lines of the sources tests went through, from what llvm-cov exports.

/** What is there for tests and benchmarks, or generated: not what is to be covered. */
const LEFT_OUT =
  /\/(tests|testdata|examples|benches)\/|\/(tests|mock|benchmarking|fixture|weights|integration)\.rs$/;

/** Whether coverage of a file, its path relative to the root, is told. */
export const isCounted = (path) =>
  /^pallets\/[^/]+\/src\/.*\.rs$/.test(path) && !LEFT_OUT.test(path);

/** The first line of the unit tests at the end of a source file; lines count from one. */
export const firstTestLine = (source) => {
  const at = source.search(/^#\[cfg\((?:all\()?test\b[^\n]*\]\n(?:#\[[^\n]*\]\n)*mod \w+ \{/m);
  return at < 0 ? Number.POSITIVE_INFINITY : source.slice(0, at).split('\n').length;
};

/** `[3, 4, 5, 9]` as `3–5, 9`. */
export const rangesOf = (lines) => {
  const ranges = [];
  for (const line of lines) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === line - 1) last[1] = line;
    else ranges.push([line, line]);
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join(', ');
};

/**
 * Reads `SF:` and `DA:` of an lcov file. A line that several programs have counts as covered if any went through it.
 * `relative` gives a path below the root, `read` the text of a file by that path.
 */
export const readLcov = (text, relative, read) => {
  const files = new Map();
  let lines;
  let end;
  for (const line of text.split('\n')) {
    if (line.startsWith('SF:')) {
      const path = relative(line.slice(3));
      lines = undefined;
      if (!isCounted(path)) continue;
      end = firstTestLine(read(path));
      lines = files.get(path) ?? new Map();
      files.set(path, lines);
    } else if (line.startsWith('DA:') && lines !== undefined) {
      const [number, count] = line.slice(3).split(',').map(Number);
      if (number < end) lines.set(number, Math.max(lines.get(number) ?? 0, count));
    }
  }
  return [...files]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, counts]) => {
      const uncovered = [...counts].flatMap(([number, count]) => (count === 0 ? [number] : []));
      return { path, lines: counts.size, uncovered: uncovered.sort((a, b) => a - b) };
    });
};

/** Files added up by crate. */
export const byCrate = (files) => {
  const crates = new Map();
  for (const { path, lines, uncovered } of files) {
    const name = path.split('/')[1];
    const sum = crates.get(name) ?? { name, lines: 0, covered: 0 };
    sum.lines += lines;
    sum.covered += lines - uncovered.length;
    crates.set(name, sum);
  }
  return [...crates.values()];
};

const percent = (covered, lines) => `${((100 * covered) / lines).toFixed(1)} %`;

/** The report, as Markdown. */
export const renderCoverage = (files) => {
  const crates = byCrate(files);
  const all = crates.reduce(
    (sum, { lines, covered }) => ({ lines: sum.lines + lines, covered: sum.covered + covered }),
    { lines: 0, covered: 0 },
  );
  const row = (name, { lines, covered }) =>
    `| ${name} | ${lines} | ${lines - covered} | ${percent(covered, lines)} |`;
  const open = files.filter(({ uncovered }) => uncovered.length > 0);
  return [
    '| crate | lines | not covered | covered |',
    '|---|---|---|---|',
    ...crates.map((crate) => row(`\`${crate.name}\``, crate)),
    row('all', all),
    '',
    ...(open.length === 0
      ? ['Every line is covered.']
      : [
          '| file | lines that no test goes through |',
          '|---|---|',
          ...open.map(
            ({ path, uncovered }) =>
              `| \`${path.replace(/^pallets\//, '')}\` | ${rangesOf(uncovered)} |`,
          ),
        ]),
  ].join('\n');
};
