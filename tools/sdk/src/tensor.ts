import type { TensorSpec } from './state.ts';

/** Bytes of a tensor of this spec. */
export const tensorBytes = ({ dtype, shape }: TensorSpec): number =>
  shape.reduce(
    (product, dimension) => product * dimension,
    dtype === 'U8' || dtype === 'I8' ? 1 : 4,
  );

/** Elements of a tensor from its row-major little-endian bytes. Throws a `RangeError` when the length is not the spec's. */
export const tensorElements = (spec: TensorSpec, data: Uint8Array): number[] => {
  const wanted = tensorBytes(spec);
  if (data.length !== wanted) {
    throw new RangeError(
      `a ${spec.dtype} tensor of shape [${spec.shape.join(', ')}] has ${wanted} bytes, not ${data.length}`,
    );
  }
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  switch (spec.dtype) {
    case 'U8':
      return [...data];
    case 'I8':
      return [...new Int8Array(data.buffer, data.byteOffset, data.length)];
    case 'I32':
      return Array.from({ length: data.length / 4 }, (_, index) => view.getInt32(index * 4, true));
    case 'F32':
      return Array.from({ length: data.length / 4 }, (_, index) =>
        view.getFloat32(index * 4, true),
      );
  }
};
