/**
 * The part of ONNX's protobuf schema that models use, as a descriptor, so that nothing is generated or fetched.
 * Field numbers are those of `onnx.proto`; unknown fields are skipped, as protobuf does.
 */
import protobuf from 'protobufjs/light.js';

/** Element types of `TensorProto`. */
export const TENSOR_TYPE = {
  FLOAT: 1,
  UINT8: 2,
  INT8: 3,
  INT32: 6,
  INT64: 7,
  BOOL: 9,
  DOUBLE: 11,
} as const;

/** Kinds of `AttributeProto`. */
export const ATTRIBUTE_TYPE = {
  FLOAT: 1,
  INT: 2,
  STRING: 3,
  TENSOR: 4,
  GRAPH: 5,
  FLOATS: 6,
  INTS: 7,
  STRINGS: 8,
} as const;

export interface TensorProto {
  dims: number[];
  dataType: number;
  floatData: number[];
  int32Data: number[];
  int64Data: number[];
  doubleData: number[];
  name: string;
  rawData: Uint8Array;
  externalData: { key: string; value: string }[];
  /** 1 is `EXTERNAL`. */
  dataLocation: number;
}

export interface AttributeProto {
  name: string;
  type: number;
  f: number;
  i: number;
  s: Uint8Array;
  t: TensorProto | null;
  floats: number[];
  ints: number[];
}

export interface NodeProto {
  name: string;
  opType: string;
  domain: string;
  input: string[];
  output: string[];
  attribute: AttributeProto[];
}

export interface ValueInfoProto {
  name: string;
  type: {
    tensorType: {
      elemType: number;
      shape: { dim: { dimValue: number; dimParam: string }[] } | null;
    } | null;
  } | null;
}

export interface GraphProto {
  name: string;
  node: NodeProto[];
  initializer: TensorProto[];
  sparseInitializer: unknown[];
  input: ValueInfoProto[];
  output: ValueInfoProto[];
}

export interface ModelProto {
  irVersion: number;
  producerName: string;
  producerVersion: string;
  opsetImport: { domain: string; version: number }[];
  functions: unknown[];
  graph: GraphProto | null;
}

const field = (id: number, type: string) => ({ id, type });
const many = (id: number, type: string) => ({ id, type, rule: 'repeated' });
const packed = (id: number, type: string) => ({
  id,
  type,
  rule: 'repeated',
  options: { packed: true },
});

const root = protobuf.Root.fromJSON({
  nested: {
    onnx: {
      nested: {
        Entry: { fields: { key: field(1, 'string'), value: field(2, 'string') } },
        Opset: { fields: { domain: field(1, 'string'), version: field(2, 'int64') } },
        Opaque: { fields: {} },
        Tensor: {
          fields: {
            dims: packed(1, 'int64'),
            dataType: field(2, 'int32'),
            floatData: packed(4, 'float'),
            int32Data: packed(5, 'int32'),
            int64Data: packed(7, 'int64'),
            name: field(8, 'string'),
            rawData: field(9, 'bytes'),
            doubleData: packed(10, 'double'),
            externalData: many(13, 'Entry'),
            dataLocation: field(14, 'int32'),
          },
        },
        Attribute: {
          fields: {
            name: field(1, 'string'),
            f: field(2, 'float'),
            i: field(3, 'int64'),
            s: field(4, 'bytes'),
            t: field(5, 'Tensor'),
            floats: packed(7, 'float'),
            ints: packed(8, 'int64'),
            type: field(20, 'int32'),
          },
        },
        Node: {
          fields: {
            input: many(1, 'string'),
            output: many(2, 'string'),
            name: field(3, 'string'),
            opType: field(4, 'string'),
            attribute: many(5, 'Attribute'),
            domain: field(7, 'string'),
          },
        },
        Dimension: { fields: { dimValue: field(1, 'int64'), dimParam: field(2, 'string') } },
        Shape: { fields: { dim: many(1, 'Dimension') } },
        TensorType: { fields: { elemType: field(1, 'int32'), shape: field(2, 'Shape') } },
        Type: { fields: { tensorType: field(1, 'TensorType') } },
        ValueInfo: { fields: { name: field(1, 'string'), type: field(2, 'Type') } },
        Graph: {
          fields: {
            node: many(1, 'Node'),
            name: field(2, 'string'),
            initializer: many(5, 'Tensor'),
            input: many(11, 'ValueInfo'),
            output: many(12, 'ValueInfo'),
            sparseInitializer: many(15, 'Opaque'),
          },
        },
        Model: {
          fields: {
            irVersion: field(1, 'int64'),
            producerName: field(2, 'string'),
            producerVersion: field(3, 'string'),
            graph: field(7, 'Graph'),
            opsetImport: many(8, 'Opset'),
            functions: many(25, 'Opaque'),
          },
        },
      },
    },
  },
});

const model = root.lookupType('onnx.Model');

/** Parses a model. Throws protobufjs' own errors on malformed bytes. Absent fields get their defaults. */
export const decodeModel = (bytes: Uint8Array): ModelProto =>
  model.toObject(model.decode(bytes), {
    longs: Number,
    arrays: true,
    defaults: true,
  }) as ModelProto;

type Partially<T> = T extends Uint8Array
  ? T
  : T extends (infer Item)[]
    ? Partially<Item>[]
    : T extends object
      ? { [Key in keyof T]?: Partially<T[Key]> }
      : T;

/** A model of which only what matters is given. */
export type ModelDescription = Partially<ModelProto>;

/** Serialises a model. */
export const encodeModel = (description: ModelDescription): Uint8Array =>
  model.encode(model.fromObject(description)).finish();

/**
 * The same model with other graph inputs or outputs. Fields that are absent stay absent, unlike through `decodeModel`
 * and `encodeModel`, where they would come back as defaults.
 */
export const withInterface = (
  bytes: Uint8Array,
  change: Pick<NonNullable<ModelDescription['graph']>, 'input' | 'output'>,
): Uint8Array => {
  const message = model.decode(bytes) as protobuf.Message & { graph: Record<string, unknown> };
  const changed = root.lookupType('onnx.Graph').fromObject(change);
  for (const key of Object.keys(change)) {
    message.graph[key] = (changed as unknown as Record<string, unknown>)[key];
  }
  return model.encode(message).finish();
};
