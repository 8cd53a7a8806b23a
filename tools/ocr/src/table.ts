/** Reads pages with several engines and tells how much of the text each got. */
import { type Accuracy, addAccuracies, compareTexts, pageTexts, share } from './accuracy.ts';
import type { OcrEngine } from './engine.ts';
import type { TestPage } from './pages/folder.ts';
import { type ReadOptions, readPage } from './read.ts';

/** How one engine did on one page. */
export interface Reading extends Accuracy {
  engine: string;
  /** Lines found. */
  lines: number;
  /** What was read, placed along the truth. */
  text: string;
  seconds: number;
}

export interface PageRow {
  page: string;
  kind: TestPage['kind'];
  /** Lines there are. */
  lines: number;
  truth: string;
  readings: Reading[];
}

/** Reads one page with every engine. */
export const readRow = async (
  { name, kind, picture, lines }: TestPage,
  engines: readonly OcrEngine[],
  keys: readonly string[],
  options: ReadOptions = {},
): Promise<PageRow> => {
  const readings: Reading[] = [];
  let truth = '';
  for (const engine of engines) {
    const begun = performance.now();
    const found = await readPage(engine, keys, picture, options);
    const seconds = (performance.now() - begun) / 1000;
    const texts = pageTexts(lines, found);
    truth = texts.truth;
    readings.push({
      engine: engine.name,
      lines: found.length,
      text: texts.read,
      seconds,
      ...compareTexts(texts.truth, texts.read),
    });
  }
  return { page: name, kind, lines: lines.length, truth, readings };
};

/** Sums of a set of pages, for each engine. */
export interface Total {
  engine: string;
  pages: number;
  accuracy: Accuracy;
}

/** Totals by engine over the rows. */
export const totals = (rows: readonly PageRow[]): Total[] =>
  (rows[0]?.readings ?? []).map(({ engine }, index) => ({
    engine,
    pages: rows.length,
    accuracy: addAccuracies(rows.flatMap(({ readings }) => readings[index] ?? [])),
  }));

const percent = (edits: number, characters: number): string =>
  (100 * share(edits, characters)).toFixed(2);

const cells = (accuracy: Accuracy): string[] => [
  percent(accuracy.edits, accuracy.characters),
  percent(accuracy.inkEdits, accuracy.inkCharacters),
];

/** The rows as a Markdown table: for each engine the accuracy in per cent, and the same without spaces. */
export const markdown = (rows: readonly PageRow[]): string => {
  const engines = rows[0]?.readings.map(({ engine }) => engine) ?? [];
  const line = (parts: readonly (string | number)[]) => `| ${parts.join(' | ')} |`;
  const sum = (title: string, part: readonly PageRow[]): string[] =>
    part.length === 0
      ? []
      : [
          line([
            title,
            part.reduce((lines, row) => lines + row.lines, 0),
            ...totals(part).flatMap(({ accuracy }) => cells(accuracy)),
          ]),
        ];
  return [
    line(['page', 'lines', ...engines.flatMap((engine) => [`${engine}, %`, 'without spaces'])]),
    `|---|${'---|'.repeat(1 + 2 * engines.length)}`,
    ...rows.map(({ page, lines, readings }) => line([page, lines, ...readings.flatMap(cells)])),
    ...sum(
      'rendered',
      rows.filter(({ kind }) => kind === 'rendered'),
    ),
    ...sum(
      'photographed',
      rows.filter(({ kind }) => kind === 'photographed'),
    ),
    ...sum('all', rows),
  ].join('\n');
};
