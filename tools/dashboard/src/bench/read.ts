/** What results of benchmarks say, as tables need it. */
import { histogramOf, medianOf, spreadOf } from '@veritrace/bench/statistics';
import type { BenchResult } from '../record/schema.ts';

export type Metric = BenchResult['metrics'][number];
export type Sampled = Extract<Metric, { kind: 'sampled' }>;

/** A figure of a few digits. */
export const figure = (value: number): string => {
  if (!Number.isFinite(value)) return '–';
  if (Number.isInteger(value)) return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f');
  const size = Math.abs(value);
  return size >= 100
    ? value.toFixed(0).replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f')
    : size >= 10
      ? value.toFixed(1)
      : value.toPrecision(3);
};

/** The figure by which a metric is compared: its value, or the median of its samples. */
export const compared = (metric: Metric): number =>
  metric.kind === 'exact' ? metric.value : medianOf(metric.samples);

/** A width of bins that is round and gives about a dozen of them. */
export const binWidth = (samples: readonly number[]): number => {
  const spread = spreadOf(samples);
  if (spread === undefined) return 1;
  const width = spread.max - spread.min;
  // So close together that a bin's number, or its width, would be no number any more: they are as good as equal.
  if (width <= Math.max(Math.abs(spread.max) * 1e-9, 1e-300)) return 1;
  const rough = width / 14;
  const power = 10 ** Math.floor(Math.log10(rough));
  return ([1, 2, 5, 10].find((step) => step * power >= rough) ?? 10) * power;
};

export const binsOf = (samples: readonly number[]) => histogramOf(samples, binWidth(samples));

/** The newest result of each benchmark, in the order of their names. */
export const newest = (results: readonly BenchResult[]): BenchResult[] => {
  const byName = new Map<string, BenchResult>();
  for (const result of results) {
    const known = byName.get(result.benchmark);
    if (known === undefined || known.startedAt < result.startedAt) {
      byName.set(result.benchmark, result);
    }
  }
  return [...byName.values()].sort((one, other) => one.benchmark.localeCompare(other.benchmark));
};

/** A call beside the transfer. */
export interface WeightRow {
  call: string;
  /** Time of an ordinary call in transfers. */
  transfers: number;
  reads: number;
  writes: number;
  /** Bytes. */
  proof: number;
}

interface LoosePoint {
  nanoseconds: number[];
  reads: number;
  writes: number;
  proofBytes: number;
}

const isPoint = (value: unknown): value is LoosePoint =>
  typeof value === 'object' &&
  value !== null &&
  Array.isArray((value as LoosePoint).nanoseconds) &&
  typeof (value as LoosePoint).reads === 'number';

/** Calls of a result of `bench:weights`; none of anything else. */
export const weightRows = ({ detail }: BenchResult): WeightRow[] => {
  const runs = (detail as { runs?: unknown } | undefined)?.runs;
  if (!Array.isArray(runs)) return [];
  return runs.flatMap(
    (run: {
      baseline?: { ordinary?: unknown };
      measurements?: { pallet: string; name: string; ordinary?: unknown }[];
    }) => {
      const transfer = run.baseline?.ordinary;
      if (!isPoint(transfer) || !Array.isArray(run.measurements)) return [];
      const unit = medianOf(transfer.nanoseconds);
      return run.measurements.flatMap(({ pallet, name, ordinary }) =>
        isPoint(ordinary)
          ? [
              {
                call: `${pallet}.${name}`,
                transfers: medianOf(ordinary.nanoseconds) / unit,
                reads: ordinary.reads,
                writes: ordinary.writes,
                proof: ordinary.proofBytes,
              },
            ]
          : [],
      );
    },
  );
};

/** What it takes to convict at the worst node of a model. */
export interface DisputeRow {
  model: string;
  nodes: number;
  /** Of each node the smallest proof; of all nodes the largest of these. */
  worstBytes: number;
  worstMacs: number;
  /** Transactions of disputes that were played, and blocks from the claim to the conviction. */
  transactions: string;
  blocks: string;
}

const range = (values: readonly number[]): string => {
  if (values.length === 0) return '–';
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return least === most ? String(least) : `${least}–${most}`;
};

/** Models of a result of `bench:disputes`, from its metrics. */
export const disputeRows = ({ metrics }: BenchResult): DisputeRow[] => {
  const models = new Map<
    string,
    {
      nodes: Map<string, { bytes: number[]; macs: number[] }>;
      transactions: number[];
      blocks: number[];
    }
  >();
  for (const metric of metrics) {
    const found = /^disputes\/(.+)\/(node-\d+)\/(.+)$/.exec(metric.name);
    if (found === null || metric.kind !== 'exact') continue;
    const [, model = '', node = '', what = ''] = found;
    const entry = models.get(model) ?? {
      nodes: new Map(),
      transactions: [] as number[],
      blocks: [] as number[],
    };
    models.set(model, entry);
    const costs = entry.nodes.get(node) ?? { bytes: [] as number[], macs: [] as number[] };
    entry.nodes.set(node, costs);
    if (/^(whole|tile|element)-bytes$/.test(what)) costs.bytes.push(metric.value);
    if (/^(whole|tile|element)-macs$/.test(what)) costs.macs.push(metric.value);
    if (/\/transactions$/.test(what)) entry.transactions.push(metric.value);
    if (/\/blocks$/.test(what)) entry.blocks.push(metric.value);
  }
  return [...models].flatMap(([model, { nodes, transactions, blocks }]) => {
    const costs = [...nodes.values()].filter(({ bytes }) => bytes.length > 0);
    return costs.length === 0
      ? []
      : [
          {
            model,
            nodes: costs.length,
            worstBytes: Math.max(...costs.map(({ bytes }) => Math.min(...bytes))),
            worstMacs: Math.max(...costs.map(({ macs }) => Math.min(...macs))),
            transactions: range(transactions),
            blocks: range(blocks),
          },
        ];
  });
};

/** A metric over several results, oldest first. */
export interface Track {
  name: string;
  unit: string;
  points: { startedAt: string; commit: string; value: number; verdict: string | undefined }[];
}

const shortCommit = (commit: string | undefined, startedAt: string): string =>
  commit === undefined
    ? startedAt.slice(5, 10)
    : `${commit.slice(0, 7)}${commit.endsWith('with changes') ? '+' : ''}`;

/** Metrics that more than one result has; `verdictOf` tells what the gate said of one at a commit. */
export const tracksOf = (
  results: readonly BenchResult[],
  verdictOf: (name: string, commit: string | undefined) => string | undefined,
): Track[] => {
  const tracks = new Map<string, Track>();
  const ordered = [...results].sort((one, other) => one.startedAt.localeCompare(other.startedAt));
  for (const { metrics, startedAt, commit } of ordered) {
    for (const metric of metrics) {
      const track = tracks.get(metric.name) ?? { name: metric.name, unit: metric.unit, points: [] };
      tracks.set(metric.name, track);
      track.points.push({
        startedAt,
        commit: shortCommit(commit, startedAt),
        value: compared(metric),
        verdict: verdictOf(metric.name, commit),
      });
    }
  }
  return [...tracks.values()].filter(({ points }) => points.length > 1);
};
