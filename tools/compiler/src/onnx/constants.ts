/** Constant tensors of an ONNX file. */
import { CompileError } from '../errors.ts';
import { TENSOR_TYPE, type TensorProto } from './schema.ts';

/** A constant as the file has it. */
export interface RawConstant {
  /** One of `TENSOR_TYPE`. */
  type: number;
  shape: number[];
  values: ArrayLike<number>;
}

const count = (shape: readonly number[]): number => shape.reduce((product, d) => product * d, 1);

const fromRaw = (type: number, raw: Uint8Array): ArrayLike<number> | undefined => {
  // Not `slice`, which shares memory when the reader hands out Node buffers.
  const copy = new Uint8Array(raw);
  switch (type) {
    case TENSOR_TYPE.FLOAT:
      return new Float32Array(copy.buffer, 0, copy.byteLength / 4);
    case TENSOR_TYPE.DOUBLE:
      return new Float64Array(copy.buffer, 0, copy.byteLength / 8);
    case TENSOR_TYPE.UINT8:
    case TENSOR_TYPE.BOOL:
      return copy;
    case TENSOR_TYPE.INT8:
      return new Int8Array(copy.buffer);
    case TENSOR_TYPE.INT32:
      return new Int32Array(copy.buffer, 0, copy.byteLength / 4);
    case TENSOR_TYPE.INT64:
      return Array.from(new BigInt64Array(copy.buffer, 0, copy.byteLength / 8), Number);
    default:
      return undefined;
  }
};

const SIZES = new Map<number, number>([
  [TENSOR_TYPE.FLOAT, 4],
  [TENSOR_TYPE.DOUBLE, 8],
  [TENSOR_TYPE.UINT8, 1],
  [TENSOR_TYPE.BOOL, 1],
  [TENSOR_TYPE.INT8, 1],
  [TENSOR_TYPE.INT32, 4],
  [TENSOR_TYPE.INT64, 8],
]);

const fromFields = (tensor: TensorProto): ArrayLike<number> => {
  switch (tensor.dataType) {
    case TENSOR_TYPE.FLOAT:
      return tensor.floatData;
    case TENSOR_TYPE.DOUBLE:
      return tensor.doubleData;
    case TENSOR_TYPE.INT64:
      return tensor.int64Data;
    default:
      return tensor.int32Data;
  }
};

/** Reads a constant. Throws a `CompileError` on external data, other types, or a length that is not the shape's. */
export const readConstant = (tensor: TensorProto, name: string): RawConstant => {
  const place = { tensor: name };
  if (tensor.dataLocation !== 0 || tensor.externalData.length > 0) {
    throw new CompileError(
      'external-data',
      `tensor "${name}" is stored outside the file; save the model with its weights inside`,
      place,
    );
  }
  const size = SIZES.get(tensor.dataType);
  if (size === undefined) {
    throw new CompileError(
      'unsupported-operator',
      `tensor "${name}" has ONNX type ${tensor.dataType}; supported: float32, float64, uint8, int8, int32, int64, bool`,
      place,
    );
  }
  const { dims: shape } = tensor;
  const elements = count(shape);
  if (shape.some((d) => !Number.isSafeInteger(d) || d < 0) || !Number.isSafeInteger(elements)) {
    throw new CompileError('malformed', `tensor "${name}" has an impossible shape`, place);
  }
  if (tensor.rawData.length > 0 && tensor.rawData.length !== elements * size) {
    throw new CompileError(
      'malformed',
      `tensor "${name}" has not as many bytes as its shape says`,
      place,
    );
  }
  const values =
    tensor.rawData.length > 0 ? fromRaw(tensor.dataType, tensor.rawData) : fromFields(tensor);
  if (values === undefined || values.length !== elements) {
    throw new CompileError(
      'malformed',
      `tensor "${name}" has not as many elements as its shape says`,
      place,
    );
  }
  return { type: tensor.dataType, shape, values };
};
