/**
 * The part of ONNX's protobuf schema that models use. Field numbers are those of `onnx.proto`; unknown fields are
 * skipped, as protobuf does. Files are read by a reader of our own, which bounds what they may ask for; what we write
 * is written by protobufjs from a descriptor, so that nothing is generated or fetched.
 */
import protobuf from 'protobufjs/light.js';
import { CompileError } from '../errors.ts';
import {
  MAX_ATTRIBUTES,
  MAX_EDGES,
  MAX_ENTRIES,
  MAX_NAME_BYTES,
  MAX_NODES,
  MAX_OPSETS,
  MAX_RANK,
  MAX_STRING_BYTES,
  MAX_TENSORS,
} from './limits.ts';
import { type Budget, createBudget, readMessage, WIRE, type WireField } from './wire.ts';

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

const modelType = root.lookupType('onnx.Model');

/** Adds to a list that must not grow past `max`. */
const listed = <T>(list: T[], item: T, max: number, what: string): void => {
  if (list.length >= max) {
    throw new CompileError('too-large', `more than ${max} ${what}`);
  }
  list.push(item);
};

/** A message that may be there once. Protobuf would merge a second one; no model is written like that. */
const once = <T>(known: T | null, field: WireField, what: string): void => {
  if (known !== null) throw field.malformed(`${what} is given twice`);
};

const nameOf = (field: WireField): string => field.text(MAX_NAME_BYTES);

const readEntry = (field: WireField): { key: string; value: string } => {
  const entry = { key: '', value: '' };
  field.message('an entry of external data', (inner) => {
    if (inner.number === 1) entry.key = nameOf(inner);
    else if (inner.number === 2) entry.value = nameOf(inner);
  });
  return entry;
};

const readTensor = (field: WireField, place: string): TensorProto => {
  const tensor: TensorProto = {
    dims: [],
    dataType: 0,
    floatData: [],
    int32Data: [],
    int64Data: [],
    doubleData: [],
    name: '',
    rawData: new Uint8Array(),
    externalData: [],
    dataLocation: 0,
  };
  field.message(place, (inner) => {
    switch (inner.number) {
      case 1:
        tensor.dims = inner.ints(tensor.dims);
        if (tensor.dims.length > MAX_RANK) {
          throw inner.malformed(`a tensor has more than ${MAX_RANK} dimensions`);
        }
        break;
      case 2:
        tensor.dataType = inner.int();
        break;
      case 4:
        tensor.floatData = inner.floats(tensor.floatData);
        break;
      case 5:
        tensor.int32Data = inner.ints(tensor.int32Data);
        break;
      case 7:
        tensor.int64Data = inner.ints(tensor.int64Data);
        break;
      case 8:
        tensor.name = nameOf(inner);
        break;
      case 9:
        tensor.rawData = inner.bytes(Number.MAX_SAFE_INTEGER);
        break;
      case 10:
        tensor.doubleData = inner.doubles(tensor.doubleData);
        break;
      case 13:
        listed(tensor.externalData, readEntry(inner), MAX_ENTRIES, 'entries of external data');
        break;
      case 14:
        tensor.dataLocation = inner.int();
        break;
    }
  });
  return tensor;
};

const readAttribute = (field: WireField, place: string): AttributeProto => {
  const attribute: AttributeProto = {
    name: '',
    type: 0,
    f: 0,
    i: 0,
    s: new Uint8Array(),
    t: null,
    floats: [],
    ints: [],
  };
  field.message(place, (inner) => {
    switch (inner.number) {
      case 1:
        attribute.name = nameOf(inner);
        break;
      case 2:
        attribute.f = inner.float();
        break;
      case 3:
        attribute.i = inner.int();
        break;
      case 4:
        attribute.s = inner.bytes(MAX_STRING_BYTES);
        break;
      case 5:
        once(attribute.t, inner, 'the tensor');
        attribute.t = readTensor(inner, `${place}, its tensor`);
        break;
      // Field 6 is a graph inside the attribute (`If`, `Loop`). It is skipped whole: the operators are refused by name.
      case 7:
        attribute.floats = inner.floats(attribute.floats);
        break;
      case 8:
        attribute.ints = inner.ints(attribute.ints);
        break;
      case 20:
        attribute.type = inner.int();
        break;
    }
  });
  return attribute;
};

const readNode = (field: WireField, index: number): NodeProto => {
  const node: NodeProto = {
    name: '',
    opType: '',
    domain: '',
    input: [],
    output: [],
    attribute: [],
  };
  const place = `node ${index}`;
  field.message(place, (inner) => {
    switch (inner.number) {
      case 1:
        listed(node.input, nameOf(inner), MAX_EDGES, `inputs of ${place}`);
        break;
      case 2:
        listed(node.output, nameOf(inner), MAX_EDGES, `outputs of ${place}`);
        break;
      case 3:
        node.name = nameOf(inner);
        break;
      case 4:
        node.opType = nameOf(inner);
        break;
      case 5:
        listed(
          node.attribute,
          readAttribute(inner, `${place}, attribute ${node.attribute.length}`),
          MAX_ATTRIBUTES,
          `attributes of ${place}`,
        );
        break;
      case 7:
        node.domain = nameOf(inner);
        break;
    }
  });
  return node;
};

type TensorType = NonNullable<NonNullable<ValueInfoProto['type']>['tensorType']>;

