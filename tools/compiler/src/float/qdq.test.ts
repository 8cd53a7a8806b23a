/** The model in 8 bits that is written beside: other tools run it, and it says much the same as the float model. */
import * as ort from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { compile } from '../compile.ts';
import { CompileError } from '../errors.ts';
import { createModelBuilder } from '../onnx/builder.ts';
import { decodeModel } from '../onnx/schema.ts';
import { createRandom } from '../random.ts';

const random = createRandom(71);
const reals = (count: number, scale: number) =>
  Float32Array.from({ length: count }, () => scale * (2 * random.next() - 1));

/** Convolutions with and without a clamp, a gate, a pooling, a dense layer. */
const model = (): Uint8Array => {
  const builder = createModelBuilder('float', 17);
  const weights = (shape: number[]) => {
    const count = shape.reduce((product, d) => product * d, 1);
    return builder.constant(
      'float32',
      shape,
      reals(count, Math.sqrt(3 / (count / (shape[0] ?? 1)))),
    );
  };
  const bias = (count: number) => builder.constant('float32', [count], reals(count, 0.1));
  builder.input('x', 'float32', [1, 3, 16, 16]);
  const first = builder.op('Conv', ['x', weights([8, 3, 3, 3]), bias(8)], { pads: [1, 1, 1, 1] });
  const clipped = builder.op('Clip', [
    first,
    builder.constant('float32', [], [0]),
    builder.constant('float32', [], [6]),
  ]);
  const second = builder.op('Conv', [clipped, weights([8, 8, 1, 1]), bias(8)]);
  const gated = builder.op('HardSwish', [second]);
  const sum = builder.op('Add', [gated, clipped]);
  const pooled = builder.op('MaxPool', [sum], { kernel_shape: [2, 2], strides: [2, 2] });
  const mean = builder.op('GlobalAveragePool', [pooled]);
  const flat = builder.op('Flatten', [mean]);
  builder.op('Gemm', [flat, weights([5, 8]), bias(5)], { transB: 1 }, 'y');
  builder.output('y', 'float32', [1, 5]);
  return builder.build();
};

const run = async (onnx: Uint8Array, x: Float32Array): Promise<Float32Array> => {
  // Unsigned weights, whose sums no processor cuts at 16 bits: what is compared is the file, not the machine.
  const session = await ort.InferenceSession.create(onnx, {
    logSeverityLevel: 3,
    extra: { session: { x64quantprecision: '1' } },
  });
  const { x: name = '' } = { x: session.inputNames[0] };
  const results = await session.run({ [name]: new ort.Tensor('float32', x, [1, 3, 16, 16]) });
  const values = results[session.outputNames[0] ?? '']?.data as Float32Array;
  await session.release();
  return values;
};

it('is near the float model, with integers wherever the canonical graph has them', async () => {
  const onnx = model();
  const samples = Array.from({ length: 8 }, () => [reals(3 * 16 * 16, 1)]);
  const { qdq } = await compile(onnx, { name: 'm', calibration: { samples }, qdq: true });
  expect(qdq).toBeDefined();
  const written = decodeModel(qdq ?? new Uint8Array()).graph?.node ?? [];
  const count = (op: string) => written.filter(({ opType }) => opType === op).length;
  // The input, and whatever is computed but for the clamp, at which the integers end.
  expect(count('QuantizeLinear')).toBe(9);
  // Two convolutions and a dense layer have weights and a bias each.
  expect(count('DequantizeLinear')).toBe(9 + 6);
  expect(count('Clip')).toBe(0);
  const x = reals(3 * 16 * 16, 1);
  const [want, got] = [await run(onnx, x), await run(qdq ?? new Uint8Array(), x)];
  const spread = Math.max(...want) - Math.min(...want);
  for (const [index, value] of want.entries()) {
    expect(Math.abs((got[index] ?? 0) - value) / spread).toBeLessThan(0.05);
  }
});

it('does not change what is compiled, and leaves equalisation out', async () => {
  const onnx = model();
  const samples = Array.from({ length: 4 }, () => [reals(3 * 16 * 16, 1)]);
  const calibration = { samples, equalise: true, correctBiases: true };
  const plain = await compile(onnx, { name: 'm', calibration });
  const both = await compile(onnx, { name: 'm', calibration, qdq: true });
  expect(both.graphBin).toEqual(plain.graphBin);
  expect(plain.qdq).toBeUndefined();
  const written = decodeModel(both.qdq ?? new Uint8Array()).graph?.node ?? [];
  expect(written.some(({ opType }) => opType === 'Gather' || opType === 'Concat')).toBe(false);
});

it('is not made of a model that is quantised already', async () => {
  const onnx = model();
  const samples = [[reals(3 * 16 * 16, 1)]];
  const { qdq } = await compile(onnx, { name: 'm', calibration: { samples }, qdq: true });
  await expect(compile(qdq ?? new Uint8Array(), { name: 'm', qdq: true })).rejects.toThrow(
    CompileError,
  );
});
