/** How often the gate was right, as a table. */
import { textTable } from '../table.ts';
import { type PowerDetail, summarise, upperShare } from './power.ts';

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

const byBenchmark = ({ same, slower }: PowerDetail): string => {
  const names = [...new Set([...same, ...slower].map(({ name }) => name))].sort();
  return textTable(
    ['benchmark', 'same', 'failed', 'undecided', 'slower', 'caught', 'undecided', 'samples'],
    names.map((name) => {
      const of = (list: PowerDetail['same']) => summarise(list.filter((one) => one.name === name));
      const [equal, worse] = [of(same), of(slower)];
      return [
        name,
        ...[equal.count, equal.failed, equal.undecided].map(String),
        ...[worse.count, worse.failed, worse.undecided].map(String),
        `${equal.samples.median}–${equal.samples.most} / ${worse.samples.median}–${worse.samples.most}`,
      ];
    }),
  );
};

export const renderPower = (detail: PowerDetail): string => {
  const [same, slower] = [summarise(detail.same), summarise(detail.slower)];
  const missed = slower.count - slower.failed;
  return [
    byBenchmark(detail),
    '',
    `The same code on both sides: ${same.failed} of ${same.count} comparisons failed (${percent(same.failed / same.count)}, ` +
      `at most ${percent(upperShare(same.failed, same.count))}), ${same.undecided} undecided, in ${same.runs} runs.`,
    `${percent(detail.planted)} slower: ${slower.failed} of ${slower.count} caught (${percent(slower.failed / slower.count)}, ` +
      `at least ${percent(1 - upperShare(missed, slower.count))}), ${slower.undecided} undecided, in ${slower.runs} runs.`,
    `Samples of a side for a verdict: ${same.samples.median} (at most ${same.samples.most}) for the same code, ` +
      `${slower.samples.median} (at most ${slower.samples.most}) for the slower.`,
    'Bounds hold at 95 % confidence, for comparisons that are independent; those of one run share its processes.',
  ].join('\n');
};
