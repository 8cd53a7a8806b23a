/**
 * Whether this machine computes each operator bit for bit: for each, cases drawn at random and at the limits of float
 * arithmetic, run by the exact program at every optimisation level and with different numbers of threads, and compared
 * with the chain's kernels. A model's own vectors are another matter: see `conformance`.
 */
import type { Referee } from '@veritrace/referee';
import { dtypeSize, elementCount, encodeGraph, OPERATORS, type Op } from '@veritrace/referee/graph';
import * as ort from 'onnxruntime-node';
import { CompileError } from '../errors.ts';
import { createModelBuilder } from '../onnx/builder.ts';
import { createRandom, type Random } from '../random.ts';
import { EXACT_LIMIT } from './bounds.ts';
import { randomGraph, randomInputs } from './draw.ts';
import { type WeightForm, weightForm } from './kernels.ts';
import { EXACT_OPSET } from './program.ts';
import type { ExactProvider } from './providers.ts';
import { createExactSession, type OptimisationLevel } from './session.ts';

/** How an operator came out. */
export interface SuiteRow {
  kind: Op['tag'];
  /** Nodes drawn: shapes, attributes, weights, scales. */
  cases: number;
  /** Output elements the kernels gave; every configuration is compared with each. */
  elements: number;
  /** Elements that came out otherwise, over all configurations. */
  mismatches: number;
  /** The first case that did not come out, in words. */
  first?: string | undefined;
}

/** What goes wrong where the exact program's rules are not kept, on this machine. */
export interface NegativeRow {
  name: string;
  elements: number;
  mismatches: number;
  /** `wrong`: it has to go wrong, else the rule that forbids it is idle; `either`: up to the processor, a report. */
  expected: 'wrong' | 'either';
}

export interface SuiteReport {
  /** No operator had a mismatch, and what had to go wrong did. */
  passed: boolean;
  seed: number;
  provider: ExactProvider;
  /** How the program's 8-bit kernels take their weights on this machine. */
  weights: WeightForm;
  configurations: { level: OptimisationLevel; threads: number }[];
  operators: SuiteRow[];
  negatives: NegativeRow[];
}

export interface SuiteOptions {
  /** Output elements wanted of each operator. Default 20,000. */
  elements?: number;
  /** Default 1. */
  seed?: number;
  /** Default `cpu`. */
  executionProvider?: ExactProvider;
  /** Default: all. */
  kinds?: readonly Op['tag'][];
  /** Default: all four. */
  levels?: readonly OptimisationLevel[];
  /** Default: 1 and 2. */
  threads?: readonly number[];
  /** Called after each case. */
  onProgress?: (row: Readonly<SuiteRow>) => void;
  /** Ends the suite with its reason. */
  signal?: AbortSignal;
}

export const OPTIMISATION_LEVELS: readonly OptimisationLevel[] = [
  'disabled',
  'basic',
  'extended',
  'all',
];

/** Inputs for each case, small or large. */
const [FEW_INPUTS, MANY_INPUTS] = [3, 8];
/** Draws without a fitting node after which an operator is given up: never met. */
const MOST_DRAWS = 1000;
/** Fewest cases of a long run: elements are many, but attributes and scales should be too. */
const LEAST_CASES = 40;
/** Wanted elements from which cases are drawn large. */
const LARGE_FROM = 5000;

/** Elements of `size` bytes that differ. */
const differing = (got: Uint8Array | undefined, want: Uint8Array, size: number): number => {
  if (got === undefined || got.length !== want.length) return want.length / size;
  if (Buffer.compare(got, want) === 0) return 0;
  let count = 0;
  for (let at = 0; at < want.length; at += size) {
    for (let byte = at; byte < at + size; byte++) {
      if (got[byte] === want[byte]) continue;
      count++;
      break;
    }
  }
  return count;
};

