/** The scalar functions against ONNX Runtime's. */
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import type { AttributeValue } from '../onnx/builder.ts';
import { importOnnx } from '../onnx/import.ts';
import { sketch } from '../testing/onnx-models.ts';
import { applyUnary } from './unary.ts';

const POINTS = Float32Array.from({ length: 257 }, (_, index) => (index - 128) / 21);

/** Operator, attributes, and for binary ones the scalar, with the side it stands on. */
const FUNCTIONS: [string, Record<string, AttributeValue>, { scalar: number; left?: boolean }?][] = [
  ['Relu', {}],
  ['LeakyRelu', { alpha: { float: 0.2 } }],
  ['LeakyRelu', {}],
  ['Elu', { alpha: { float: 0.7 } }],
  ['HardSigmoid', { alpha: { float: 0.4 }, beta: { float: 0.3 } }],
  ['HardSigmoid', {}],
  ['Sigmoid', {}],
  ['Tanh', {}],
  ['HardSwish', {}],
  ['Softplus', {}],
  ['Softsign', {}],
  ['Exp', {}],
  ['Log', {}],
  ['Sqrt', {}],
  ['Abs', {}],
  ['Neg', {}],
  ['Erf', {}],
  ['Reciprocal', {}],
  ['Floor', {}],
  ['Ceil', {}],
  ['Add', {}, { scalar: 0.75 }],
  ['Add', {}, { scalar: 0.75, left: true }],
  ['Sub', {}, { scalar: 0.75 }],
  ['Sub', {}, { scalar: 0.75, left: true }],
  ['Mul', {}, { scalar: -1.5 }],
  ['Div', {}, { scalar: 3 }],
  ['Div', {}, { scalar: 3, left: true }],
  ['Pow', {}, { scalar: 2 }],
];

describe('functions of one real', () => {
  it.each(FUNCTIONS)('%s %o %o', async (fn, attributes, binary) => {
    const { onnx } = sketch([[1, POINTS.length]], (s, [x = '']) => {
      const scalar = binary && s.floats([], [binary.scalar]);
      const inputs = scalar === undefined ? [x] : binary?.left ? [scalar, x] : [x, scalar];
      return s.op(fn, inputs, attributes);
    });
    const [node] = importOnnx(onnx).nodes;
    if (node?.op.tag !== 'Map') throw new Error('not a function');
    const { unary } = node.op;
    const session = await ort.InferenceSession.create(onnx);
    const [output = ''] = session.outputNames;
    const results = await session.run({
      in0: new ort.Tensor('float32', POINTS, [1, POINTS.length]),
    });
    await session.release();
    const values = (results[output]?.data ?? new Float32Array()) as Float32Array;
    expect(values).toHaveLength(POINTS.length);
    values.forEach((expected, index) => {
      const x = POINTS[index] ?? 0;
      const got = applyUnary(unary, x);
      if (Number.isFinite(expected)) {
        const tolerance = 1e-5 * Math.max(1, Math.abs(expected));
        expect(Math.abs(got - expected), `${fn}(${x}): ${got}, not ${expected}`).toBeLessThan(
          tolerance,
        );
      } else {
        expect(got, `${fn}(${x})`).toBe(expected);
      }
    });
  });
});
