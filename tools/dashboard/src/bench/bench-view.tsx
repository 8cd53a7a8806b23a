/** Results of benchmarks: how samples lie, calls beside the transfer, what disputes cost, and the gate's verdicts. */
import { percentileOf, renderPercentile } from '@veritrace/bench/statistics';
import { useMemo, useState } from 'preact/hooks';
import type { BenchResult, GateReport } from '../record/schema.ts';
import { Chip, Empty, plural, Section, Stat, Table, type Tone, whole } from '../ui/parts.tsx';
import { Histogram, History } from './chart.tsx';
import {
  binsOf,
  disputeRows,
  figure,
  newest,
  type Sampled,
  type Track,
  tracksOf,
  weightRows,
} from './read.ts';

const toneOf = (verdict: string): Tone => {
  switch (verdict) {
    case 'pass':
      return 'good';
    case 'fail':
      return 'bad';
    case 'uncompared':
      return 'plain';
    default:
      return 'warn';
  }
};

const WORDS: Readonly<Record<string, string>> = {
  'soft-seconds': 'soft result, seconds',
  'hard-seconds': 'hard result, seconds',
  'soft-blocks': 'soft result, blocks after the request',
  'hard-blocks': 'hard result, blocks after the request',
};

const titleOf = (name: string): string => WORDS[name.split('/').at(-1) ?? ''] ?? name;

const Percentiles = ({ metrics }: { metrics: readonly Sampled[] }) => {
  const tell = ({ samples }: Sampled, share: number) =>
    renderPercentile(percentileOf(samples, share), figure);
  return (
    <div class="card flush">
      <Table
        label="Percentiles"
        rows={metrics}
        columns={[
          { title: 'what', cell: ({ name }) => titleOf(name) },
          { title: 'unit', cell: ({ unit }) => unit },
          { title: 'samples', numeric: true, cell: ({ samples }) => whole(samples.length) },
          { title: 'least', numeric: true, cell: ({ samples }) => figure(Math.min(...samples)) },
          { title: 'p50', numeric: true, cell: (one) => tell(one, 0.5) },
          { title: 'p90', numeric: true, cell: (one) => tell(one, 0.9) },
          { title: 'p99', numeric: true, cell: (one) => tell(one, 0.99) },
          { title: 'most', numeric: true, cell: ({ samples }) => figure(Math.max(...samples)) },
        ]}
      />
    </div>
  );
};

const Weights = ({ result }: { result: BenchResult }) => {
  const rows = weightRows(result).sort((one, other) => other.transfers - one.transfers);
  if (rows.length === 0) return null;
  const most = rows[0]?.transfers ?? 1;
  return (
    <Section
      title="Calls beside the transfer"
      note="An ordinary call, in multiples of balances.transfer_keep_alive"
    >
      <div class="card flush">
        <Table
          label="Weights of calls"
          rows={rows}
          columns={[
            { title: 'call', cell: ({ call }) => <code>{call}</code> },
            {
              title: 'time',
              cell: ({ transfers }) => (
                <span class="meter" style={{ display: 'block', minWidth: '120px' }}>
                  <span class="track" style={{ display: 'block', marginTop: '7px' }}>
                    <span class="fill" style={{ width: `${(100 * transfers) / most}%` }} />
                  </span>
                </span>
              ),
            },
            { title: 'transfers', numeric: true, cell: ({ transfers }) => transfers.toFixed(2) },
            { title: 'reads', numeric: true, cell: ({ reads }) => reads },
            { title: 'writes', numeric: true, cell: ({ writes }) => writes },
            { title: 'proof, bytes', numeric: true, cell: ({ proof }) => whole(proof) },
          ]}
        />
      </div>
    </Section>
  );
};

const Disputes = ({ result }: { result: BenchResult }) => {
  const rows = disputeRows(result);
  if (rows.length === 0) return null;
  return (
    <Section
      title="What a dispute costs"
      note="At the worst node of each model, by the smallest proof"
    >
      <div class="card flush">
        <Table
          label="Cost of disputes"
          rows={rows}
          columns={[
            { title: 'model', cell: ({ model }) => model },
            { title: 'nodes tried', numeric: true, cell: ({ nodes }) => whole(nodes) },
            { title: 'proof, bytes', numeric: true, cell: ({ worstBytes }) => whole(worstBytes) },
            { title: 'work, MACs', numeric: true, cell: ({ worstMacs }) => whole(worstMacs) },
            { title: 'transactions', numeric: true, cell: ({ transactions }) => transactions },
            { title: 'blocks', numeric: true, cell: ({ blocks }) => blocks },
          ]}
        />
      </div>
    </Section>
  );
};

/** Rows before one asks for all. */
const FEW = 40;