const readShape = (field: WireField, place: string): NonNullable<TensorType['shape']> => {
  const shape: NonNullable<TensorType['shape']> = { dim: [] };
  field.message(place, (inner) => {
    if (inner.number !== 1) return;
    const dim = { dimValue: 0, dimParam: '' };
    inner.message(place, (part) => {
      if (part.number === 1) dim.dimValue = part.int();
      else if (part.number === 2) dim.dimParam = nameOf(part);
    });
    listed(shape.dim, dim, MAX_RANK, `dimensions of ${place}`);
  });
  return shape;
};

const readValueInfo = (field: WireField, place: string): ValueInfoProto => {
  const info: ValueInfoProto = { name: '', type: null };
  field.message(place, (inner) => {
    if (inner.number === 1) info.name = nameOf(inner);
    if (inner.number !== 2) return;
    once(info.type, inner, 'the type');
    const type: NonNullable<ValueInfoProto['type']> = { tensorType: null };
    info.type = type;
    inner.message(`${place}, its type`, (kind) => {
      if (kind.number !== 1) return;
      once(type.tensorType, kind, 'the type');
      const tensorType: TensorType = { elemType: 0, shape: null };
      type.tensorType = tensorType;
      kind.message(`${place}, its type`, (part) => {
        if (part.number === 1) tensorType.elemType = part.int();
        else if (part.number === 2) {
          once(tensorType.shape, part, 'the shape');
          tensorType.shape = readShape(part, `${place}, its shape`);
        }
      });
    });
  });
  return info;
};

const readGraph = (field: WireField): GraphProto => {
  const graph: GraphProto = {
    name: '',
    node: [],
    initializer: [],
    sparseInitializer: [],
    input: [],
    output: [],
  };
  field.message('the graph', (inner) => {
    switch (inner.number) {
      case 1:
        listed(graph.node, readNode(inner, graph.node.length), MAX_NODES, 'nodes');
        break;
      case 2:
        graph.name = nameOf(inner);
        break;
      case 5:
        listed(
          graph.initializer,
          readTensor(inner, `initialiser ${graph.initializer.length}`),
          MAX_TENSORS,
          'initialisers',
        );
        break;
      case 11:
        // Files of IR version 3 list every initialiser among the inputs as well.
        listed(
          graph.input,
          readValueInfo(inner, `input ${graph.input.length}`),
          MAX_TENSORS,
          'inputs',
        );
        break;
      case 12:
        listed(
          graph.output,
          readValueInfo(inner, `output ${graph.output.length}`),
          MAX_EDGES,
          'outputs',
        );
        break;
      case 15:
        graph.sparseInitializer = [{}];
        break;
    }
  });
  return graph;
};

/**
 * Parses a model. Absent fields get their defaults; raw data are views of `bytes`. Throws a `CompileError` that says at
 * which byte a file is malformed, or what it has too much of (`limits.ts`).
 */
export const decodeModel = (bytes: Uint8Array): ModelProto => {
  const model: ModelProto = {
    irVersion: 0,
    producerName: '',
    producerVersion: '',
    opsetImport: [],
    functions: [],
    graph: null,
  };
  const budget: Budget = createBudget();
  readMessage(bytes, 'the model', budget, (field) => {
    switch (field.number) {
      case 1:
        model.irVersion = field.int();
        break;
      case 2:
        model.producerName = nameOf(field);
        break;
      case 3:
        model.producerVersion = nameOf(field);
        break;
      case 7:
        once(model.graph, field, 'the graph');
        model.graph = readGraph(field);
        break;
      case 8: {
        const opset = { domain: '', version: 0 };
        field.message('an operator set', (inner) => {
          if (inner.number === 1) opset.domain = nameOf(inner);
          else if (inner.number === 2) opset.version = inner.int();
        });
        listed(model.opsetImport, opset, MAX_OPSETS, 'operator sets');
        break;
      }
      case 25:
        model.functions = [{}];
        break;
    }
  });
  return model;
};

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
  modelType.encode(modelType.fromObject(description)).finish();

/** Field numbers of a graph's inputs and outputs. */
const INTERFACE = { input: 11, output: 12 } as const;

/** `parts` as the value of a field with a length. */
const lengthPrefixed = (number: number, parts: readonly Uint8Array[]): Uint8Array[] => {
  const header = protobuf.Writer.create().uint32((number << 3) | WIRE.BYTES);
  header.uint32(parts.reduce((total, part) => total + part.length, 0));
  return [header.finish(), ...parts];
};

/**
 * The same model with other graph inputs or outputs. Everything else stays as it is written, field by field, unlike
 * through `decodeModel` and `encodeModel`. Throws a `CompileError` on a malformed model.
 */
export const withInterface = (
  bytes: Uint8Array,
  change: Pick<NonNullable<ModelDescription['graph']>, 'input' | 'output'>,
): Uint8Array => {
  const graphType = root.lookupType('onnx.Graph');
  const replaced: readonly number[] = (['input', 'output'] as const).flatMap((key) =>
    change[key] === undefined ? [] : [INTERFACE[key]],
  );
  const parts: Uint8Array[] = [];
  readMessage(bytes, 'the model', createBudget(), (field) => {
    if (field.number !== 7) {
      parts.push(field.raw());
      return;
    }
    const kept: Uint8Array[] = [];
    field.message('the graph', (inner) => {
      if (!replaced.includes(inner.number)) kept.push(inner.raw());
    });
    kept.push(graphType.encode(graphType.fromObject(change)).finish());
    parts.push(...lengthPrefixed(7, kept));
  });
  return Buffer.concat(parts);
};
