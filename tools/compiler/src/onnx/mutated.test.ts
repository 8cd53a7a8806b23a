/** ONNX files that something happened to, byte by byte: a graph, or an error of the compiler's own. */
import { mutatedBytes, withinBounds } from '@veritrace/referee/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CompileError } from '../errors.ts';
import { sketch } from '../testing/onnx-models.ts';
import { importOnnx, refusals } from './import.ts';

const RUNS = Number(process.env.VERITRACE_FUZZ_RUNS ?? 1_000);

const SOUND = [
  sketch([[2, 6]], (s, [x = '']) =>
    s.op('Tanh', [s.op('Gemm', [x, s.weights([6, 4]), s.weights([4])])]),
  ),
  sketch([[1, 2, 8, 8]], (s, [x = '']) =>
    s.op('MaxPool', [s.op('Relu', [s.op('Conv', [x, s.weights([3, 2, 3, 3]), s.weights([3])])])], {
      kernel_shape: [2, 2],
      strides: [2, 2],
    }),
  ),
  sketch([[2, 6]], (s, [x = '']) =>
    s.op('Reshape', [s.op('Add', [x, s.floats([1], [1])]), s.ints([3, 4])]),
  ),
].map(({ onnx }) => onnx);

describe('an ONNX file that something happened to', { timeout: 600_000 }, () => {
  it('is sound before', () => {
    for (const onnx of SOUND) expect(importOnnx(onnx).nodes.length).toBeGreaterThan(0);
  });

  it.each([
    ['imported', (bytes: Uint8Array) => importOnnx(bytes)],
    ['asked for what is refused in it', (bytes: Uint8Array) => refusals(bytes)],
  ])('is %s, or refused', (_, read) => {
    fc.assert(
      fc.property(mutatedBytes(SOUND), (bytes) => {
        try {
          withinBounds(() => read(bytes));
        } catch (error) {
          if (!(error instanceof CompileError)) throw error;
          expect(error.message).not.toBe('');
        }
      }),
      { numRuns: RUNS },
    );
  });
});
