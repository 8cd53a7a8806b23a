/** Plays scenarios and writes `scenarios/BEHAVIOURS.md` (npm run behaviours). */
import { readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  type MoneyRow,
  parseTable,
  renderTable,
  replaceRows,
  rowsOf,
} from './behaviours/money-table.ts';
import { type Player, playersOf } from './behaviours/told.ts';
import { createEmbeddedDriver, endEmbedded } from './embedded/driver.ts';
import { play, skippedOn } from './run/play.ts';
import { loadScenario } from './scenario/load.ts';

const USAGE = `npm run behaviours -- [--write] [--missing] [--from FILE] [scenario...]

Plays scenarios on the embedded chain with seed 1 and prints the table of everyone's money; all of them, or those named.
  --write      writes it to scenarios/BEHAVIOURS.md, where the rows of other scenarios stay
  --missing    plays only those that the table has not, or not with everyone who takes part
  --from FILE  takes runs out of a document of "veritrace scenario run --json" instead of playing them; may be repeated
`;

const folder = fileURLToPath(new URL('../../../scenarios/', import.meta.url));
const page = join(folder, 'BEHAVIOURS.md');

/** Amounts are decimal strings there. */
const AMOUNTS = ['before', 'after', 'fees', 'net', 'owed'] as const;

interface RunDocument {
  scenario: string;
  seed: number;
  passed: boolean | null;
  actors?: Record<string, unknown>[];
}

const rowsOfDocument = ({ scenario, actors = [] }: RunDocument): MoneyRow[] =>
  rowsOf({
    scenario,
    actors: actors.map((actor) => ({
      ...actor,
      ...Object.fromEntries(AMOUNTS.map((key) => [key, BigInt(String(actor[key]))])),
    })) as unknown as Parameters<typeof rowsOf>[0]['actors'],
  });

const fromDocuments = async (files: readonly string[]): Promise<MoneyRow[]> => {
  const rows: MoneyRow[] = [];
  for (const file of files) {
    const parsed = JSON.parse(await readFile(file, 'utf8')) as RunDocument | RunDocument[];
    for (const run of [parsed].flat()) {
      if (run.passed === null) continue;
      if (run.seed !== 1)
        throw new RangeError(`${file}: ${run.scenario} was played with seed ${run.seed}`);
      rows.push(...rowsOfDocument(run));
    }
  }
  return rows;
};

const playThem = async (names: readonly string[]): Promise<MoneyRow[]> => {
  const rows: MoneyRow[] = [];
  for (const [index, name] of names.entries()) {
    const loaded = await loadScenario(join(folder, `${name}.yaml`));
    const driver = createEmbeddedDriver();
    if (skippedOn(loaded.scenario, driver) !== undefined) continue;
    const { passed, expectations, blocks, durationMs, ...report } = await play(loaded, {
      driver,
      seed: 1,
      record: undefined,
    });
    const unmet = expectations
      .filter((one) => !one.passed)
      .map((one) => `${one.name}: ${one.detail}`);
    process.stderr.write(
      `${passed ? '✓' : '✗'} ${index + 1} of ${names.length}: ${name}, ${blocks} blocks, ${(durationMs / 1000).toFixed(1)} s${unmet.map((one) => `\n    ${one}`).join('')}\n`,
    );
    if (!passed) process.exitCode = 1;
    rows.push(...rowsOf(report));
  }
  return rows;
};

/** Scenarios of which the rows are not those of everyone who takes part. */
const missingIn = async (
  rows: readonly MoneyRow[],
  known: readonly string[],
): Promise<string[]> => {
  const missing: string[] = [];
  const nameOf = ({ role, name, behaviour }: Player) => `${role} ${name} ${behaviour}`;
  for (const name of known) {
    const { scenario } = await loadScenario(join(folder, `${name}.yaml`));
    const told = rows.filter((row) => row.scenario === name).map(nameOf);
    if (told.sort().join() !== playersOf(scenario).map(nameOf).sort().join()) missing.push(name);
  }
  return missing;
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    write: { type: 'boolean', default: false },
    missing: { type: 'boolean', default: false },
    from: { type: 'string', multiple: true },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (values.help) {
  process.stdout.write(USAGE);
} else {
  const known = readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length));
  const named = positionals.map((one) => basename(one, '.yaml'));
  const unknown = named.find((name) => !known.includes(name));
  if (unknown === undefined) {
    const written = parseTable(await readFile(page, 'utf8').catch(() => ''));
    const given = await fromDocuments(values.from ?? []);
    const isAll = named.length === 0 && values.from === undefined && !values.missing;
    const missing = values.missing
      ? await missingIn(replaceRows(written, given, new Set(known)), known)
      : [];
    const played = await playThem(isAll ? known : [...named, ...missing]);
    await endEmbedded();
    const old = isAll ? [] : written;
    const text = renderTable(replaceRows(old, [...given, ...played], new Set(known)));
    if (values.write) await writeFile(page, text);
    else process.stdout.write(text);
  } else {
    process.stderr.write(`there is no scenario "${unknown}" in scenarios/\n${USAGE}`);
    process.exitCode = 2;
  }
}
