/** Reads what the measuring tool wrote: its raw samples, and its analysis in the shape of `analysis.json.hbs`. */
import { z } from 'zod';
import type { Linear, Measurement, Point, StorageItem } from './detail.ts';

const part = z.strictObject({ name: z.string(), slope: z.number(), error: z.number() });
const linear = z.strictObject({ base: z.number(), slopes: z.array(part) });

const analysisSchema = z.strictObject({
  pallet: z.string(),
  version: z.string(),
  benchmarks: z.array(
    z.strictObject({
      name: z.string(),
      components: z.array(z.string()),
      ranges: z.array(z.strictObject({ name: z.string(), min: z.number(), max: z.number() })),
      minimumNanoseconds: z.number(),
      refTime: linear,
      reads: linear,
      writes: linear,
      proofSize: linear,
      comments: z.array(z.string()),
    }),
  ),
});

const observation = z.object({
  components: z.array(z.tuple([z.string(), z.number()])),
  extrinsic_time: z.number(),
  reads: z.number(),
  repeat_reads: z.number(),
  writes: z.number(),
  repeat_writes: z.number(),
  proof_size: z.number(),
});

const rawSchema = z.array(
  z.object({
    pallet: z.string(),
    benchmark: z.string(),
    time_results: z.array(observation),
    db_results: z.array(observation),
  }),
);

type Analysis = z.infer<typeof analysisSchema>['benchmarks'][number];
type Raw = z.infer<typeof rawSchema>[number];
type Observation = z.infer<typeof observation>;

/** The tool wrote something else than expected. */
export class UnexpectedOutput extends Error {
  override readonly name = 'UnexpectedOutput';
}

const linearOf = ({ base, slopes }: z.infer<typeof linear>): Linear => ({
  base,
  slopes: Object.fromEntries(slopes.map(({ name, slope }) => [name, slope])),
});

const STORAGE = /^Storage: (?:`([^`]+)`|UNKNOWN KEY `(0x[0-9a-f]*)`) \(r:(\d+) w:(\d+)\)$/;
const PROOF = /^Proof: `([^`]+)` \(.*`max_size`: (?:Some\((\d+)\)|None).*mode: `(\w+)`\)$/;

/** The storage items in the tool's comments: one `Storage` line each, followed by `Proof` lines that give its size. */
export const storageIn = (comments: readonly string[]): StorageItem[] => {
  const items = new Map<string, StorageItem>();
  for (const comment of comments) {
    const storage = STORAGE.exec(comment);
    if (storage !== null) {
      const name = storage[1] ?? storage[2] ?? '';
      items.set(name, { name, reads: Number(storage[3]), writes: Number(storage[4]) });
      continue;
    }
    const proof = PROOF.exec(comment);
    if (proof !== null) {
      const item = items.get(proof[1] ?? '');
      if (item === undefined) continue;
      if (proof[2] !== undefined) item.maxSize = Number(proof[2]);
      if (proof[3] !== undefined) item.mode = proof[3];
      continue;
    }
    if (!comment.startsWith('Proof: UNKNOWN KEY')) {
      throw new UnexpectedOutput(`the tool says of a storage item: ${JSON.stringify(comment)}`);
    }
  }
  return [...items.values()];
};

const keyOf = ({ components }: Observation): string => JSON.stringify(components);

/** The observations, gathered by their components. What is read and written depends on them alone, or it is an error. */
const pointsOf = (raw: Raw, title: string): Point[] => {
  const times = new Map<string, number[]>();
  for (const one of raw.time_results) {
    const key = keyOf(one);
    const known = times.get(key);
    if (known === undefined) times.set(key, [one.extrinsic_time]);
    else known.push(one.extrinsic_time);
  }
  const points = new Map<string, Point>();
  for (const one of raw.db_results) {
    const key = keyOf(one);
    const point: Point = {
      components: Object.fromEntries(one.components),
      nanoseconds: times.get(key) ?? [],
      reads: one.reads,
      writes: one.writes,
      repeatReads: one.repeat_reads,
      repeatWrites: one.repeat_writes,
      proofBytes: one.proof_size,
    };
    const known = points.get(key);
    if (known !== undefined && (known.reads !== point.reads || known.writes !== point.writes)) {
      throw new UnexpectedOutput(
        `${title} at ${key} read ${known.reads} and wrote ${known.writes} keys, then ${point.reads} and ${point.writes}: ` +
          'its benchmark depends on more than its components',
      );
    }
    points.set(key, known ?? point);
  }
  return [...points.values()];
};

const shortName = (pallet: string): string => pallet.replace(/^pallet_/, '');

/** A measurement of which no ordinary call has been taken yet. */
export type Unfinished = Omit<Measurement, 'ordinary'>;

const measurementOf = (pallet: string, analysis: Analysis, raws: readonly Raw[]): Unfinished => {
  const title = `${pallet}::${analysis.name}`;
  const raw = raws.find((one) => one.pallet === pallet && one.benchmark === analysis.name);
  if (raw === undefined) throw new UnexpectedOutput(`there are no samples of ${title}`);
  const components = analysis.components.map((name) => {
    const range = analysis.ranges.find((one) => one.name === name);
    if (range === undefined) throw new UnexpectedOutput(`${title} has no range of ${name}`);
    return range;
  });
  return {
    pallet: shortName(pallet),
    name: analysis.name,
    components,
    refTime: linearOf(analysis.refTime),
    refTimeErrors: Object.fromEntries(
      analysis.refTime.slopes.map(({ name, error }) => [name, error]),
    ),
    fastest: analysis.minimumNanoseconds * 1_000,
    reads: linearOf(analysis.reads),
    writes: linearOf(analysis.writes),
    proofSize: linearOf(analysis.proofSize),
    storage: storageIn(analysis.comments),
    points: pointsOf(raw, title),
  };
};

const parseAs = <T>(schema: z.ZodType<T>, text: string, what: string): T => {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UnexpectedOutput(`${what} has another shape than expected: ${reason}`, { cause });
  }
};

/** The measurements of a process: the texts of its analyses, one a pallet, and of its raw samples. */
export const readOutput = (
  analyses: readonly string[],
  raw: string,
): { version: string; measurements: Unfinished[] } => {
  const raws = parseAs(rawSchema, raw, 'the raw result');
  const parsed = analyses.map((text) => parseAs(analysisSchema, text, 'the analysis'));
  const version = parsed[0]?.version;
  if (version === undefined) throw new UnexpectedOutput('the tool wrote no analysis');
  return {
    version,
    measurements: parsed.flatMap(({ pallet, benchmarks }) =>
      benchmarks.map((one) => measurementOf(pallet, one, raws)),
    ),
  };
};

/** The only point of each benchmark that was measured with fixed components, by its name. */
export const readPoints = (raw: string): Map<string, Point> =>
  new Map(
    parseAs(rawSchema, raw, 'the raw result').map((one) => {
      const title = `${one.pallet}::${one.benchmark}`;
      const [point, ...others] = pointsOf(one, title);
      if (point === undefined || others.length > 0) {
        throw new UnexpectedOutput(`${title} was to be measured at one point`);
      }
      return [one.benchmark, point];
    }),
  );
