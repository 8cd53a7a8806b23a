/** Quantised operators, as the float operators they stand for, against ONNX Runtime's integers. */
import { describe, expect, it } from 'vitest';
import type { FloatGraph } from '../float/graph.ts';
import { simplify } from '../float/simplify.ts';
import { evaluateOutputs } from '../testing/evaluate-float.ts';
import { type Drawn, drawModel, runOnnx, type Sheet } from '../testing/operator-models.ts';
import { importOnnx } from './import.ts';

const SEEDS = [1, 2, 3, 4];

const scalar = (s: Sheet, value: number) => s.floats([], [value]);
const zeroOf = (s: Sheet, value: number, type: 'uint8' | 'int8' = 'uint8') =>
  s.constant(type, [], [value]);

/** Names of the three inputs that say what a quantised tensor stands for. */
interface Quantised {
  q: string;
  scale: string;
  zero: string;
}

const quantised = (s: Sheet, shape: readonly number[], step = 0.02, point = 120): Quantised => {
  const [scale, zero] = [scalar(s, step), zeroOf(s, point)];
  return { q: s.op('QuantizeLinear', [s.input(shape), scale, zero]), scale, zero };
};

/** Of 7 bits: two products of an unsigned byte and one of 8 do not fit the 16 bits in which processors without VNNI add them. */
const integers = (s: Sheet, shape: readonly number[]): string =>
  s.constant(
    'int8',
    shape,
    Array.from({ length: shape.reduce((n, d) => n * d, 1) }, () => s.random.integer(-63, 63)),
  );

const bias = (s: Sheet, count: number): string =>
  s.constant(
    'int32',
    [count],
    Array.from({ length: count }, () => s.random.integer(-3000, 3000)),
  );

const list = ({ q, scale, zero }: Quantised): string[] => [q, scale, zero];

/** Dequantised, so that the comparison sees reals; and what one integer is worth. */
const real = (s: Sheet, q: string, step: number, point: number): Drawn => [
  s.op('DequantizeLinear', [q, scalar(s, step), zeroOf(s, point)]),
];

interface Case {
  draw: (s: Sheet) => Drawn;
  /** What one integer of the output is worth. */
  step: number;
}

const micro = (s: Sheet, op: string, inputs: readonly string[], attributes = {}): string =>
  s.ops(op, inputs, attributes, 1, 'com.microsoft')[0] ?? '';

