/**
 * What every benchmark writes and the gate reads: one JSON document with the raw samples and what they were taken on.
 * A benchmark's own tables and plots are made from `detail`; the gate looks at `metrics` alone.
 */
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';

const name = z
  .string()
  .regex(/^[a-z0-9-]+(\/[A-Za-z0-9._:-]+)+$/)
  .describe('path of what is measured, e.g. `weights/inference.submit_inference_request/reads`');

/** A number that the same code gives every time: it is compared exactly, or within a declared budget. */
const exactMetric = z.strictObject({
  kind: z.literal('exact'),
  name,
  unit: z.string(),
  value: z.number(),
});

/** A number that varies from one observation to the next. Samples are in the order in which they were taken. */
const sampledMetric = z.strictObject({
  kind: z.literal('sampled'),
  name,
  unit: z.string(),
  better: z.enum(['lower', 'higher']),
  samples: z.array(z.number()).min(1),
});

const metric = z.discriminatedUnion('kind', [exactMetric, sampledMetric]);

const machine = z.strictObject({
  processor: z.string(),
  cores: z.number().int(),
  memoryBytes: z.number(),
  system: z.string(),
  node: z.string(),
});

export const benchResultSchema = z.strictObject({
  format: z.literal('veritrace-bench/1'),
  benchmark: z.string(),
  /** ISO 8601, in UTC. */
  startedAt: z.string(),
  /** Fixes everything that is drawn. */
  seed: z.number().int(),
  /** `undefined` outside a checkout; ends with ` with changes` when files differed from it. */
  commit: z.string().optional(),
  /** Of what was measured and of what measured: packages, runtime, compilers. */
  versions: z.record(z.string(), z.string()),
  machine,
  settings: z.record(z.string(), z.unknown()),
  metrics: z.array(metric),
  /** The benchmark's own account, of a shape of its own. */
  detail: z.unknown(),
});

export type Metric = z.infer<typeof metric>;
export type ExactMetric = z.infer<typeof exactMetric>;
export type SampledMetric = z.infer<typeof sampledMetric>;
export type BenchResult = z.infer<typeof benchResultSchema>;

/** A stored result could not be used. The message says which file, where in it, and what to do. */
export class InvalidResult extends Error {
  override readonly name = 'InvalidResult';
}

/** Largest result that is read. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Reads a stored result. Throws `InvalidResult` when there is none or when it has another shape. */
export const readResult = (file: string): BenchResult => {
  const text = (() => {
    try {
      if (statSync(file).size > MOST_BYTES) {
        throw new InvalidResult(
          `${file}: more than ${MOST_BYTES} bytes; a stored result has fewer.`,
        );
      }
      return readFileSync(file, 'utf8');
    } catch (cause) {
      if (cause instanceof InvalidResult) throw cause;
      throw new InvalidResult(`${file}: cannot be read. Is it the path of a stored result?`, {
        cause,
      });
    }
  })();
  const json = (() => {
    try {
      return JSON.parse(text) as unknown;
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new InvalidResult(`${file}: not JSON (${reason}). Measure again.`, { cause });
    }
  })();
  const parsed = benchResultSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new InvalidResult(
    `${file}: ${issue?.path.join('.') || 'the document'}: ${issue?.message}. ` +
      'It was written by another version; measure again.',
  );
};

/** Where a result goes when nobody says: a new file in `records/`. */
export const defaultResultFile = (benchmark: string, startedAt: string): string =>
  join('records', `${benchmark}-${startedAt.replace(/[:.]/g, '-')}.json`);

export const writeResult = (file: string, result: BenchResult): void => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(benchResultSchema.parse(result), null, 2)}\n`);
};
