/**
 * Compiles malformed models, one after the other, and prints what came of it as one JSON document. A process of its own,
 * so that its memory can be limited and its crash is an answer.
 *
 *     node --max-old-space-size=256 --import tsx src/testing/malformed-run.ts --count 1000 --seed 1
 */
import { createReferee, RefereeError } from '@veritrace/referee';
import { compile } from '../compile.ts';
import { DIGIT_MODELS, digitOnnx } from '../digits.ts';
import { CompileError } from '../errors.ts';
import { importOnnx } from '../onnx/import.ts';
import { createRandom } from '../random.ts';
import { type BaseModel, everyOperator } from './every-operator.ts';
import { type Malformed, malformed } from './malformed.ts';

/** A file that met something else than a `CompileError`. */
export interface Crash {
  seed: number;
  base: string;
  kinds: string[];
  error: string;
}

export interface MalformedReport {
  seed: number;
  count: number;
  /** Files that the referee's check passed once compiled. */
  compiled: number;
  /** Files compiled to operators that this build of the referee does not have yet. */
  unjudged: number;
  /** Files refused, by the code of the error. */
  refused: Record<string, number>;
  crashes: Crash[];
  /** Refusals whose words came from the language, not from us: to be made clearer. */
  unclear: Crash[];
  /** Milliseconds of processor time that the slowest refusal took, and which it was. */
  slowest: { ms: number; seed: number; kinds: string[]; says: string };
  /** Seconds in all. */
  seconds: number;
  /** Bytes of memory before the first file, and the most that were held later. */
  memory: { before: number; peak: number };
}

/** What malformed files are made from: the digit models, float and quantised, and a model for every operator. */
export const baseModels = (): BaseModel[] => [
  ...DIGIT_MODELS.flatMap((model) =>
    (['float', 'qdq'] as const).map((variant) => ({
      name: `${model} ${variant}`,
      onnx: digitOnnx(model, variant),
    })),
  ),
  ...everyOperator(),
];

const LARGEST_SAMPLE = 2 ** 20;

/** One calibration sample for whatever inputs the file turns out to have. */
const sampleFor = (onnx: Uint8Array): Float32Array[] => {
  const random = createRandom(1);
  const { inputs } = importOnnx(onnx);
  return inputs.map(({ shape, name }) => {
    const count = shape.reduce((product, d) => product * d, 1);
    if (count > LARGEST_SAMPLE) {
      throw new CompileError('too-large', `no sample of ${count} elements is made for "${name}"`);
    }
    return Float32Array.from({ length: count }, () => random.next() * 2 - 1);
  });
};

const isBug = (cause: unknown): boolean =>
  cause instanceof TypeError || cause instanceof RangeError || cause instanceof ReferenceError;

/** Runs the files of `count` seeds from `seed` on. */
export const runMalformed = async (count: number, seed: number): Promise<MalformedReport> => {
  const bases = baseModels();
  const referee = createReferee();
  /** Whether the referee has the operators of kernel version 2: a build from before them refuses their version. */
  let behind = false;
  const report: MalformedReport = {
    seed,
    count,
    compiled: 0,
    unjudged: 0,
    refused: {},
    crashes: [],
    unclear: [],
    slowest: { ms: 0, seed: 0, kinds: [], says: '' },
    seconds: 0,
    memory: { before: process.memoryUsage.rss(), peak: 0 },
  };
  const compileOne = async (onnx: Uint8Array) =>
    compile(onnx, { name: 'malformed', calibration: { samples: [sampleFor(onnx)] } });
  const judge = async (bytes: Uint8Array): Promise<void> => {
    const { graph, graphBin } = await compileOne(bytes);
    try {
      referee.loadGraph(graphBin).free();
      report.compiled += 1;
    } catch (error) {
      const newer = graph.header.kernelVersion === 2 && behind;
      if (!newer || !(error instanceof RefereeError)) throw error;
      report.unjudged += 1;
    }
  };
  const note = ({ seed: at, base, kinds }: Malformed, error: unknown): Crash => ({
    seed: at,
    base,
    kinds,
    error: error instanceof Error ? (error.stack ?? error.message).slice(0, 1200) : String(error),
  });

  // Also loads what is loaded late, so that it counts as memory from before.
  for (const { name, onnx } of bases) {
    if (!['softmax', 'digits-cnn float'].includes(name)) continue;
    const { graph, graphBin } = await compileOne(onnx);
    try {
      referee.loadGraph(graphBin).free();
    } catch (error) {
      behind = graph.header.kernelVersion === 2 && error instanceof RefereeError;
      if (!behind) throw error;
    }
  }
  const started = performance.now();
  report.memory.before = process.memoryUsage.rss();
  for (let index = 0; index < count; index++) {
    const file = malformed(bases, seed + index);
    const before = process.cpuUsage();
    try {
      await judge(file.bytes);
    } catch (error) {
      const { user, system } = process.cpuUsage(before);
      const ms = (user + system) / 1000;
      if (!(error instanceof CompileError)) {
        report.crashes.push(note(file, error));
        continue;
      }
      report.refused[error.code] = (report.refused[error.code] ?? 0) + 1;
      if (isBug(error.cause)) report.unclear.push(note(file, error.cause));
      if (ms > report.slowest.ms) {
        report.slowest = { ms, seed: file.seed, kinds: file.kinds, says: error.message };
      }
    } finally {
      report.memory.peak = Math.max(report.memory.peak, process.memoryUsage.rss());
    }
  }
  report.seconds = (performance.now() - started) / 1000;
  return report;
};

if (import.meta.filename === process.argv[1]) {
  const option = (name: string, fallback: number): number => {
    const at = process.argv.indexOf(`--${name}`);
    const value = at === -1 ? fallback : Number(process.argv[at + 1]);
    if (!Number.isSafeInteger(value) || value < 0) throw new Error(`--${name} takes a number`);
    return value;
  };
  // A rejection that nobody handles ends the process, and with it the run: that is wanted.
  const report = await runMalformed(option('count', 1000), option('seed', 1));
  process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
  process.exitCode = report.crashes.length > 0 ? 1 : 0;
}
