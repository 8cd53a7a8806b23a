/** The tables, for people and for the documentation. */
import { markersOf, partOf, withPart } from '../marked.ts';
import { textTable } from '../table.ts';
import { attacks, dilemma, expectationOf, privacy, type Situation, symbols } from './attacks.ts';
import type { Economy } from './read.ts';

/** Tokens: the least price under any preset, and what models of other sizes might cost. */
export const PRICES: readonly number[] = [0.01, 1, 10, 100];

/** A third, as everywhere: with more than that of the validators the chain has other troubles. */
export const ASSUMED: Omit<Situation, 'price'> = { tickets: 1 / 3, validators: 1 / 3 };

export interface Row {
  id: string;
  title: string;
  formula: string;
  answer: string;
  /** In tokens, in the order of the prices. */
  expectations: number[];
}

export interface Table {
  preset: string;
  assumed: Omit<Situation, 'price'>;
  prices: readonly number[];
  rows: Row[];
  dilemma: ReturnType<typeof dilemma>[];
  privacy: ReturnType<typeof privacy>[];
}

export const tableOf = (
  economy: Economy,
  prices: readonly number[] = PRICES,
  assumed: Omit<Situation, 'price'> = ASSUMED,
): Table => ({
  preset: economy.preset,
  assumed,
  prices,
  rows: attacks.map(({ id, title, formula, answer, outcomes }) => ({
    id,
    title,
    formula,
    answer,
    expectations: prices.map((price) => expectationOf(outcomes(economy, { ...assumed, price }))),
  })),
  dilemma: prices.map((price) => dilemma(economy, { ...assumed, price })),
  privacy: prices.map((price) => privacy(economy, { ...assumed, price })),
});

/** Two significant digits, which a change of weights by some percent leaves as they are. */
export const amount = (value: number): string => {
  if (value === 0) return '0';
  const digits = Math.max(0, 1 - Math.floor(Math.log10(Math.abs(value))));
  return `${value < 0 ? '−' : ''}${Number(Math.abs(value).toPrecision(2)).toFixed(digits)}`;
};

const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;

const dilemmaRows = (table: Table): [name: string, ...cells: string[]][] => {
  const cells = (value: (each: Table['dilemma'][number]) => string): string[] =>
    table.dilemma.map(value);
  return [
    ['lock', ...cells(({ lock }) => amount(lock))],
    ['what computing costs, c', ...cells(({ compute }) => amount(compute))],
    ['the auditor’s fee, f', ...cells(({ fee }) => amount(fee))],
    ['chance that only an audit finds a lie, d', ...cells(({ found }) => percent(found))],
    ['a lie that only audits may find', ...cells(({ lie }) => amount(lie))],
    [
      'tickets with which that would pay, validators being honest',
      ...cells(({ mostTickets }) => percent(mostTickets)),
    ],
    [
      'what a lie may be worth elsewhere before it pays',
      ...cells(({ outside }) => amount(outside)),
    ],
    [
      'false claims with which looking pays by bounties alone',
      ...cells(({ worthLooking }) => percent(worthLooking)),
    ],
  ];
};

const privacyRows = (table: Table): [name: string, ...cells: string[]][] => {
  const cells = (value: (each: Table['privacy'][number]) => string): string[] =>
    table.privacy.map(value);
  return [
    [
      'what a worker gets if nobody publishes, u',
      ...cells(({ compensation }) => amount(compensation)),
    ],
    ['what is left of the wage when computing costs c', ...cells(({ margin }) => amount(margin))],
    [
      'what a false complaint brings more than that, if nobody publishes',
      ...cells(({ idle }) => amount(idle)),
    ],
    [
      'what computing costs at least when it can pay, of the price',
      ...cells(({ costly }) => percent(costly)),
    ],
    [
      'complaints that have to be answered by publishing for it not to pay',
      ...cells(({ publishing }) => percent(publishing)),
    ],
    [
      'answers that the user has to look at for a lie not to pay',
      ...cells(({ looking }) => `${amount(100 * looking)} %`),
    ],
  ];
};

/** For the terminal. */
export const renderTable = (table: Table): string => {
  const titles = table.prices.map((price) => `at ${price}`);
  return [
    `Preset ${table.preset}, in tokens. The attacker has ${percent(table.assumed.tickets)} of the tickets and ${percent(table.assumed.validators)} of the validators.`,
    '',
    textTable(
      ['Expectation of', ...titles],
      table.rows.map(({ id, expectations }) => [id, ...expectations.map(amount)]),
    ),
    '',
    textTable(['The verifier’s dilemma', ...titles], dilemmaRows(table)),
    '',
    textTable(['Private requests', ...titles], privacyRows(table)),
    '',
    ...table.rows.map(({ id, formula }) => `${id}: ${formula}`),
  ].join('\n');
};

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** For the documentation, between its markers. */
export const renderMarkdown = (table: Table): string => {
  const titles = table.prices.map((price) => `at ${price}`);
  const rule = ['---', ...table.prices.map(() => '---:')];
  return [
    `Preset \`${table.preset}\`, in VTR by price of an inference; t = ${percent(table.assumed.tickets)}, v = ${percent(table.assumed.validators)}.`,
    '',
    line(['Attack', ...titles]),
    line(rule),
    ...table.rows.map(({ title, expectations }) => line([title, ...expectations.map(amount)])),
    '',
    line(['The verifier’s dilemma', ...titles]),
    line(rule),
    ...dilemmaRows(table).map(line),
    '',
    line(['Private requests', ...titles]),
    line(rule),
    ...privacyRows(table).map(line),
    '',
    line(['Attack', 'Expectation', 'Why it fails']),
    line(['---', '---', '---']),
    ...table.rows.map(({ title, formula, answer }) => line([title, formula, answer])),
    '',
    line(['Symbol', 'Meaning']),
    line(['---', '---']),
    ...symbols.map(([symbol, meaning]) => line([symbol, meaning])),
  ].join('\n');
};

const MARKERS = markersOf('economy', 'npm run economy -- --write');

/** The page with the tables in their place. */
export const withTables = (page: string, markdown: string): string =>
  withPart(page, MARKERS, markdown);

/** What the page has between its markers. */
export const tablesIn = (page: string): string => partOf(page, MARKERS);
