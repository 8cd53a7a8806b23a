/** The result of a run: raw samples first, and what follows from them. */
import { plain } from '@veritrace/harness';
import type { Machine } from '../machine.ts';
import type { BenchResult, Metric } from '../result.ts';
import { type Bin, histogramOf, type Spread, spreadOf } from '../statistics.ts';
import { type Durations, durationsOf, type Timeline } from './timeline.ts';

/** What a run was asked to do. */
export interface LatencySettings {
  network: string;
  requests: number;
  /** Requests a second, on average: they come as a Poisson process, whatever became of those before. */
  rate: number;
  redundancy: number;
  seed: number;
}

export interface LatencyReport {
  benchmark: 'latency';
  startedAt: string;
  commit: string | undefined;
  runtime: { name: string; version: number };
  machine: Machine;
  settings: LatencySettings;
  /** Requests that were refunded or not settled in time. */
  unsettled: string[];
  /** Spread of each duration, over the requests for which it is known. */
  durations: Record<keyof Durations, Spread | undefined>;
  /** Seconds between the first and the last node that had a block, over the blocks of the run. */
  blockGossipSeconds: Spread | undefined;
  histograms: { softBlocks: Bin[]; hardBlocks: Bin[]; softSeconds: Bin[]; hardSeconds: Bin[] };
  /** Raw, in the order of sending. */
  timelines: Timeline[];
}

const names = [
  'softBlocks',
  'softBlocksFromSending',
  'hardBlocks',
  'softSeconds',
  'softFinalSeconds',
  'hardSeconds',
  'hardFinalSeconds',
  'inclusionSeconds',
  'drawSeconds',
  'answerSeconds',
  'inferenceSeconds',
  'resultInclusionSeconds',
] as const satisfies readonly (keyof Durations)[];

/** Works out the report from what was gathered. */
export const reportOf = (
  facts: Omit<LatencyReport, 'benchmark' | 'durations' | 'histograms' | 'blockGossipSeconds'>,
  blockGossip: readonly number[],
): LatencyReport => {
  const all = facts.timelines.map(durationsOf);
  const samples = (name: keyof Durations): number[] =>
    all.flatMap((durations) => durations[name] ?? []);
  const durations = Object.fromEntries(
    names.map((name) => [name, spreadOf(samples(name))]),
  ) as LatencyReport['durations'];
  return {
    benchmark: 'latency',
    ...facts,
    durations,
    blockGossipSeconds: spreadOf(blockGossip),
    histograms: {
      softBlocks: histogramOf(samples('softBlocks'), 1),
      hardBlocks: histogramOf(samples('hardBlocks'), 1),
      softSeconds: histogramOf(samples('softSeconds'), 1),
      hardSeconds: histogramOf(samples('hardSeconds'), 1),
    },
  };
};

/** What the gate compares: each duration's samples, in the order of sending. */
const metricsOf = ({ timelines, settings }: LatencyReport): Metric[] => {
  const all = timelines.map(durationsOf);
  return names.flatMap((name): Metric[] => {
    const samples = all.flatMap((durations) => durations[name] ?? []);
    if (samples.length === 0) return [];
    const what = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    return [
      {
        kind: 'sampled',
        name: `latency/k-${settings.redundancy}/rate-${settings.rate}/${what}`,
        unit: name.includes('Blocks') ? 'blocks' : 's',
        better: 'lower',
        samples,
      },
    ];
  });
};

/** The report in the form that all benchmarks share. */
export const resultOf = (
  report: LatencyReport,
  versions: Readonly<Record<string, string>>,
): BenchResult => {
  const { benchmark, startedAt, commit, machine, settings, runtime } = report;
  return {
    format: 'veritrace-bench/1',
    benchmark,
    startedAt,
    seed: settings.seed,
    ...(commit === undefined ? {} : { commit }),
    versions: { ...versions, [runtime.name]: String(runtime.version) },
    machine,
    settings: { ...settings },
    metrics: metricsOf(report),
    detail: plain(report),
  };
};

const titles: Record<keyof Durations, string> = {
  softBlocks: 'soft result, blocks after that of the request',
  softBlocksFromSending: 'soft result, blocks after the head at sending',
  hardBlocks: 'hard result, blocks after that of the request',
  softSeconds: 'soft result, s',
  softFinalSeconds: 'soft result in a final block, s',
  hardSeconds: 'hard result, s',
  hardFinalSeconds: 'hard result in a final block, s',
  inclusionSeconds: '  inclusion of the request, s',
  drawSeconds: '  draw of the worker, s',
  answerSeconds: '  noticing, computing and checking, s',
  inferenceSeconds: '    of it computing and checking, s',
  resultInclusionSeconds: '  inclusion of the result, s',
};

const cell = (value: number | undefined): string =>
  value === undefined ? '–' : Number.isInteger(value) ? String(value) : value.toFixed(2);

/** The report for people. */
export const renderLatency = (report: LatencyReport): string => {
  const rows = [
    ...names.map((name) => [titles[name], report.durations[name]] as const),
    ['  gossip of a block, first node to last, s', report.blockGossipSeconds] as const,
  ];
  const width = Math.max(...rows.map(([title]) => title.length));
  const line = (title: string, cells: readonly string[]): string =>
    `${title.padEnd(width)}  ${cells.map((one) => one.padStart(7)).join(' ')}`.trimEnd();
  const { settings, timelines, unsettled, machine } = report;
  return [
    `${timelines.length} requests settled of ${timelines.length + unsettled.length}, k = ${settings.redundancy}, ` +
      `${settings.rate} a second, ${settings.network}; ${machine.cores} cores, ${machine.processor}`,
    '',
    line('', ['p50', 'p90', 'p99', 'min', 'max']),
    ...rows.map(([title, spread]) =>
      line(title, [
        cell(spread?.p50),
        cell(spread?.p90),
        cell(spread?.p99),
        cell(spread?.min),
        cell(spread?.max),
      ]),
    ),
  ].join('\n');
};
