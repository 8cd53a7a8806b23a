/** The report as Markdown, for a pull request. */
import type { Comparison, GateReport } from './report.ts';
import { explain, hasChanged, lineOf, ranked, summaryOf, titles } from './words.ts';

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const table = (comparisons: readonly Comparison[]): string[] => [
  `| ${titles.join(' | ')} |`,
  `|${titles.map(() => '---').join('|')}|`,
  ...comparisons.map((one) => {
    const line = lineOf(one);
    return `| ${titles
      .map((title) => (title === 'name' ? `\`${line.name}\`` : cell(line[title])))
      .join(' | ')} |`;
  }),
];

const folded = (title: string, comparisons: readonly Comparison[]): string[] =>
  comparisons.length === 0
    ? []
    : [
        '',
        `<details><summary>${title} (${comparisons.length})</summary>`,
        '',
        ...table(comparisons),
        '',
        '</details>',
      ];

const marks = { pass: '✅', fail: '❌', incomplete: '⚠️' } as const;

export const renderMarkdown = (report: GateReport): string => {
  const all = ranked(report.comparisons);
  const isShown = (one: Comparison) => one.kind !== 'uncompared' && hasChanged(one);
  const reasons = all.flatMap((one) => explain(one) ?? []);
  const shown = all.filter(isShown);
  const { processor, cores, system, node } = report.machine;
  return [
    `## ${marks[report.outcome]} ${summaryOf(report)}`,
    '',
    ...reasons.map((reason) => `- ${reason}`),
    ...report.advice.map((line) => `- ${line}`),
    ...(shown.length === 0 ? ['Nothing changed.'] : ['', ...table(shown)]),
    ...folded(
      'Not compared',
      all.filter(({ kind }) => kind === 'uncompared'),
    ),
    ...folded(
      'Unchanged',
      all.filter((one) => one.kind !== 'uncompared' && !hasChanged(one)),
    ),
    '',
    `Measured on ${processor}, ${cores} cores, ${system}, Node ${node}; seed ${report.seed}.`,
    '',
  ].join('\n');
};
