/** The table of all behaviours with their money before and after: rows from reports, to text and back. */
import type { ActorReport, RunReport } from '../run/report.ts';
import { formatUnits } from '../scenario/amount.ts';
import { TOKEN } from '../token.ts';
import { ENDINGS, type Ending, endings } from './standing.ts';
import type { Player } from './told.ts';

/** What a run meant to one actor. Amounts are tokens, in the notation of the table. */
export interface MoneyRow extends Player {
  scenario: string;
  before: string;
  after: string;
  fees: string;
  net: string;
  owed: string;
  ends: Ending;
  held: boolean;
}

/** Decimals shown: the smallest fee is larger. */
const DECIMALS = 5;

const shown = (units: bigint): string => {
  const [whole = '0', fraction = ''] = formatUnits(
    units < 0n ? -units : units,
    TOKEN.decimals,
  ).split('.');
  const short = fraction.slice(0, DECIMALS).replace(/0+$/, '');
  return `${units < 0n ? '−' : ''}${whole}${short === '' ? '' : `.${short}`}`;
};

/** A number of the table. */
export const numberOf = (text: string): number => Number(text.replace('−', '-'));

/** The rows of a run. */
export const rowsOf = ({
  scenario,
  actors,
}: Pick<RunReport, 'scenario'> & {
  actors: readonly Pick<
    ActorReport,
    'name' | 'role' | 'behaviour' | 'before' | 'after' | 'fees' | 'net' | 'owed' | 'ends' | 'held'
  >[];
}): MoneyRow[] =>
  actors.map((actor) => ({
    scenario,
    role: actor.role,
    name: actor.name,
    behaviour: actor.behaviour === '' ? 'honest' : actor.behaviour,
    before: shown(actor.before),
    after: shown(actor.after),
    fees: shown(actor.fees),
    net: shown(actor.net),
    owed: shown(actor.owed),
    ends: actor.ends,
    held: actor.held,
  }));

const HEAD = ['scenario', 'who', 'before', 'after', 'fees', 'net of fees', 'owed', 'must', ''];

const lineOf = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

const textOf = (row: MoneyRow): string =>
  lineOf([
    `\`${row.scenario}\``,
    `${row.name}, ${row.role}${row.behaviour === 'honest' ? '' : `, \`${row.behaviour}\``}`,
    row.before,
    row.after,
    row.fees,
    row.net,
    row.owed,
    row.ends,
    row.held ? '✓' : '✗',
  ]);

const isCheat = ({ behaviour }: Pick<MoneyRow, 'behaviour'>): boolean => behaviour !== 'honest';

const byBehaviour = (one: MoneyRow, other: MoneyRow): number =>
  one.role.localeCompare(other.role) ||
  one.behaviour.localeCompare(other.behaviour) ||
  one.scenario.localeCompare(other.scenario);

/** The page: who deviates by behaviour, then who is honest by scenario. */
export const renderTable = (rows: readonly MoneyRow[]): string => {
  const table = (some: readonly MoneyRow[]): string[] => [
    lineOf(HEAD),
    lineOf(HEAD.map((_, column) => (column >= 2 && column <= 6 ? '--:' : '---'))),
    ...some.map(textOf),
  ];
  const cheats = rows.filter(isCheat).sort(byBehaviour);
  const honest = rows
    .filter((row) => !isCheat(row))
    .sort((one, other) => one.scenario.localeCompare(other.scenario));
  return [
    '# Behaviours and their money',
    '',
    `Every scenario of this folder on the embedded chain, seed 1, in ${TOKEN.symbol}. Written by \`npm run behaviours -- --write\`;`,
    'with names of scenarios it plays only those and keeps the other rows.',
    '',
    '*Before* and *after* are all that somebody has, free and held, a worker’s operator’s account included. *Net* is what came',
    'of it with the fees of its own transactions set aside. *Owed* is what the rules come to for what was done: wages,',
    'royalties, bounties, compensations, less prices. It is computed from the models’ terms and root’s parameters, not from what',
    'the chain says it paid. What each *must* end with:',
    '',
    ...endings.map((ending) => `- **${ending}**: ${ENDINGS[ending]}${MEANING[ending]}`),
    '',
    '## Who deviates',
    '',
    ...table(cheats),
    '',
    '## Who is honest',
    '',
    ...table(honest),
    '',
  ].join('\n');
};

const MEANING: Readonly<Record<Ending, string>> = {
  'at-least-owed': ': net ≥ owed.',
  lost: ': net ≤ 0, and after < before.',
  'no-gain':
    ': net ≤ 0. Whoever copies a valid proof pays nothing and gets nothing; the proof is as good as the first.',
  'worse-than-honest': ': net is less than what the same work is worth without the fault.',
  any: '; the scenario says why.',
};

const ROW = /^\| `([^`]+)` \| ([^,|]+), ([a-z]+)(?:, `([^`]+)`)? \|(.*)\|$/;

/** The rows of a page. Throws for a row that is none. */
export const parseTable = (text: string): MoneyRow[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line): MoneyRow => {
      const [, scenario = '', name = '', role = '', behaviour = 'honest', rest = ''] =
        ROW.exec(line) ?? [];
      const [before = '', after = '', fees = '', net = '', owed = '', ends = '', held = ''] = rest
        .split('|')
        .map((cell) => cell.trim());
      if (!(endings as readonly string[]).includes(ends) || !/^[✓✗]$/.test(held)) {
        throw new RangeError(`this is no row of the table: ${line}`);
      }
      return {
        scenario,
        name,
        role: role as MoneyRow['role'],
        behaviour,
        before,
        after,
        fees,
        net,
        owed,
        ends: ends as Ending,
        held: held === '✓',
      };
    });

/** A page's rows with those of the scenarios that were played anew in the place of the old ones. */
export const replaceRows = (
  old: readonly MoneyRow[],
  played: readonly MoneyRow[],
  known: ReadonlySet<string>,
): MoneyRow[] => {
  const anew = new Set(played.map(({ scenario }) => scenario));
  return [...old.filter(({ scenario }) => known.has(scenario) && !anew.has(scenario)), ...played];
};
