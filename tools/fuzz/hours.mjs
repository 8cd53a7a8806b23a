// The ledger of what was fuzzed for how long: a table in HOURS.md, a line a run, with the sum above it.

const HEADER = [
  '| day | target | core-hours | executions | findings | commit |',
  '|---|---|---|---|---|---|',
];

const hours = (seconds) => (seconds / 3600).toFixed(2);

const rowOf = ({ day, target, seconds, executions, findings, commit }) =>
  `| ${day} | ${target} | ${hours(seconds)} | ${executions} | ${findings} | ${commit} |`;

const parseRow = (line) => {
  const cells = line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
  return cells.length === 6 && /^\d{4}-/.test(cells[0])
    ? { core: Number(cells[2]), executions: Number(cells[3]), findings: Number(cells[4]) }
    : undefined;
};

/** The sums of a ledger: core-hours, executions, findings. */
export const sumOf = (text) =>
  text
    .split('\n')
    .flatMap((line) => parseRow(line) ?? [])
    .reduce(
      (sum, row) => ({
        core: sum.core + row.core,
        executions: sum.executions + row.executions,
        findings: sum.findings + row.findings,
      }),
      { core: 0, executions: 0, findings: 0 },
    );

/**
 * A ledger with one run more.
 * @param {string} text the ledger, empty at first
 * @param {{day: string, target: string, seconds: number, executions: number, findings: number, commit: string}} run
 *   `seconds` are of all jobs together, `commit` is what was fuzzed
 */
export const addRun = (text, run) => {
  const rows = text.split('\n').filter((line) => parseRow(line) !== undefined);
  const table = [...HEADER, ...rows, rowOf(run)].join('\n');
  const sum = sumOf(table);
  return [
    '# Fuzz hours',
    '',
    '`npm run fuzz` adds a line for each run. Findings are those of the run: places that failed, mended since or not; the',
    '[README](README.md) lists them.',
    '',
    `**${sum.core.toFixed(2)} core-hours, ${sum.executions} executions, ${sum.findings} findings.**`,
    '',
    table,
    '',
  ].join('\n');
};
