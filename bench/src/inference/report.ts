/** The result of the inference benchmark: raw samples first, and what follows from them. */
import type { Metric } from '../result.ts';
import { medianOf, percentileOf, renderPercentile, type Spread } from '../statistics.ts';
import { figure, textTable, whole } from '../table.ts';
import { type EngineName, engineTitles } from './engines.ts';
import type { Verified } from './truth.ts';

/** What the p99 of the Server scenario may come to, and why that. */
export interface Bound {
  milliseconds: number;
  from: string;
}

export interface MeasuredModel {
  name: string;
  /** Folder, relative to the repository. */
  dir: string;
  nodes: number;
  /** Multiply-accumulates of an inference. */
  macs: number;
  /** Where the requests are from. */
  inputs: string;
  bound: Bound;
}

/** One rate that was tried. */
export interface Probe {
  rate: number;
  holds: boolean;
  /** Requests that were to come, that were answered, and of these that were beyond the bound. */
  queries: number;
  answered: number;
  late: number;
  gaveUp: boolean;
}

export interface Search {
  /** The highest rate that held; `undefined` when none did. */
  best: number | undefined;
  probes: Probe[];
  /** Milliseconds of the requests at that rate. */
  latencies: Spread | undefined;
}

export type ServerResult =
  | { type: 'searched'; searches: Search[] }
  | { type: 'too-few'; count: number; needed: number };

/** A model on an engine with so many threads. */
export interface Row {
  model: string;
  engine: EngineName;
  threads: number;
  loadMs: number;
  verified: Verified;
  /** SingleStream, milliseconds. */
  stream: number[];
  /** Offline, inferences a second, a sample for each round. */
  offline: number[];
  server: ServerResult;
  memoryBytes: number;
}

export interface Absent {
  model: string;
  engine: EngineName;
  /** `undefined` when it is not there with any number. */
  threads: number | undefined;
  reason: string;
}

export interface InferenceDetail {
  models: MeasuredModel[];
  rows: Row[];
  absent: Absent[];
}

/** The rates that searches found. */
const ratesOf = (server: ServerResult): number[] =>
  server.type === 'searched' ? server.searches.flatMap(({ best }) => best ?? []) : [];

export const metricsOf = ({ rows }: InferenceDetail): Metric[] =>
  rows.flatMap(({ model, engine, threads, stream, offline, server, memoryBytes, loadMs }) => {
    const name = (what: string) => `inference/${model}/${engine}/threads-${threads}/${what}`;
    const sampled = (
      what: string,
      unit: string,
      better: 'lower' | 'higher',
      samples: number[],
    ): Metric[] =>
      samples.length === 0 ? [] : [{ kind: 'sampled', name: name(what), unit, better, samples }];
    return [
      ...sampled('single-stream', 'ms', 'lower', stream),
      ...sampled('offline', 'inferences/s', 'higher', offline),
      ...sampled('server-rate', 'requests/s', 'higher', ratesOf(server)),
      ...sampled('memory', 'bytes', 'lower', [memoryBytes]),
      ...sampled('load', 'ms', 'lower', [loadMs]),
    ];
  });

const serverCell = (server: ServerResult): string => {
  if (server.type === 'too-few') return `not enough samples (${server.count} of ${server.needed})`;
  const rates = ratesOf(server);
  return rates.length === 0 ? 'none holds' : figure(medianOf(rates));
};

const answersCell = (engine: EngineName, { compared, agreeing, correct }: Verified): string => {
  const isExact = engine.startsWith('exact');
  const same = isExact
    ? `${compared} bit for bit`
    : agreeing === undefined
      ? '–'
      : `${agreeing} of ${compared}`;
  return correct === undefined ? same : `${same}, ${correct} right`;
};

/** The report for people: one table of everything. */
export const renderInference = ({ models, rows, absent }: InferenceDetail): string => {
  const medianOfFloat = (model: string, threads: number) => {
    const float = rows.find(
      (row) => row.model === model && row.engine === 'float' && row.threads === threads,
    );
    return float === undefined ? undefined : medianOf(float.stream);
  };
  const table = textTable(
    [
      'model',
      'engine',
      'threads',
      'p90 ms',
      'at most',
      'p50 ms',
      'p99 ms',
      '× float',
      'server /s',
      'offline /s',
      'memory MiB',
      'load ms',
      'as the referee',
    ],
    rows.map((row) => {
      const { stream, engine, threads } = row;
      const percentile = (p: number) => renderPercentile(percentileOf(stream, p), figure);
      const headline = percentileOf(stream, 0.9);
      const float = medianOfFloat(row.model, threads);
      return [
        row.model,
        engine,
        String(threads),
        percentile(0.9),
        headline.type === 'known' ? figure(headline.atMost) : '–',
        percentile(0.5),
        percentile(0.99),
        figure(float === undefined ? undefined : medianOf(stream) / float),
        serverCell(row.server),
        figure(medianOf(row.offline)),
        figure(row.memoryBytes / 2 ** 20),
        figure(row.loadMs),
        answersCell(engine, row.verified),
      ];
    }),
  );
  const known = [...new Set(rows.map(({ engine }) => engine))];
  return [
    table,
    '',
    ...models.map(
      ({ name, nodes, macs, inputs, bound }) =>
        `${name}: ${nodes} nodes, ${whole(macs)} MACs; ${inputs}; server: p99 within ${figure(bound.milliseconds)} ms (${bound.from})`,
    ),
    'at most: MLPerf’s early stopping estimate, the p90 that is not exceeded at 99 % confidence',
    ...known.map((engine) => `${engine}: ${engineTitles[engine]}`),
    ...absent.map(
      ({ model, engine, threads, reason }) =>
        `absent: ${model}, ${engine}${threads === undefined ? '' : ` with ${threads} threads`}: ${reason}`,
    ),
  ].join('\n');
};