const Exact = ({ result }: { result: BenchResult }) => {
  const [isWhole, setWhole] = useState(false);
  const rows = result.metrics.flatMap((one) => (one.kind === 'exact' ? [one] : []));
  if (rows.length === 0) return null;
  return (
    <details>
      <summary>{plural(rows.length, 'exact figure')}</summary>
      <div class="card flush" style={{ marginTop: '10px' }}>
        <Table
          label="Exact figures"
          rows={isWhole ? rows : rows.slice(0, FEW)}
          columns={[
            { title: 'name', cell: ({ name }) => <code>{name}</code> },
            { title: 'value', numeric: true, cell: ({ value }) => figure(value) },
            { title: 'unit', cell: ({ unit }) => unit },
          ]}
        />
      </div>
      {rows.length > FEW && !isWhole ? (
        <button type="button" class="button quiet" onClick={() => setWhole(true)}>
          All {whole(rows.length)}
        </button>
      ) : null}
    </details>
  );
};

const Result = ({ result }: { result: BenchResult }) => {
  const sampled = result.metrics.flatMap((one) => (one.kind === 'sampled' ? [one] : []));
  const isLatency = result.benchmark === 'latency';
  const drawn = sampled
    .filter(({ name }) => !isLatency || /(soft|hard)-(seconds|blocks)$/.test(name))
    .filter(({ samples }) => samples.length >= 10)
    .slice(0, 4);
  return (
    <section class="section" aria-label={`Benchmark ${result.benchmark}`}>
      <div class="section-head">
        <h2 style={{ fontSize: '20px' }}>{result.benchmark}</h2>
        <p>
          {result.startedAt.slice(0, 10)}
          {result.commit === undefined ? '' : `, commit ${result.commit.slice(0, 10)}`}, seed{' '}
          {result.seed}, {result.machine.cores} × {result.machine.processor}
        </p>
      </div>
      {drawn.length === 0 ? null : (
        <div class="columns">
          {drawn.map(({ name, samples, unit }) => (
            <figure key={name} class="card" style={{ margin: 0 }}>
              <figcaption>
                <h3>{titleOf(name)}</h3>
              </figcaption>
              <Histogram
                key={`${result.startedAt}/${name}`}
                label={`Histogram of ${titleOf(name)}, ${samples.length} samples`}
                bins={binsOf(samples)}
                unit={unit}
              />
            </figure>
          ))}
        </div>
      )}
      {sampled.length === 0 ? null : <Percentiles metrics={sampled.slice(0, 60)} />}
      <Weights result={result} />
      <Disputes result={result} />
      <Exact result={result} />
    </section>
  );
};

type Comparison = GateReport['comparisons'][number];

const number = (value: unknown): number | undefined =>
  typeof value === 'number' ? value : undefined;

