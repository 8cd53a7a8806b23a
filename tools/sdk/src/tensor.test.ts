import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tensorBytes, tensorElements } from './tensor.ts';

describe('tensors', () => {
  it('read every element type', () => {
    const shape = [2];
    const bytes = new Uint8Array([0xff, 0x7f, 0, 0, 0xfe, 0xff, 0xff, 0xff]);
    expect(tensorElements({ dtype: 'U8', shape }, bytes.subarray(0, 2))).toEqual([255, 127]);
    expect(tensorElements({ dtype: 'I8', shape }, bytes.subarray(0, 2))).toEqual([-1, 127]);
    expect(tensorElements({ dtype: 'I32', shape }, bytes)).toEqual([32_767, -2]);
    const halves = new Uint8Array(new Float32Array([0.5, -2]).buffer);
    expect(tensorElements({ dtype: 'F32', shape }, halves)).toEqual([0.5, -2]);
  });

  it('give back what was written, wherever it lies in its buffer', () => {
    fc.assert(
      fc.property(fc.int32Array({ minLength: 1, maxLength: 20 }), fc.nat(7), (values, offset) => {
        const buffer = new Uint8Array(offset + values.byteLength);
        buffer.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), offset);
        const spec = { dtype: 'I32' as const, shape: [values.length] };
        expect(tensorElements(spec, buffer.subarray(offset))).toEqual([...values]);
      }),
    );
  });

  it('refuse bytes of another length', () => {
    const spec = { dtype: 'I32' as const, shape: [2, 3] };
    expect(tensorBytes(spec)).toBe(24);
    expect(() => tensorElements(spec, new Uint8Array(23))).toThrow(
      'a I32 tensor of shape [2, 3] has 24 bytes, not 23',
    );
  });
});
