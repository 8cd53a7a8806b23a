/** Reading the integers of canonical tensors. */
import { type DType, dtypeSize, elementCount, type TensorSpec } from '@veritrace/referee/graph';
import type { Range } from '../exact/bounds.ts';

const RANGES: Record<Exclude<DType, 'F32'>, Range> = {
  U8: { min: 0, max: 255 },
  I8: { min: -128, max: 127 },
  I32: { min: -(2 ** 31), max: 2 ** 31 - 1 },
};

/** Smallest and largest integer of a type. */
export const dtypeRange = (dtype: Exclude<DType, 'F32'>): Range => RANGES[dtype];

/** The elements of a tensor's little-endian bytes; a copy where alignment asks for one. */
export const readElements = (
  dtype: DType,
  data: Uint8Array,
): Uint8Array | Int8Array | Int32Array | Float32Array => {
  const aligned = data.byteOffset % dtypeSize(dtype) === 0 ? data : new Uint8Array(data);
  const { buffer, byteOffset, byteLength } = aligned;
  switch (dtype) {
    case 'U8':
      return new Uint8Array(buffer, byteOffset, byteLength);
    case 'I8':
      return new Int8Array(buffer, byteOffset, byteLength);
    case 'I32':
      return new Int32Array(buffer, byteOffset, byteLength / 4);
    case 'F32':
      return new Float32Array(buffer, byteOffset, byteLength / 4);
  }
};

/** A typed array's bytes, without a copy. */
export const bytesOf = (array: ArrayBufferView): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

/** Bytes of integers (or floats) of a type. */
export const writeElements = (dtype: DType, values: ArrayLike<number>): Uint8Array => {
  switch (dtype) {
    case 'U8':
      return Uint8Array.from(values);
    case 'I8':
      return bytesOf(Int8Array.from(values));
    case 'I32':
      return bytesOf(Int32Array.from(values));
    case 'F32':
      return bytesOf(Float32Array.from(values));
  }
};

/** `U8[1,64]`, for messages. */
export const describeSpec = ({ dtype, shape }: TensorSpec): string =>
  `${dtype}[${shape.join(',')}]`;

export { elementCount };
