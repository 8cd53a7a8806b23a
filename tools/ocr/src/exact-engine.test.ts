import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { OcrEngine } from './engine.ts';
import { createExactEngine, requestBytes, stepsOf } from './exact-engine.ts';
import { blank } from './image/picture.ts';
import { INPUT_AFFINES, neutralByte, toTensor } from './image/tensor.ts';

const bytes = (values: Int32Array | Uint8Array) =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

const port = (
  dtype: 'U8' | 'I32',
  shape: number[],
  quantisation?: { scale: number; zero: number },
) => ({
  name: 'y',
  node: 0,
  spec: { dtype, shape },
  ...(quantisation && { quantisation }),
});

describe('requestBytes', () => {
  const tensor = toTensor(blank(2, 1, [10, 200, 255]), [1, 3, 1, 2], 0);
  const spec = { dtype: 'U8' as const, shape: [1, 3, 1, 2] };

  it('are the picture itself for a model that takes pixels', () => {
    const zero = neutralByte(INPUT_AFFINES.detector);
    const input = { name: 'x', spec, quantisation: { scale: 1, zero } };
    expect(requestBytes('detector', input, tensor)).toEqual(tensor.data);
  });

  it('are within half a level of the picture for reals of the recogniser', () => {
    const input = { name: 'x', spec, quantisation: { scale: 2 / 255, zero: 128 } };
    requestBytes('recogniser', input, tensor).forEach((byte, index) => {
      expect(Math.abs(byte - (tensor.data[index] ?? 0))).toBeLessThanOrEqual(1);
    });
  });
});

describe('stepsOf', () => {
  it('takes indices as they are', () => {
    const output = port('I32', [1, 3]);
    const steps = stepsOf([{ output, bytes: bytes(Int32Array.of(5, 0, 7)) }], 'dir');
    expect(steps).toEqual({ classes: Int32Array.of(5, 0, 7) });
  });

  it('takes the first of each list of the largest', () => {
    const output = port('I32', [1, 2, 3]);
    const steps = stepsOf([{ output, bytes: bytes(Int32Array.of(5, 1, 2, 7, 4, 3)) }], 'dir');
    expect(steps.classes).toEqual(Int32Array.of(5, 7));
  });

  it('looks for the largest among values, and tells its probability', () => {
    const output = port('U8', [1, 2, 2], { scale: 0.25, zero: 0 });
    const steps = stepsOf([{ output, bytes: Uint8Array.of(1, 3, 4, 0) }], 'dir');
    expect(steps).toEqual({ classes: Int32Array.of(1, 0), scores: Float32Array.of(0.75, 1) });
  });
});

describe('createExactEngine', () => {
  it('refuses a folder without any compiled model', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'veritrace-ocr-'));
    try {
      const made = createExactEngine(folder, {} as OcrEngine);
      await expect(made).rejects.toThrow(/has no folder detector, recogniser, classifier/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