const checkKind = async (
  kind: Op['tag'],
  referee: Referee,
  configurations: SuiteReport['configurations'],
  {
    elements: wanted = 20_000,
    seed = 1,
    executionProvider = 'cpu',
    onProgress,
    signal,
  }: SuiteOptions,
): Promise<SuiteRow> => {
  const isLong = wanted >= LARGE_FROM;
  const vectorCount = isLong ? MANY_INPUTS : FEW_INPUTS;
  const row: SuiteRow = { kind, cases: 0, elements: 0, mismatches: 0 };
  // One seed, other cases for each operator.
  const first = Math.imul(seed, 0x9e3779b1) + OPERATORS.indexOf(kind) * 100_000;
  let misses = 0;
  const leastCases = isLong ? LEAST_CASES : 1;
  for (let draw = first; row.elements < wanted || row.cases < leastCases; draw++) {
    signal?.throwIfAborted();
    const large = isLong && row.cases % 4 !== 0;
    const graph = randomGraph(draw, { size: 1, only: kind, large });
    const [node] = graph.nodes;
    if (node === undefined) {
      if (++misses > MOST_DRAWS) {
        throw new CompileError('invalid-graph', `no ${kind} node could be drawn`);
      }
      continue;
    }
    misses = 0;
    row.cases++;
    const loaded = referee.loadGraph(encodeGraph(graph));
    const vectors = Array.from({ length: vectorCount }, (_, input) => {
      const inputs = randomInputs(graph, draw * MANY_INPUTS + input);
      const [want = new Uint8Array()] = loaded.evaluate(inputs);
      row.elements += elementCount(node.output.shape);
      return { inputs, want };
    });
    loaded.free();
    // The form that is exact everywhere, every other time, also where another one is faster.
    const weights = row.cases % 2 === 0 ? ({ weights: 'unsigned' } as const) : {};
    for (const { level, threads } of configurations) {
      const session = await createExactSession(graph, {
        executionProvider,
        threads,
        graphOptimizationLevel: level,
        ...weights,
      });
      for (const { inputs, want } of vectors) {
        const [got] = await session.run(inputs);
        const wrong = differing(got, want, dtypeSize(node.output.dtype));
        row.mismatches += wrong;
        if (wrong > 0) {
          row.first ??= `draw ${draw}, level ${level}, ${threads} thread(s): ${wrong} of ${elementCount(node.output.shape)}`;
        }
      }
      await session.dispose();
    }
    onProgress?.(row);
  }
  return row;
};

const runModel = async (
  provider: ExactProvider,
  model: Uint8Array,
  feeds: Record<string, ort.Tensor>,
): Promise<ArrayLike<number>> => {
  const session = await ort.InferenceSession.create(model, {
    executionProviders: [provider],
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
  });
  try {
    const { y } = await session.run(feeds);
    return (y?.data ?? []) as unknown as ArrayLike<number>;
  } finally {
    await session.release();
  }
};

/** Rows, depth and columns of the products below. */
const [ROWS, DEPTH, COLUMNS] = [32, 2048, 32];

const exactProduct = (x: ArrayLike<number>, w: ArrayLike<number>): Int32Array => {
  const sums = new Int32Array(ROWS * COLUMNS);
  for (let row = 0; row < ROWS; row++) {
    for (let column = 0; column < COLUMNS; column++) {
      let sum = 0;
      for (let k = 0; k < DEPTH; k++) {
        sum += (x[row * DEPTH + k] ?? 0) * (w[k * COLUMNS + column] ?? 0);
      }
      sums[row * COLUMNS + column] = sum;
    }
  }
  return sums;
};

const unlike = (got: ArrayLike<number>, want: Int32Array): number =>
  want.reduce((count, value, at) => count + (got[at] === value ? 0 : 1), 0);

/** A float32 product whose sums pass 2^24, and are not cut as the exact program would. */
const unsplit = async (provider: ExactProvider, random: Random): Promise<NegativeRow> => {
  const x = Float32Array.from({ length: ROWS * DEPTH }, () => random.integer(200, 255));
  const w = Float32Array.from({ length: DEPTH * COLUMNS }, () => random.integer(100, 127));
  const builder = createModelBuilder('unsplit', EXACT_OPSET);
  builder.input('x', 'float32', [ROWS, DEPTH]);
  builder.op('MatMul', ['x', builder.constant('float32', [DEPTH, COLUMNS], w)], {}, 'y');
  builder.output('y', 'float32', [ROWS, COLUMNS]);
  const got = await runModel(provider, builder.build(), {
    x: new ort.Tensor('float32', x, [ROWS, DEPTH]),
  });
  const want = exactProduct(x, w);
  if (want.some((sum) => sum <= EXACT_LIMIT)) throw new RangeError('a sum within the limit');
  return {
    name: `float32 sums of ${DEPTH} products past 2^24, not split`,
    elements: want.length,
    mismatches: unlike(got, want),
    expected: 'wrong',
  };
};

