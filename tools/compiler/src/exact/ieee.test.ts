/**
 * What the exact program takes for granted of ONNX Runtime: `Sqrt` and `Div` are correctly rounded, and `TopK` puts the
 * lower index first. With `EXHAUSTIVE=1` all roots of integers up to 2^24 are compared instead of every 61st.
 */
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { createModelBuilder } from '../onnx/builder.ts';
import { createRandom } from '../random.ts';
import { EXACT_OPSET } from './program.ts';

const LEVELS = ['disabled', 'all'] as const;
const CHUNK = 2 ** 18;

const sessionFor = (model: Uint8Array, graphOptimizationLevel: (typeof LEVELS)[number]) =>
  ort.InferenceSession.create(model, { graphOptimizationLevel, logSeverityLevel: 3 });

describe.each(LEVELS)('at level %s', (level) => {
  it('roots of integers are those of IEEE-754', async () => {
    const builder = createModelBuilder('roots', EXACT_OPSET);
    builder.input('x', 'float32', [CHUNK]);
    builder.op('Sqrt', ['x'], {}, 'y');
    builder.output('y', 'float32', [CHUNK]);
    const session = await sessionFor(builder.build(), level);
    const step = process.env.EXHAUSTIVE === '1' ? 1 : 61;
    let wrong = 0;
    for (let first = 0; first <= 2 ** 24; first += CHUNK * step) {
      const x = Float32Array.from({ length: CHUNK }, (_, at) => first + at * step);
      const { y } = await session.run({ x: new ort.Tensor('float32', x, [CHUNK]) });
      const roots = y?.data as Float32Array;
      for (const [at, value] of x.entries()) {
        if (roots[at] !== Math.fround(Math.sqrt(value))) wrong++;
      }
    }
    await session.release();
    expect(wrong).toBe(0);
  });

  it.each([
    ['of one shape', [64, 512]],
    ['by a column', [64, 1]],
    ['by one number', [1]],
  ] as const)('quotients %s are those of IEEE-754', async (_, divisorShape) => {
    const shape = [64, 512];
    const builder = createModelBuilder('quotients', EXACT_OPSET);
    builder.input('a', 'float32', shape);
    builder.input('b', 'float32', divisorShape);
    builder.op('Div', ['a', 'b'], {}, 'y');
    builder.output('y', 'float32', shape);
    const session = await sessionFor(builder.build(), level);
    const random = createRandom(3);
    const divisors = divisorShape.reduce<number>((product, size) => product * size, 1);
    let wrong = 0;
    for (const most of [255, 5000, 2 ** 24]) {
      const a = Float32Array.from({ length: 64 * 512 }, () => random.integer(-most, most));
      const b = Float32Array.from({ length: divisors }, () => random.integer(1, most));
      const { y } = await session.run({
        a: new ort.Tensor('float32', a, shape),
        b: new ort.Tensor('float32', b, divisorShape),
      });
      const quotients = y?.data as Float32Array;
      for (const [at, numerator] of a.entries()) {
        const divisor = b[divisors === a.length ? at : divisors === 1 ? 0 : Math.floor(at / 512)];
        if (quotients[at] !== Math.fround(numerator / (divisor ?? Number.NaN))) wrong++;
      }
    }
    await session.release();
    expect(wrong).toBe(0);
  });

  it.each([1, 5, 40, 300])('of equal elements the first %i are chosen, in order', async (kept) => {
    for (const largest of [0, 1]) {
      const builder = createModelBuilder('ties', EXACT_OPSET);
      builder.input('x', 'float32', [4, 300]);
      const count = builder.constant('int64', [1], [kept]);
      const [, places = ''] = builder.ops('TopK', ['x', count], { axis: 1, largest, sorted: 1 }, 2);
      builder.output(places, 'int64', [4, kept]);
      const session = await sessionFor(builder.build(), level);
      const x = Float32Array.from({ length: 1200 }, (_, at) => (at < 300 ? 7 : (at * 7) % 3));
      const results = await session.run({ x: new ort.Tensor('float32', x, [4, 300]) });
      const got = Array.from((results[places]?.data ?? []) as BigInt64Array, Number);
      const want = [0, 1, 2, 3].flatMap((row) => {
        const lane = Array.from({ length: 300 }, (_, index) => index);
        const at = (index: number) => x[row * 300 + index] ?? 0;
        lane.sort((a, b) => (largest ? at(b) - at(a) : at(a) - at(b)) || a - b);
        return lane.slice(0, kept);
      });
      await session.release();
      expect(got).toEqual(want);
    }
  });
});