const CASES: Record<string, Case> = {
  QLinearConv: {
    step: 0.1,
    draw: (s) => {
      const groups = s.random.pick([1, 2]);
      const scales = s.random.chance(0.5)
        ? [s.floats([4], [0.003, 0.004, 0.005, 0.006]), s.constant('int8', [4], [0, 0, 0, 0])]
        : [scalar(s, 0.004), zeroOf(s, 0, 'int8')];
      const q = s.op(
        'QLinearConv',
        [
          ...list(quantised(s, [1, 4, 6, 6])),
          integers(s, [4, 4 / groups, 3, 3]),
          ...scales,
          scalar(s, 0.1),
          zeroOf(s, 100),
          ...(s.random.chance(0.5) ? [bias(s, 4)] : []),
        ],
        { group: groups, pads: [1, 1, 1, 1] },
      );
      return real(s, q, 0.1, 100);
    },
  },
  QLinearMatMul: {
    step: 0.05,
    draw: (s) => {
      const shape = s.random.pick([
        [3, 8],
        [2, 3, 8],
      ]);
      const weights = [integers(s, [8, 5]), scalar(s, 0.004), zeroOf(s, 0, 'int8')];
      const output = [scalar(s, 0.05), zeroOf(s, 128)];
      const q = s.op('QLinearMatMul', [...list(quantised(s, shape)), ...weights, ...output]);
      return real(s, q, 0.05, 128);
    },
  },
  'QLinearMatMul of two tensors': {
    step: 0.1,
    draw: (s) => {
      const [a, b] = [quantised(s, [2, 3, 8]), quantised(s, [2, 8, 4], 0.016, 128)];
      const q = s.op('QLinearMatMul', [...list(a), ...list(b), scalar(s, 0.1), zeroOf(s, 128)]);
      return real(s, q, 0.1, 128);
    },
  },
  QLinearAdd: {
    step: 0.04,
    draw: (s) => {
      const [a, b] = [quantised(s, [1, 2, 4, 4]), quantised(s, [1, 2, 4, 4], 0.016, 128)];
      const q = micro(s, 'QLinearAdd', [...list(a), ...list(b), scalar(s, 0.04), zeroOf(s, 128)]);
      return real(s, q, 0.04, 128);
    },
  },
  QLinearMul: {
    step: 0.04,
    draw: (s) => {
      const [a, b] = [quantised(s, [1, 2, 4, 4]), quantised(s, [1, 2, 4, 4], 0.016, 128)];
      const q = micro(s, 'QLinearMul', [...list(a), ...list(b), scalar(s, 0.04), zeroOf(s, 128)]);
      return real(s, q, 0.04, 128);
    },
  },
  QLinearLeakyRelu: {
    step: 0.02,
    draw: (s) => {
      const q = micro(
        s,
        'QLinearLeakyRelu',
        [...list(quantised(s, [2, 6])), scalar(s, 0.02), zeroOf(s, 60)],
        { alpha: { float: 0.2 } },
      );
      return real(s, q, 0.02, 60);
    },
  },
  QLinearSigmoid: {
    step: 1 / 256,
    draw: (s) => {
      const x = list(quantised(s, [2, 6]));
      const q = micro(s, 'QLinearSigmoid', [...x, scalar(s, 1 / 256), zeroOf(s, 0)]);
      return real(s, q, 1 / 256, 0);
    },
  },
  QLinearGlobalAveragePool: {
    step: 0.01,
    draw: (s) => {
      const x = list(quantised(s, [1, 3, 4, 4]));
      const q = micro(s, 'QLinearGlobalAveragePool', [...x, scalar(s, 0.01), zeroOf(s, 128)]);
      return real(s, q, 0.01, 128);
    },
  },
  QLinearAveragePool: {
    step: 0.02,
    draw: (s) => {
      const x = list(quantised(s, [1, 3, 6, 6]));
      const q = micro(s, 'QLinearAveragePool', [...x, scalar(s, 0.02), zeroOf(s, 120)], {
        kernel_shape: [2, 2],
        strides: [2, 2],
      });
      return real(s, q, 0.02, 120);
    },
  },
  QLinearConcat: {
    step: 0.03,
    draw: (s) => {
      const parts = [quantised(s, [1, 2, 3]), quantised(s, [1, 1, 3], 0.016, 128)];
      const q = micro(
        s,
        'QLinearConcat',
        [scalar(s, 0.03), zeroOf(s, 110), ...parts.flatMap(list)],
        { axis: 1 },
      );
      return real(s, q, 0.03, 110);
    },
  },
  QGemm: {
    step: 0.05,
    draw: (s) => {
      const transB = s.random.integer(0, 1);
      const q = micro(
        s,
        'QGemm',
        [
          ...list(quantised(s, [2, 8])),
          integers(s, transB ? [5, 8] : [8, 5]),
          scalar(s, 0.004),
          zeroOf(s, 0, 'int8'),
          s.random.chance(0.5) ? bias(s, 5) : '',
          scalar(s, 0.05),
          zeroOf(s, 128),
        ],
        { transB },
      );
      return real(s, q, 0.05, 128);
    },
  },
  'ConvInteger, cast and scaled': {
    step: 0,
    draw: (s) => {
      const { q, zero } = quantised(s, [1, 2, 5, 5]);
      const sums = s.op('ConvInteger', [q, integers(s, [3, 2, 3, 3]), zero]);
      return [s.op('Mul', [s.op('Cast', [sums], { to: 1 }), scalar(s, 0.02 * 0.004)])];
    },
  },
  'MatMulInteger, cast and scaled': {
    step: 0,
    draw: (s) => {
      const { q, zero } = quantised(s, [3, 8]);
      const sums = s.op('MatMulInteger', [q, integers(s, [8, 5]), zero]);
      const scales = s.floats([5], [1e-4, 2e-4, 3e-4, 4e-4, 5e-4]);
      return [s.op('Mul', [s.op('Cast', [sums], { to: 1 }), scales])];
    },
  },
  'integers that are only moved': {
    step: 0.02,
    draw: (s) => {
      const { q } = quantised(s, [1, 2, 4, 4]);
      const pooled = s.op('MaxPool', [q], { kernel_shape: [2, 2], strides: [2, 2] });
      const turned = s.op('Transpose', [pooled], { perm: [0, 2, 3, 1] });
      const joined = s.op('Concat', [turned, turned], { axis: 1 });
      return real(s, s.op('Flatten', [joined]), 0.02, 120);
    },
  },
  'a chain of them': {
    step: 0.05,
    draw: (s) => {
      const conv = s.op('QLinearConv', [
        ...list(quantised(s, [1, 2, 6, 6])),
        integers(s, [3, 2, 3, 3]),
        scalar(s, 0.004),
        zeroOf(s, 0, 'int8'),
        scalar(s, 0.1),
        zeroOf(s, 100),
      ]);
      const pool = s.op('MaxPool', [conv], { kernel_shape: [2, 2] });
      const flat = s.op('Reshape', [pool, s.ints([1, -1])]);
      const q = s.op('QLinearMatMul', [
        flat,
        scalar(s, 0.1),
        zeroOf(s, 100),
        integers(s, [27, 4]),
        scalar(s, 0.001),
        zeroOf(s, 0, 'int8'),
        scalar(s, 0.05),
        zeroOf(s, 128),
      ]);
      return real(s, q, 0.05, 128);
    },
  },
};

/** Every tensor of the graph that has no quantisation though it needs one to be exact. */
const unprescribed = (graph: FloatGraph): string[] =>
  graph.nodes
    .filter(({ op, output }) => {
      const passes = ['Reshape', 'Transpose', 'MaxPool', 'Concat'].includes(op.tag);
      return !passes && !graph.prescribed.has(output);
    })
    .map(({ output }) => output);

describe('importOnnx', () => {
  it.each(Object.entries(CASES))('reads %s', async (name, { draw, step }) => {
    for (const seed of SEEDS) {
      const model = drawModel(draw, 13, seed);
      const place = `${name}, seed ${seed}`;
      const graph = importOnnx(model.onnx);
      const wanted = (await runOnnx(model.onnx, model.inputs)).get(model.outputs[0] ?? '');
      const [given] = evaluateOutputs(
        graph,
        model.inputs.map(({ values }) => values),
      );
      expect(given?.shape, place).toEqual(wanted?.shape);
      // Sums are the same; what is exactly between two integers may fall to either side of it.
      const worst = Math.max(
        ...Array.from(given?.values ?? [Number.NaN], (value, index) =>
          Math.abs(value - (wanted?.values[index] ?? Number.NaN)),
        ),
      );
      expect(worst, place).toBeLessThanOrEqual(step * 1.001 + 1e-5);
      expect(new Set(wanted?.values).size, place).toBeGreaterThan(2);
      if (step > 0) expect(unprescribed(simplify(graph)), place).toEqual([]);
    }
  });
});
