/** Measures every engine on every model. */

import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { createReferee } from '@veritrace/referee';
import { mostOver, samplesFor } from '../early-stopping.ts';
import { INPUTS, ROOT } from '../paths.ts';
import { createRandom, shuffled } from '../random.ts';
import { rounded } from '../sampling.ts';
import { percentileOf, spreadOf } from '../statistics.ts';
import { poissonArrivals } from './arrivals.ts';
import {
  createRefereeRunner,
  cudaEngines,
  type EngineName,
  refusesThreads,
  sourceFor,
} from './engines.ts';
import { type Inputs, inputsFor } from './inputs.ts';
import type { FoundModel } from './models.ts';
import type { Tasks } from './protocol.ts';
import { createRateSearch, type RateSearch } from './rate-search.ts';
import type {
  Absent,
  Bound,
  InferenceDetail,
  MeasuredModel,
  Probe,
  Row,
  Search,
} from './report.ts';
import { type Subject, startSubject } from './start-subject.ts';
import { type Truth, truthsOf } from './truth.ts';

/** What a run is asked to do. */
export interface InferenceSettings {
  engines: readonly EngineName[];
  threads: readonly number[];
  /** Samples of each percentile, where there is time for so many. */
  samples: number;
  /** Most seconds that one engine may take for one scenario. */
  seconds: number;
  /** Each round measures every engine once, in an order that is drawn. */
  rounds: number;
  /** Searches for the highest rate. */
  searches: number;
  /** Milliseconds of the Server scenario's p99; derived when absent. */
  boundMs: number | undefined;
  seed: number;
}

export interface InferenceOptions extends InferenceSettings {
  models: readonly FoundModel[];
  signal?: AbortSignal;
  note(text: string): void;
}

/** An engine that is to be exact gave other bits than the referee: how fast it was does not matter. */
export class WrongAnswer extends Error {
  override readonly name = 'WrongAnswer';
}

/** Runs before the first that is timed. */
const WARM_UP = 20;
/** Milliseconds of a round of the Offline scenario. */
const OFFLINE_MS = 200;
/** Milliseconds that the referee may take to say what is true. */
const TRUTH_MS = 10_000;
/** The Server scenario's bound, in times of the reference's p90, and its least: below it timers are measured. */
const BOUND_FACTOR = 10;
const LEAST_BOUND_MS = 5;
/** How near the rate that holds and the one that does not have to be. */
const PRECISION = 0.05;
/** The lowest rate tried, as a share of the first one; and how many times longer than a scenario it may take. */
const LEAST_SHARE = 1 / 16;
const LONGEST = 4;
const MOST_TRIES = 24;
/** A rate is tried for so many times the bound: at 5 % above what can be answered, the wait then comes to more than it. */
const BOUNDS_LONG = 30;
/** Beyond this a schedule is too long to be held. */
const MOST_QUERIES = 1_000_000;
/** The engine from which the bound is derived: the first of these that was measured. */
const REFERENCES = ['float', 'exact', 'int8', 'exact-trace', 'referee', ...cudaEngines] as const;

/** A row while it is being measured. */
interface Measured {
  row: Row;
  subject: Subject;
  typicalMs: number;
}

