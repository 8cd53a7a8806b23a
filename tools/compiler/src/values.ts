/** Between reals and the bytes of requests and answers. */
import { elementCount, type TensorSpec } from '@veritrace/referee/graph';
import { CompileError } from './errors.ts';
import type { Quantisation } from './float/graph.ts';
import { describeSpec, dtypeRange, readElements, writeElements } from './model/tensors.ts';

/** Bytes of an input from its real values, rounded to the nearest integer the type holds. */
export const quantiseValues = (
  spec: TensorSpec,
  { scale, zero }: Quantisation,
  values: ArrayLike<number>,
): Uint8Array => {
  if (values.length !== elementCount(spec.shape) || spec.dtype === 'F32') {
    throw new CompileError(
      'invalid-option',
      `${describeSpec(spec)} takes ${elementCount(spec.shape)} values, not ${values.length}`,
    );
  }
  const { min, max } = dtypeRange(spec.dtype);
  return writeElements(
    spec.dtype,
    Array.from(values, (value) => Math.min(max, Math.max(min, Math.round(value / scale) + zero))),
  );
};

/** Real values of an output's bytes; of an index, the index. */
export const dequantiseValues = (
  spec: TensorSpec,
  quantisation: Quantisation | undefined,
  bytes: Uint8Array,
): Float64Array => {
  const { scale, zero } = quantisation ?? { scale: 1, zero: 0 };
  return Float64Array.from(readElements(spec.dtype, bytes), (value) => (value - zero) * scale);
};
