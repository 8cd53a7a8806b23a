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

const LISTS = ['floatData', 'int32Data', 'int64Data', 'doubleData'] as const;

interface Kind {
  /** Bytes of an element in `raw_data`. */
  size: number;
  /** The list that holds the elements when they are not raw. */
  list: (typeof LISTS)[number];
  /** What an element may be; of floats, anything but NaN. */
  range?: readonly [min: number, max: number];
  /** From little-endian bytes, a copy. `view` is over a whole number of elements. */
  read(view: DataView): ArrayLike<number>;
}

const elements = <Values extends { [index: number]: number; length: number }>(
  values: Values,
  read: (index: number) => number,
): Values => {
  for (let index = 0; index < values.length; index++) values[index] = read(index);
  return values;
};

const KINDS = new Map<number, Kind>([
  [
    TENSOR_TYPE.FLOAT,
    {
      size: 4,
      list: 'floatData',
      read: (view) =>
        elements(new Float32Array(view.byteLength / 4), (i) => view.getFloat32(4 * i, true)),
    },
  ],
  [
    TENSOR_TYPE.DOUBLE,
    {
      size: 8,
      list: 'doubleData',
      read: (view) =>
        elements(new Float64Array(view.byteLength / 8), (i) => view.getFloat64(8 * i, true)),
    },
  ],
  [
    TENSOR_TYPE.UINT8,
    {
      size: 1,
      list: 'int32Data',
      range: [0, 255],
      read: (view) => elements(new Uint8Array(view.byteLength), (i) => view.getUint8(i)),
    },
  ],
  [
    TENSOR_TYPE.BOOL,
    {
      size: 1,
      list: 'int32Data',
      range: [0, 1],
      read: (view) => elements(new Uint8Array(view.byteLength), (i) => view.getUint8(i)),
    },
  ],
  [
    TENSOR_TYPE.INT8,
    {
      size: 1,
      list: 'int32Data',
      range: [-128, 127],
      read: (view) => elements(new Int8Array(view.byteLength), (i) => view.getInt8(i)),
    },
  ],
  [
    TENSOR_TYPE.INT32,
    {
      size: 4,
      list: 'int32Data',
      range: [-(2 ** 31), 2 ** 31 - 1],
      read: (view) =>
        elements(new Int32Array(view.byteLength / 4), (i) => view.getInt32(4 * i, true)),
    },
  ],
  [
    TENSOR_TYPE.INT64,
    {
      size: 8,
      list: 'int64Data',
      // What lies beyond 2^53 would be rounded. The extremes mean "to the end", and rounding them to ±2^63 does no harm.
      range: [-(2 ** 53 - 1), 2 ** 53 - 1],
      read: (view) =>
        elements(
          new Float64Array(view.byteLength / 8),
          (i) => view.getInt32(8 * i + 4, true) * 2 ** 32 + view.getUint32(8 * i, true),
        ),
    },
  ],
]);

/** ONNX's names of element types, by their numbers from zero. */
const TYPE_NAMES =
  'undefined float32 uint8 int8 uint16 int16 int32 int64 string bool float16 float64 uint32 uint64 complex64 complex128 bfloat16 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz uint4 int4 float4e2m1'.split(
    ' ',
  );

/** An element type for people: `float16 (10)`. */
export const typeName = (type: number): string => {
  const name = TYPE_NAMES[type];
  return name === undefined ? `unknown type ${type}` : `${name} (${type})`;
};

/** Reads a constant. Throws a `CompileError` on external data, other types, values no such tensor can have, or a length that is not the shape's. */
export const readConstant = (tensor: TensorProto, name: string): RawConstant => {
  const place = { tensor: name };
  const malformed = (message: string) =>
    new CompileError('malformed', `tensor "${name}" ${message}`, place);
  if (tensor.dataLocation !== 0 || tensor.externalData.length > 0) {
    throw new CompileError(
      'external-data',
      `tensor "${name}" is stored outside the file; save the model with its weights inside`,
      place,
    );
  }
  const kind = KINDS.get(tensor.dataType);
  if (kind === undefined) {
    throw new CompileError(
      'unsupported-operator',
      `tensor "${name}" has ONNX type ${typeName(tensor.dataType)}; supported: float32, float64, uint8, int8, int32, int64, bool`,
      place,
    );
  }
  const { dims: shape, rawData } = tensor;
  const count = shape.reduce((product, d) => product * d, 1);
  if (shape.some((d) => !Number.isSafeInteger(d) || d < 0) || !Number.isSafeInteger(count)) {
    throw malformed(`has an impossible shape, [${shape.join(',')}]`);
  }
  const filled = LISTS.filter((list) => tensor[list].length > 0);
  const other = filled.find((list) => list !== kind.list);
  if (other !== undefined) {
    throw malformed(`has type ${typeName(tensor.dataType)}, but its elements are in ${other}`);
  }
  if (rawData.length > 0 && filled.length > 0) {
    throw malformed(`has both raw data and ${kind.list}; one of them must go`);
  }
  if (rawData.length > 0 && rawData.length !== count * kind.size) {
    throw malformed(
      `has not as many bytes as its shape says: ${rawData.length}, not ${count * kind.size} for [${shape.join(',')}]`,
    );
  }
  const values: ArrayLike<number> =
    rawData.length > 0
      ? kind.read(new DataView(rawData.buffer, rawData.byteOffset, rawData.byteLength))
      : tensor[kind.list];
  if (values.length !== count) {
    throw malformed(
      `has not as many elements as its shape says: ${values.length}, not ${count} for [${shape.join(',')}]`,
    );
  }
  for (let index = 0; index < count; index++) {
    const value = values[index] ?? Number.NaN;
    if (Number.isNaN(value)) throw malformed(`holds NaN at element ${index}`);
    if (kind.range === undefined) continue;
    const [min, max] = kind.range;
    const extreme = tensor.dataType === TENSOR_TYPE.INT64 && Math.abs(value) === 2 ** 63;
    if ((value < min || value > max) && !extreme) {
      throw malformed(
        `holds ${value} at element ${index}; supported: ${min} to ${max} in ${typeName(tensor.dataType)}`,
      );
    }
  }
  return { type: tensor.dataType, shape, values };
};
