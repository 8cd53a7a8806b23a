/** Writes ONNX models node by node; names are made up in order, so equal calls give equal bytes. */
import { ATTRIBUTE_TYPE, encodeModel, type ModelDescription, TENSOR_TYPE } from './schema.ts';

export type BuilderType = 'float32' | 'float64' | 'uint8' | 'int8' | 'int32' | 'int64';

const TYPE_CODE: Record<BuilderType, number> = {
  float32: TENSOR_TYPE.FLOAT,
  float64: TENSOR_TYPE.DOUBLE,
  uint8: TENSOR_TYPE.UINT8,
  int8: TENSOR_TYPE.INT8,
  int32: TENSOR_TYPE.INT32,
  int64: TENSOR_TYPE.INT64,
};

/** ONNX's number of an element type, as `Cast` wants it. */
export const typeCode = (type: BuilderType): number => TYPE_CODE[type];

/** An integer, a list of integers, a string, or floats wrapped as `{ float }` or `{ floats }`. */
export type AttributeValue =
  | number
  | readonly number[]
  | string
  | { float: number }
  | { floats: readonly number[] };

/** Elements of a constant: numbers of any kind, or its bytes (little-endian). */
export type ConstantData = ArrayLike<number> | { bytes: Uint8Array };

type GraphDescription = NonNullable<ModelDescription['graph']>;

const attribute = (name: string, value: AttributeValue) => {
  if (typeof value === 'number') return { name, type: ATTRIBUTE_TYPE.INT, i: value };
  if (typeof value === 'string') {
    return { name, type: ATTRIBUTE_TYPE.STRING, s: new TextEncoder().encode(value) };
  }
  if ('float' in value) return { name, type: ATTRIBUTE_TYPE.FLOAT, f: value.float };
  if ('floats' in value) return { name, type: ATTRIBUTE_TYPE.FLOATS, floats: [...value.floats] };
  return { name, type: ATTRIBUTE_TYPE.INTS, ints: [...value] };
};

/** A node in full. */
export interface BuilderNode {
  opType: string;
  /** Default ONNX's own. */
  domain?: string;
  inputs: readonly string[];
  /** Empty names are outputs that are not wanted. */
  outputs: readonly string[];
  attributes?: Readonly<Record<string, AttributeValue>>;
}

const toBytes = (type: BuilderType, data: ConstantData): Uint8Array => {
  if ('bytes' in data) return data.bytes;
  const view = (
    array: Float32Array | Float64Array | Uint8Array | Int8Array | Int32Array | BigInt64Array,
  ) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  switch (type) {
    case 'float32':
      return view(Float32Array.from(data));
    case 'float64':
      return view(Float64Array.from(data));
    case 'uint8':
      return view(Uint8Array.from(data));
    case 'int8':
      return view(Int8Array.from(data));
    case 'int32':
      return view(Int32Array.from(data));
    case 'int64':
      return view(BigInt64Array.from(Array.from(data, BigInt)));
  }
};

export interface ModelBuilder {
  /** Adds a node with one output; returns the output's name. An empty input name is an absent input. */
  op(
    opType: string,
    inputs: readonly string[],
    attributes?: Readonly<Record<string, AttributeValue>>,
    output?: string,
  ): string;
  /** Adds a node with any number of outputs, of any domain. */
  node(node: BuilderNode): void;
  /** Adds a node with `count` outputs, of ONNX's own operators unless a domain is given; returns their names. */
  ops(
    opType: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>>,
    count: number,
    domain?: string,
  ): string[];
  /** Gives a node's output another name in the built model. False for what no node made or what has such a name already. */
  rename(tensor: string, name: string): boolean;
  /** Adds a constant; equal small constants are shared. */
  constant(type: BuilderType, shape: readonly number[], data: ConstantData): string;
  /** Adds a constant that no other node shares. */
  separate(type: BuilderType, shape: readonly number[], data: ConstantData): string;
  /** Adds a constant that a caller may override, which keeps every optimiser from folding it into its neighbours. */
  overridable(type: BuilderType, shape: readonly number[], data: ConstantData): string;
  input(name: string, type: BuilderType, shape: readonly number[]): void;
  output(name: string, type: BuilderType, shape: readonly number[]): void;
  build(): Uint8Array;
}