const effectOf = (one: Comparison): string => {
  if (one.kind === 'time') {
    const { ratio, low, high } = (one.ratio ?? {}) as Record<string, number>;
    return ratio === undefined || low === undefined || high === undefined
      ? '–'
      : `×${ratio.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;
  }
  const [base, head] = [number(one.base), number(one.head)];
  if (one.kind !== 'exact') return typeof one.reason === 'string' ? one.reason : '–';
  if (base === undefined || head === undefined)
    return head === undefined ? '–' : `new: ${figure(head)}`;
  return base === head ? `${figure(head)}, the same` : `${figure(base)} → ${figure(head)}`;
};

const ORDER = ['fail', 'not-enough-samples', 'pass', 'uncompared'];

const Gate = ({ gate }: { gate: GateReport }) => {
  const [isWhole, setWhole] = useState(false);
  const rows = useMemo(
    () =>
      [...gate.comparisons].sort(
        (one, other) => ORDER.indexOf(one.verdict) - ORDER.indexOf(other.verdict),
      ),
    [gate],
  );
  return (
    <Section
      title="The gate"
      note={`${gate.sides.base.name} against ${gate.sides.head.name}, ${gate.startedAt.slice(0, 10)}`}
    >
      <div class="eyebrow">
        <Chip tone={gate.outcome === 'pass' ? 'good' : gate.outcome === 'fail' ? 'bad' : 'warn'}>
          {gate.outcome}
        </Chip>
        {Object.entries(gate.counts)
          .filter(([, count]) => count > 0)
          .map(([verdict, count]) => (
            <span key={verdict}>
              {whole(count)} {verdict}
            </span>
          ))}
      </div>
      {gate.advice.length === 0 ? null : (
        <ul>
          {gate.advice.map((one) => (
            <li key={one}>{one}</li>
          ))}
        </ul>
      )}
      <div class="card flush">
        <Table
          label="Verdicts of the gate"
          rows={isWhole ? rows : rows.slice(0, FEW)}
          columns={[
            {
              title: 'verdict',
              cell: ({ verdict }) => <Chip tone={toneOf(verdict)}>{verdict}</Chip>,
            },
            { title: 'metric', cell: ({ name }) => <code>{name}</code> },
            { title: 'head to base', cell: (one) => <span class="tabular">{effectOf(one)}</span> },
            {
              title: 'allowed',
              numeric: true,
              cell: (one) => {
                const allowed = number(one.allowed) ?? number(one.limit);
                return allowed === undefined ? '–' : figure(allowed);
              },
            },
          ]}
        />
      </div>
      {rows.length > FEW && !isWhole ? (
        <button
          type="button"
          class="button"
          style={{ justifySelf: 'start' }}
          onClick={() => setWhole(true)}
        >
          All {whole(rows.length)} metrics
        </button>
      ) : null}
    </Section>
  );
};

const Tracks = ({ tracks }: { tracks: readonly Track[] }) => {
  const changing = tracks.find(({ points }) =>
    points.some(({ value }) => value !== points[0]?.value),
  );
  const [name, setName] = useState((changing ?? tracks[0])?.name ?? '');
  const track = tracks.find((one) => one.name === name) ?? tracks[0];
  if (track === undefined) return null;
  const first = track.points[0]?.value ?? 0;
  return (
    <Section title="Across commits" note={plural(tracks.length, 'metric')}>
      <div class="card section">
        <label
          style={{
            display: 'grid',
            gap: '4px',
            minWidth: 0,
            gridTemplateColumns: 'minmax(0, 1fr)',
          }}
        >
          <span class="dim">metric</span>
          <select
            class="button"
            style={{ width: '100%', minWidth: 0 }}
            value={track.name}
            onChange={(event) => setName(event.currentTarget.value)}
          >
            {tracks.map((one) => (
              <option key={one.name} value={one.name}>
                {one.name}
              </option>
            ))}
          </select>
        </label>
        <History
          key={track.name}
          label={`${track.name} across ${track.points.length} results`}
          values={track.points.map(({ value }) => value)}
          names={track.points.map(({ commit }) => commit)}
          unit={track.unit}
        />
        <Table
          label="The same as figures"
          rows={track.points}
          columns={[
            { title: 'commit', cell: ({ commit }) => <code>{commit}</code> },
            {
              title: 'measured',
              cell: ({ startedAt }) => startedAt.slice(0, 16).replace('T', ' '),
            },
            { title: track.unit, numeric: true, cell: ({ value }) => figure(value) },
            {
              title: 'to the first',
              numeric: true,
              cell: ({ value }) => (first === 0 ? '–' : `×${(value / first).toFixed(3)}`),
            },
            {
              title: 'the gate',
              cell: ({ verdict }) =>
                verdict === undefined ? '–' : <Chip tone={toneOf(verdict)}>{verdict}</Chip>,
            },
          ]}
        />
      </div>
    </Section>
  );
};

export const BenchView = ({
  results,
  gates,
}: {
  results: readonly BenchResult[];
  gates: readonly GateReport[];
}) => {
  const shown = useMemo(() => newest(results), [results]);
  const tracks = useMemo(() => {
    const all = [
      ...results,
      ...gates.flatMap(({ results: of }) => (of === undefined ? [] : [...of.base, ...of.head])),
    ];
    return tracksOf(all, (name, commit) =>
      gates
        .filter(({ sides }) => commit !== undefined && sides.head.commit === commit)
        .flatMap(({ comparisons }) => comparisons.find((one) => one.name === name)?.verdict ?? [])
        .at(-1),
    );
  }, [results, gates]);
  if (results.length === 0 && gates.length === 0) {
    return (
      <Empty title="No results are open">
        Drop the files that benchmarks and the gate write to <code>records/</code> onto this page,
        or name them with <code>--with</code>. Several results of one benchmark are shown across
        commits.
      </Empty>
    );
  }
  return (
    <>
      <header class="page-head">
        <h1>Benchmarks</h1>
        <p>
          A percentile is told only from as many samples as MLPerf’s early stopping asks for: 64 for
          p90, 662 for p99.
        </p>
      </header>
      <dl class="stats">
        <Stat name={results.length === 1 ? 'result' : 'results'} value={results.length} />
        <Stat
          name={gates.length === 1 ? 'report of the gate' : 'reports of the gate'}
          value={gates.length}
        />
        <Stat
          name="metrics"
          value={whole(shown.reduce((sum, { metrics }) => sum + metrics.length, 0))}
        />
        <Stat name="metrics across results" value={whole(tracks.length)} />
      </dl>
      {gates.map((gate) => (
        <Gate key={gate.startedAt} gate={gate} />
      ))}
      {tracks.length === 0 ? null : <Tracks tracks={tracks} />}
      {shown.map((result) => (
        <Result key={result.benchmark} result={result} />
      ))}
    </>
  );
};