const titleOf = ({ model, engine, threads }: Pick<Row, 'model' | 'engine' | 'threads'>): string =>
  `${model}, ${engine}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;

/** Everything that can be measured of a model, and what cannot. */
const lineUp = (
  model: FoundModel,
  { engines, threads }: InferenceSettings,
): { wanted: { row: Row; onnx: string | undefined }[]; absent: Absent[] } => {
  const wanted: { row: Row; onnx: string | undefined }[] = [];
  const absent: Absent[] = [];
  for (const engine of engines) {
    const source = sourceFor(engine, model);
    if ('absent' in source) {
      absent.push({ model: model.name, engine, threads: undefined, reason: source.absent });
      continue;
    }
    for (const count of threads) {
      const reason = refusesThreads(engine, count);
      if (reason !== undefined) {
        absent.push({ model: model.name, engine, threads: count, reason });
        continue;
      }
      wanted.push({
        onnx: source.onnx,
        row: {
          model: model.name,
          engine,
          threads: count,
          loadMs: 0,
          verified: { compared: 0, different: [], agreeing: undefined, correct: undefined },
          stream: [],
          offline: [],
          server: { type: 'searched', searches: [] },
          memoryBytes: 0,
        },
      });
    }
  }
  return { wanted, absent };
};

/** Gives a subject its engine and model. Throws a `WrongAnswer` when what is to be exact is not. */
export const openSubject = async (
  subject: Subject,
  row: Row,
  asks: Omit<Tasks['open']['asks'], 'engine' | 'threads' | 'warmUp'>,
): Promise<Measured> => {
  const { loadMs, typicalMs, verified } = await subject.ask('open', {
    ...asks,
    engine: row.engine,
    threads: row.threads,
    warmUp: WARM_UP,
  });
  const [first] = verified.different;
  if (first !== undefined) {
    throw new WrongAnswer(
      `${titleOf(row)}: ${verified.different.length} of ${verified.compared} answers are not the referee’s, the first to ` +
        `request ${first}. Run veritrace worker check; a wrong answer is not measured.`,
    );
  }
  row.loadMs = rounded(loadMs);
  row.verified = verified;
  return { row, subject, typicalMs };
};

/** How many runs there is time for. */
const affordable = ({ typicalMs }: Measured, seconds: number): number =>
  Math.max(1, Math.floor((seconds * 1000) / Math.max(typicalMs, 1e-3)));

const stream = async (
  measured: Measured,
  { samples, seconds, rounds }: InferenceSettings,
): Promise<void> => {
  const wanted = Math.min(samples, affordable(measured, seconds));
  const runs = Math.min(Math.ceil(wanted / rounds), wanted - measured.row.stream.length);
  if (runs < 1) return;
  const { samples: taken } = await measured.subject.ask('stream', { runs });
  measured.row.stream.push(...taken.map(rounded));
};

const offline = async (
  measured: Measured,
  { seconds, rounds }: InferenceSettings,
): Promise<void> => {
  const { row, subject, typicalMs } = measured;
  const time = Math.min(OFFLINE_MS, (seconds * 1000) / rounds);
  const runs = Math.max(1, Math.ceil(time / Math.max(typicalMs, 1e-3)));
  const { milliseconds } = await subject.ask('offline', { runs });
  row.offline.push(Math.round((runs / milliseconds) * 1e6) / 1e3);
};

/** What p99 may come to under load: given, or derived from the reference's SingleStream. */
const boundOf = (rows: readonly Row[], boundMs: number | undefined): Bound => {
  if (boundMs !== undefined) return { milliseconds: boundMs, from: 'given' };
  const reference = REFERENCES.flatMap((engine) => rows.filter((row) => row.engine === engine))[0];
  if (reference === undefined) return { milliseconds: LEAST_BOUND_MS, from: 'nothing measured' };
  const p90 = percentileOf(reference.stream, 0.9);
  const value = p90.type === 'known' ? p90.value : Math.max(...reference.stream);
  const times = rounded(BOUND_FACTOR * value);
  const who = `${reference.engine} with ${reference.threads} ${reference.threads === 1 ? 'thread' : 'threads'}`;
  return times >= LEAST_BOUND_MS
    ? { milliseconds: times, from: `${BOUND_FACTOR} times the p90 of ${who}` }
    : {
        milliseconds: LEAST_BOUND_MS,
        from: `the least; ${BOUND_FACTOR} times the p90 of ${who} is ${times} ms`,
      };
};

/** Requests of a probe: enough for p99, and for long enough that an overload shows. */
export const queriesFor = (rate: number, samples: number, bound: number): number =>
  Math.min(MOST_QUERIES, Math.max(samples, Math.ceil((rate * BOUNDS_LONG * bound) / 1000)));

const probe = async (
  { subject }: Measured,
  rate: number,
  queries: number,
  bound: number,
  random: () => number,
): Promise<{ told: Probe; latencies: number[] }> => {
  const most = mostOver(0.99, queries) ?? -1;
  const { latencies, gaveUp } = await subject.ask('serve', {
    arrivals: poissonArrivals(rate, queries, random),
    bound,
    most,
  });
  const late = latencies.filter((latency) => latency > bound).length;
  const holds = !gaveUp && late <= most;
  return { told: { rate, holds, queries, answered: latencies.length, late, gaveUp }, latencies };
};

/** One search for each, a rate of each in turn. */
const searchAll = async (
  all: readonly Measured[],
  index: number,
  bound: number,
  { samples, seconds, seed, signal }: InferenceOptions,
  random: () => number,
): Promise<void> => {
  const needed = samplesFor(0.99);
  const searching: { measured: Measured; search: RateSearch; kept: Search; queries: number }[] = [];
  for (const measured of all) {
    const { row, typicalMs } = measured;
    const queries = Math.min(samples, affordable(measured, seconds));
    if (queries < needed) {
      row.server = { type: 'too-few', count: queries, needed };
      continue;
    }
    const before =
      row.server.type === 'searched' ? row.server.searches[index - 1]?.best : undefined;
    const capacity = 1000 / Math.max(typicalMs, 1e-3);
    const search = createRateSearch({
      start: before ?? 0.5 * capacity,
      least: Math.max(0.5 * capacity * LEAST_SHARE, queries / (LONGEST * seconds)),
      precision: PRECISION,
      tries: MOST_TRIES,
    });
    const kept: Search = { best: undefined, probes: [], latencies: undefined };
    if (row.server.type === 'searched') row.server.searches.push(kept);
    searching.push({ measured, search, kept, queries });
  }
  for (let open = searching; open.length > 0; ) {
    const still: typeof open = [];
    for (const one of shuffled(open, random)) {
      signal?.throwIfAborted();
      const { measured, search, kept, queries } = one;
      const rate = search.next();
      if (rate === undefined) continue;
      const { model, engine, threads } = measured.row;
      const arrivals = createRandom(
        seed,
        `${model} ${engine} ${threads} ${index} ${kept.probes.length}`,
      );
      const count = queriesFor(rate, queries, bound);
      const { told, latencies } = await probe(measured, rate, count, bound, arrivals);
      search.told(rate, told.holds);
      kept.probes.push(told);
      if (told.holds && search.best() === rate) {
        kept.best = rate;
        kept.latencies = spreadOf(latencies);
      }
      still.push(one);
    }
    open = still;
  }
};

const refereeOf = async (
  model: FoundModel,
  inputs: Inputs,
): Promise<{ truths: Truth[]; macs: number }> => {
  const runner = await createRefereeRunner({
    model: { dir: model.dir, onnx: undefined },
    requests: inputs.requests,
    threads: 1,
  });
  const loaded = createReferee().loadGraph(
    readFileSync(join(model.dir, model.manifest.graph.file)),
  );
  try {
    return {
      truths: await truthsOf(runner, inputs.requests.length, TRUTH_MS),
      macs: loaded.costs.reduce((sum, { wholeMacs }) => sum + Number(wholeMacs), 0),
    };
  } finally {
    loaded.free();
    await runner.dispose();
  }
};

const measureModel = async (
  model: FoundModel,
  options: InferenceOptions,
): Promise<{ measured: MeasuredModel; rows: Row[]; absent: Absent[] }> => {
  const { seed, rounds, searches, boundMs, signal, note } = options;
  const inputs = inputsFor(model.manifest, INPUTS, seed);
  const { truths, macs } = await refereeOf(model, inputs);
  const { wanted, absent } = lineUp(model, options);
  const random = createRandom(seed, `order of ${model.name}`);
  const subjects: Subject[] = [];
  const kill = () => {
    for (const subject of subjects) void subject.stop();
  };
  signal?.addEventListener('abort', kill);
  try {
    const all: Measured[] = [];
    for (const { row, onnx } of wanted) {
      signal?.throwIfAborted();
      note(`opening ${titleOf(row)}`);
      const subject = startSubject(titleOf(row));
      subjects.push(subject);
      const { requests, labels } = inputs;
      all.push(
        await openSubject(subject, row, {
          model: { dir: model.dir, onnx },
          requests,
          labels,
          truths,
        }),
      );
    }
    note(`${model.name}: one after the other (SingleStream) and all at once (Offline)`);
    for (let round = 0; round < rounds; round += 1) {
      for (const measured of shuffled(all, random)) {
        signal?.throwIfAborted();
        await stream(measured, options);
      }
      for (const measured of shuffled(all, random)) {
        signal?.throwIfAborted();
        await offline(measured, options);
      }
    }
    const rows = all.map(({ row }) => row);
    const bound = boundOf(rows, boundMs);
    for (let index = 0; index < searches; index += 1) {
      note(
        `${model.name}: the highest rate with p99 within ${bound.milliseconds} ms (Server), search ${index + 1} of ${searches}`,
      );
      await searchAll(all, index, bound.milliseconds, options, random);
    }
    for (const { row, subject } of all) {
      const { bytes } = await subject.ask('memory', {});
      row.memoryBytes = bytes;
    }
    return {
      measured: {
        name: model.name,
        dir: relative(ROOT, model.dir),
        nodes: model.manifest.nodes,
        macs,
        inputs: inputs.source,
        bound,
      },
      rows,
      absent,
    };
  } catch (error) {
    // What its own end did to the processes is no news.
    throw signal?.aborted ? signal.reason : error;
  } finally {
    signal?.removeEventListener('abort', kill);
    await Promise.all(subjects.map((subject) => subject.stop()));
  }
};

/** Measures. Throws a `WrongAnswer` when an engine that is to be exact is not. */
export const measureInference = async (options: InferenceOptions): Promise<InferenceDetail> => {
  const detail: InferenceDetail = { models: [], rows: [], absent: [] };
  for (const model of options.models) {
    const { measured, rows, absent } = await measureModel(model, options);
    detail.models.push(measured);
    detail.rows.push(...rows);
    detail.absent.push(...absent);
  }
  return detail;
};
