/** The table for people: every call beside the transfer, and which aims hold. */
import type { BenchResult } from '../result.ts';
import { textTable } from '../table.ts';
import { type Cost, type Group, type Judgement, judge } from './aims.ts';
import { fullName, type WeightsDetail } from './detail.ts';

export const judgementsOf = ({ runs }: WeightsDetail): Judgement[] =>
  runs.flatMap(({ baseline, measurements }) => measurements.map((one) => judge(one, baseline)));

const micros = (picoseconds: number): string => {
  const value = picoseconds / 1e6;
  return value < 100 ? value.toFixed(1) : value.toFixed(0);
};

const cells = ({ refTime, transfers, reads, writes, proofBytes }: Cost): string[] => [
  micros(refTime),
  transfers < 10 ? transfers.toFixed(2) : transfers.toFixed(0),
  String(reads),
  String(writes),
  (proofBytes / 1_000).toFixed(1),
];

const TITLES = ['µs', '×', 'reads', 'writes', 'KB'];

const groups: readonly (readonly [Group, string])[] = [
  ['request', 'A request: at most 3 transfers, 12 reads, 10 writes, 10 KB of proof'],
  ['lifecycle', 'Other calls: at most 2 transfers, 6 reads, 6 writes, 10 KB of proof'],
  ['settlement', 'Settlement: at most 4 transfers, 10 KB of proof'],
  ['data', 'Graphs and proofs, whose time is that of the data they carry'],
  ['part', 'Parts of calls and of hooks'],
];

const rangesOf = ({ measurement }: Judgement): string =>
  measurement.components.map(({ name, min, max }) => `${name} ${min}–${max}`).join(', ');

const rowOf = (judgement: Judgement): string[] => {
  const hasEnds = judgement.measurement.components.length > 0;
  return [
    fullName(judgement.measurement),
    ...cells(judgement.ordinary),
    ...(hasEnds ? cells(judgement.greatest) : ['', '', '', '', '']),
    rangesOf(judgement),
  ];
};

/** Every call: what an ordinary one costs, and at the most. `×` is in transfers. */
export const renderWeights = (
  { machine, commit, settings }: Pick<BenchResult, 'machine' | 'commit' | 'settings'>,
  detail: WeightsDetail,
): string => {
  const judgements = judgementsOf(detail);
  const judged = judgements.filter(({ group }) => group !== 'part' && group !== 'data');
  const missed = judged.filter((one) => one.missed.length > 0);
  const wrong = wrongIn(detail);
  const transfers = detail.runs.map(
    ({ pallet, baseline }) => `${micros(baseline.refTime.base)} µs beside ${pallet}`,
  );
  return [
    `${judgements.length} benchmarks, ${settings.steps} steps of ${settings.repeat} repetitions; ` +
      `${machine.cores} cores, ${machine.processor}; commit ${commit ?? 'unknown'}`,
    `A transfer (balances::transfer_keep_alive) took ${transfers.join(', ')}.`,
    'Left an ordinary call, right the greatest: time in wasm without the database, accesses, estimated proof.',
    ...groups.flatMap(([group, title]) => {
      const rows = judgements.filter((one) => one.group === group).map(rowOf);
      return rows.length === 0 ? [] : ['', title, textTable(['', ...TITLES, ...TITLES, ''], rows)];
    }),
    '',
    `Aims: ${judged.length - missed.length} of ${judged.length} calls hold theirs.`,
    ...missed.map(
      ({ measurement, missed: what }) => `  ✗ ${fullName(measurement)}: ${what.join(', ')}`,
    ),
    ...(wrong.length === 0
      ? ['Every component has a slope.']
      : ['Wrong:', ...wrong.map((what) => `  ✗ ${what}`)]),
  ].join('\n');
};

/** What the run must be rejected for. */
export const wrongIn = (detail: WeightsDetail): string[] =>
  judgementsOf(detail).flatMap(({ measurement, wrong }) =>
    wrong.map((what) => `${fullName(measurement)}: ${what}`),
  );