/** ONNX Runtime's own integer product: of uint8 by int8 its accumulator saturates at 16 bits on processors without VNNI. */
const integerProduct = async (
  provider: ExactProvider,
  random: Random,
  dtype: 'int8' | 'uint8',
): Promise<NegativeRow> => {
  const x = Uint8Array.from({ length: ROWS * DEPTH }, () => random.integer(128, 255));
  const values = Array.from({ length: DEPTH * COLUMNS }, () => random.integer(64, 127));
  const w = dtype === 'int8' ? Int8Array.from(values) : Uint8Array.from(values, (v) => 2 * v);
  const builder = createModelBuilder('integers', EXACT_OPSET);
  builder.input('x', 'uint8', [ROWS, DEPTH]);
  builder.op('MatMulInteger', ['x', builder.constant(dtype, [DEPTH, COLUMNS], w)], {}, 'y');
  builder.output('y', 'int32', [ROWS, COLUMNS]);
  const got = await runModel(provider, builder.build(), {
    x: new ort.Tensor('uint8', x, [ROWS, DEPTH]),
  });
  const want = exactProduct(x, w);
  return {
    name: `MatMulInteger, uint8 by ${dtype}`,
    elements: want.length,
    mismatches: unlike(got, want),
    expected: 'either',
  };
};

/** Channels, in and out, and pixels of a side of the convolution below. */
const [DEEP, SQUARE] = [32, 16];

/**
 * A convolution in float32 of integers whose sums stay far below 2^24: exact as a sum in any order, and not where the
 * provider cuts its operands to TF32 or makes it by Winograd's way. For that the exact program uses doubles on CUDA.
 */
const singlesConvolved = async (provider: ExactProvider, random: Random): Promise<NegativeRow> => {
  const x = Float32Array.from({ length: DEEP * SQUARE * SQUARE }, () => random.integer(-255, 255));
  const w = Float32Array.from({ length: DEEP * DEEP * 9 }, () => random.integer(-127, 127));
  const [shape, side] = [[1, DEEP, SQUARE, SQUARE], SQUARE - 2];
  const builder = createModelBuilder('singles', EXACT_OPSET);
  builder.input('x', 'float32', shape);
  builder.op('Conv', ['x', builder.constant('float32', [DEEP, DEEP, 3, 3], w)], {}, 'y');
  builder.output('y', 'float32', [1, DEEP, side, side]);
  const got = await runModel(provider, builder.build(), { x: new ort.Tensor('float32', x, shape) });
  const want = new Int32Array(DEEP * side * side);
  for (let out = 0; out < want.length; out++) {
    const [channel, row, column] = [
      Math.floor(out / (side * side)),
      Math.floor(out / side) % side,
      out % side,
    ];
    let sum = 0;
    for (let tap = 0; tap < DEEP * 9; tap++) {
      const [depth, down, right] = [Math.floor(tap / 9), Math.floor(tap / 3) % 3, tap % 3];
      const pixel = x[(depth * SQUARE + row + down) * SQUARE + column + right] ?? 0;
      sum += pixel * (w[channel * DEEP * 9 + tap] ?? 0);
    }
    want[out] = sum;
  }
  return {
    name: `Conv of float32, ${DEEP} channels, 3×3, sums below 2^24`,
    elements: want.length,
    mismatches: unlike(got, want),
    expected: 'either',
  };
};

/**
 * Runs the suite. Throws the reason of `signal` when it is aborted, and a `RefereeError` when the referee does not know
 * an operator.
 */
export const operatorSuite = async (
  referee: Referee,
  options: SuiteOptions = {},
): Promise<SuiteReport> => {
  const { seed = 1, kinds = OPERATORS, executionProvider = 'cpu' } = options;
  const configurations = (options.levels ?? OPTIMISATION_LEVELS).flatMap((level) =>
    (options.threads ?? [1, 2]).map((threads) => ({ level, threads })),
  );
  const operators: SuiteRow[] = [];
  for (const kind of kinds) {
    operators.push(await checkKind(kind, referee, configurations, options));
  }
  const random = createRandom(seed);
  const negatives = [
    await unsplit(executionProvider, random),
    await integerProduct(executionProvider, random, 'int8'),
    await integerProduct(executionProvider, random, 'uint8'),
    await singlesConvolved(executionProvider, random),
  ];
  return {
    passed:
      operators.every(({ mismatches }) => mismatches === 0) &&
      negatives.every(({ expected, mismatches }) => expected === 'either' || mismatches > 0),
    seed,
    provider: executionProvider,
    weights: await weightForm(),
    configurations,
    operators,
    negatives,
  };
};