const valueInfo = (name: string, type: BuilderType, shape: readonly number[]) => ({
  name,
  type: {
    tensorType: {
      elemType: TYPE_CODE[type],
      shape: { dim: shape.map((dimValue) => ({ dimValue })) },
    },
  },
});

/** Constants of up to this many elements are looked up before they are added again. */
const SHARED_ELEMENTS = 8;

/** Starts an empty model of the given opset. */
export const createModelBuilder = (name: string, opset: number): ModelBuilder => {
  const graph = {
    name,
    node: [],
    initializer: [],
    input: [],
    output: [],
  } satisfies GraphDescription as Required<
    Pick<GraphDescription, 'name' | 'node' | 'initializer' | 'input' | 'output'>
  >;
  const shared = new Map<string, string>();
  const made = new Set<string>();
  const renamed = new Map<string, string>();
  const nameOf = (tensor: string) => renamed.get(tensor) ?? tensor;
  let counter = 0;

  const addInitializer = (
    prefix: string,
    type: BuilderType,
    shape: readonly number[],
    data: ConstantData,
  ): string => {
    const tensor = `${prefix}_${counter++}`;
    graph.initializer.push({
      name: tensor,
      dims: [...shape],
      dataType: TYPE_CODE[type],
      rawData: toBytes(type, data),
    });
    return tensor;
  };

  const domains = new Set<string>();
  const node = ({ opType, domain = '', inputs, outputs, attributes = {} }: BuilderNode) => {
    if (domain !== '') domains.add(domain);
    for (const output of outputs) made.add(output);
    graph.node.push({
      name: outputs.find((name) => name !== '') ?? opType,
      opType,
      ...(domain !== '' && { domain }),
      input: [...inputs],
      output: [...outputs],
      attribute: Object.entries(attributes).map(([key, value]) => attribute(key, value)),
    });
  };

  return {
    op(opType, inputs, attributes = {}, output = `t_${counter++}`) {
      node({ opType, inputs, outputs: [output], attributes });
      return output;
    },
    node,
    ops(opType, inputs, attributes, count, domain = '') {
      const outputs = Array.from({ length: count }, () => `t_${counter++}`);
      node({ opType, domain, inputs, outputs, attributes });
      return outputs;
    },
    rename(tensor, name) {
      if (!made.has(tensor) || renamed.has(tensor)) return false;
      renamed.set(tensor, name);
      return true;
    },
    constant(type, shape, data) {
      if ('bytes' in data || data.length > SHARED_ELEMENTS) {
        return addInitializer('c', type, shape, data);
      }
      const key = JSON.stringify([type, shape, Array.from(data)]);
      const known = shared.get(key);
      if (known !== undefined) return known;
      const tensor = addInitializer('c', type, shape, data);
      shared.set(key, tensor);
      return tensor;
    },
    separate: (type, shape, data) => addInitializer('c', type, shape, data),
    overridable(type, shape, data) {
      const tensor = addInitializer('v', type, shape, data);
      graph.input.push(valueInfo(tensor, type, shape));
      return tensor;
    },
    input(tensor, type, shape) {
      graph.input.push(valueInfo(tensor, type, shape));
    },
    output(tensor, type, shape) {
      graph.output.push(valueInfo(tensor, type, shape));
    },
    build: () =>
      encodeModel({
        irVersion: 8,
        producerName: 'veritrace',
        opsetImport: [
          { domain: '', version: opset },
          ...[...domains].map((domain) => ({ domain, version: 1 })),
        ],
        graph: {
          ...graph,
          node: graph.node.map((made) => ({
            ...made,
            input: (made.input ?? []).map(nameOf),
            output: (made.output ?? []).map(nameOf),
          })),
        },
      }),
  };
};
