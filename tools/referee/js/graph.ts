/**
 * The canonical graph in TypeScript, with its SCALE codecs. The shapes mirror `pallets/primitives/src/graph.rs`
 * one to one; the order of the fields is the encoding.
 */
import {
  Bytes,
  type Codec,
  compact,
  Enum,
  i32,
  Option,
  Struct,
  Tuple,
  u8,
  u16,
  u32,
  Vector,
} from 'scale-ts';

/** Element type of a tensor. Multi-byte elements are little-endian. */
export type DType = 'U8' | 'I8' | 'I32' | 'F32';

const DTYPES = ['U8', 'I8', 'I32', 'F32'] as const;

/** Bytes an element takes. */
export const dtypeSize = (dtype: DType): 1 | 4 => (dtype === 'U8' || dtype === 'I8' ? 1 : 4);

/** Element type and dimensions, outermost first. */
export interface TensorSpec {
  dtype: DType;
  shape: number[];
}

/** Number of elements of a shape. */
export const elementCount = (shape: readonly number[]): number =>
  shape.reduce((product, dimension) => product * dimension, 1);

/** Bytes of a tensor. */
export const byteLength = (spec: TensorSpec): number =>
  elementCount(spec.shape) * dtypeSize(spec.dtype);

/** Where a node's input comes from. */
export type Ref =
  | { tag: 'Request'; value: number }
  | { tag: 'Initialiser'; value: number }
  | { tag: 'Node'; value: number };

/** `clamp(rint(f32(acc) * scale) + zero, min, max)`; the scale is the node's last input. */
export interface Requant {
  zero: number;
  min: number;
  max: number;
}

export interface Window {
  kernel: [number, number];
  strides: [number, number];
  /** Top, left, bottom, right. */
  pads: [number, number, number, number];
}

/** Attributes of both convolutions. */
export interface Convolution {
  groups: number;
  strides: [number, number];
  /** Top, left, bottom, right. */
  pads: [number, number, number, number];
  dilations: [number, number];
  xZero: number;
  wZero: number;
  bias: boolean;
  requant: Requant | undefined;
}

/** How a `Reduce` brings elements together. */
export type Reduction = 'Sum' | 'SumOfSquares' | 'Max' | 'Min';

const REDUCTIONS = ['Sum', 'SumOfSquares', 'Max', 'Min'] as const;

/** An operator; see the Rust docs of `Op` for inputs and meaning. Kernel version 1 ends with `ArgMax`. */
export type Op =
  | { tag: 'Conv'; value: Convolution }
  | {
      tag: 'MatMul';
      value: { xZero: number; wZero: number; bias: boolean; requant: Requant | undefined };
    }
  | { tag: 'Requantise'; value: { xZero: number; requant: Requant } }
  | { tag: 'Table'; value: undefined }
  | { tag: 'MaxPool'; value: Window }
  | { tag: 'SumPool'; value: { window: Window; xZero: number; requant: Requant | undefined } }
  | {
      tag: 'Add';
      value: {
        aZero: number;
        aMul: number;
        bZero: number;
        bMul: number;
        requant: Requant | undefined;
      };
    }
  | { tag: 'Reshape'; value: undefined }
  | { tag: 'Transpose'; value: { perm: number[] } }
  | { tag: 'Pad'; value: { pads: [number, number][]; value: number } }
  | { tag: 'ArgMax'; value: { axis: number; keepDims: boolean } }
  | { tag: 'ConvTranspose'; value: Convolution }
  | { tag: 'BatchMatMul'; value: { aZero: number; bZero: number; requant: Requant | undefined } }
  | {
      tag: 'WeightedSum';
      value: {
        aZero: number;
        aMul: number;
        bZero: number;
        bMul: number;
        requant: Requant | undefined;
      };
    }
  | { tag: 'Product'; value: { aZero: number; bZero: number; requant: Requant | undefined } }
  | { tag: 'Quotient'; value: { aZero: number; bZero: number; requant: Requant } }
  | { tag: 'SquareRoot'; value: { xZero: number; requant: Requant } }
  | { tag: 'Concat'; value: { axis: number } }
  | { tag: 'Slice'; value: { ranges: [start: number, step: number][] } }
  | { tag: 'Gather'; value: { axis: number } }
  | { tag: 'Resize'; value: { xZero: number; requant: Requant | undefined } }
  | {
      tag: 'Reduce';
      value: {
        reduction: Reduction;
        axes: number[];
        keepDims: boolean;
        xZero: number;
        requant: Requant | undefined;
      };
    }
  | { tag: 'Lookup'; value: undefined }
  | { tag: 'TopK'; value: { axis: number; largest: boolean; indices: boolean } };

export interface GraphNode {
  op: Op;
  inputs: Ref[];
  output: TensorSpec;
}

export interface GraphHeader {
  kernelVersion: number;
  /** 1 or 2: how the graph's tensors, its inputs among them, are cut into tiles and hashed. */
  layoutVersion: number;
  nodeCount: number;
  initialiserCount: number;
  inputs: TensorSpec[];
  /** Nodes whose outputs answer a request. */
  outputs: number[];
}

export interface Initialiser {
  spec: TensorSpec;
  /** Row-major, little-endian. */
  data: Uint8Array;
}

/** A compiled model; its SCALE bytes are the artefact `graph.bin`. */
export interface Graph {
  header: GraphHeader;
  initialisers: Initialiser[];
  nodes: GraphNode[];
}

/** The newest kernel version. */
export const KERNEL_VERSION = 2;
/** The newest layout version. */
export const LAYOUT_VERSION = 2;

/** Bytes of a tile in each layout version. */
const TILE_BYTES: Record<number, number> = { 1: 256, 2: 1024 };

/** Bytes of a tile in this layout version. Throws a `RangeError` when there is no such version. */
export const tileBytes = (layoutVersion: number): number => {
  const bytes = TILE_BYTES[layoutVersion];
  if (bytes === undefined) throw new RangeError(`there is no layout version ${layoutVersion}`);
  return bytes;
};

const SINCE: Record<Op['tag'], number> = {
  Conv: 1,
  MatMul: 1,
  Requantise: 1,
  Table: 1,
  MaxPool: 1,
  SumPool: 1,
  Add: 1,
  Reshape: 1,
  Transpose: 1,
  Pad: 1,
  ArgMax: 1,
  ConvTranspose: 2,
  BatchMatMul: 2,
  WeightedSum: 2,
  Product: 2,
  Quotient: 2,
  SquareRoot: 2,
  Concat: 2,
  Slice: 2,
  Gather: 2,
  Resize: 2,
  Reduce: 2,
  Lookup: 2,
  TopK: 2,
};

/** All operators, in the order of their encoding. */
export const OPERATORS = Object.keys(SINCE) as readonly Op['tag'][];

/** The lowest kernel version that has all of the nodes' operators: a graph's root should not depend on what came later. */
export const kernelVersionOf = (nodes: readonly GraphNode[]): number =>
  nodes.reduce((version, { op }) => Math.max(version, SINCE[op.tag]), 1);

/** Most dimensions, inputs of a node, inputs or outputs of a graph, nodes and initialisers, as in Rust. */
const MAX_RANK = 6;
const MAX_NODE_INPUTS = 4;
const MAX_GRAPH_IO = 4;
/** Most nodes of a graph, and most initialisers. */
export const MAX_NODES = 16_384;

type Input<T> = Parameters<Codec<T>['dec']>[0];

const codecOf = <T>(encode: (value: T) => Uint8Array, decode: (input: Input<T>) => T): Codec<T> =>
  Object.assign([encode, decode] as const, { enc: encode, dec: decode }) as Codec<T>;

/** A vector of at most `max` items. What a stranger's bytes promise is not allocated before it is read. */
const bounded = <T>(item: Codec<T>, max: number): Codec<T[]> =>
  codecOf(Vector(item).enc, (input) => {
    const length = Number(compact.dec(input));
    if (length > max)
      throw new RangeError(`a list of ${length} items, of which ${max} are allowed`);
    return Array.from({ length }, () => item.dec(input));
  });

const oneOf = (input: Input<number>, what: string): boolean => {
  const byte = u8.dec(input);
  if (byte > 1) throw new RangeError(`${what} is ${byte}, not 0 or 1`);
  return byte === 1;
};

const bool: Codec<boolean> = codecOf(
  (value) => u8.enc(value ? 1 : 0),
  (input) => oneOf(input, 'a flag'),
);

const optional = <T>(item: Codec<T>): Codec<T | undefined> =>
  codecOf(Option(item).enc, (input) => (oneOf(input, 'an option') ? item.dec(input) : undefined));

/** Codec of an enumeration without contents. */
const named = <Name extends string>(names: readonly Name[], what: string): Codec<Name> => {
  const encode = (name: Name) => u8.enc(names.indexOf(name));
  const decode = (input: Parameters<typeof u8.dec>[0]) => {
    const index = u8.dec(input);
    const name = names[index];
    if (name === undefined) throw new RangeError(`unknown ${what} ${index}`);
    return name;
  };
  return Object.assign([encode, decode] as const, { enc: encode, dec: decode }) as Codec<Name>;
};

const dtypeCodec: Codec<DType> = named(DTYPES, 'element type');

export const tensorSpecCodec: Codec<TensorSpec> = Struct({
  dtype: dtypeCodec,
  shape: bounded(u32, MAX_RANK),
});

const pair = Tuple(u32, u32);
const quad = Tuple(u32, u32, u32, u32);

const requantCodec: Codec<Requant> = Struct({ zero: i32, min: i32, max: i32 });
const convolutionCodec: Codec<Convolution> = Struct({
  groups: u32,
  strides: pair,
  pads: quad,
  dilations: pair,
  xZero: i32,
  wZero: i32,
  bias: bool,
  requant: optional(requantCodec),
});
const windowCodec: Codec<Window> = Struct({ kernel: pair, strides: pair, pads: quad });
const unit: Codec<undefined> = (() => {
  const encode = () => new Uint8Array();
  const decode = () => undefined;
  return Object.assign([encode, decode] as const, {
    enc: encode,
    dec: decode,
  }) as unknown as Codec<undefined>;
})();

const refCodec = Enum({ Request: u16, Initialiser: u16, Node: u16 }) as unknown as Codec<Ref>;

const opCodec = Enum({
  Conv: convolutionCodec,
  MatMul: Struct({ xZero: i32, wZero: i32, bias: bool, requant: optional(requantCodec) }),
  Requantise: Struct({ xZero: i32, requant: requantCodec }),
  Table: unit,
  MaxPool: windowCodec,
  SumPool: Struct({ window: windowCodec, xZero: i32, requant: optional(requantCodec) }),
  Add: Struct({ aZero: i32, aMul: i32, bZero: i32, bMul: i32, requant: optional(requantCodec) }),
  Reshape: unit,
  Transpose: Struct({ perm: bounded(u8, MAX_RANK) }),
  Pad: Struct({ pads: bounded(pair, MAX_RANK), value: i32 }),
  ArgMax: Struct({ axis: u8, keepDims: bool }),
  ConvTranspose: convolutionCodec,
  BatchMatMul: Struct({ aZero: i32, bZero: i32, requant: optional(requantCodec) }),
  WeightedSum: Struct({
    aZero: i32,
    aMul: i32,
    bZero: i32,
    bMul: i32,
    requant: optional(requantCodec),
  }),
  Product: Struct({ aZero: i32, bZero: i32, requant: optional(requantCodec) }),
  Quotient: Struct({ aZero: i32, bZero: i32, requant: requantCodec }),
  SquareRoot: Struct({ xZero: i32, requant: requantCodec }),
  Concat: Struct({ axis: u8 }),
  Slice: Struct({ ranges: bounded(pair, MAX_RANK) }),
  Gather: Struct({ axis: u8 }),
  Resize: Struct({ xZero: i32, requant: optional(requantCodec) }),
  Reduce: Struct({
    reduction: named(REDUCTIONS, 'reduction'),
    axes: bounded(u8, MAX_RANK),
    keepDims: bool,
    xZero: i32,
    requant: optional(requantCodec),
  }),
  Lookup: unit,
  TopK: Struct({ axis: u8, largest: bool, indices: bool }),
}) as unknown as Codec<Op>;

export const graphNodeCodec: Codec<GraphNode> = Struct({
  op: opCodec,
  inputs: bounded(refCodec, MAX_NODE_INPUTS),
  output: tensorSpecCodec,
});

export const graphHeaderCodec: Codec<GraphHeader> = Struct({
  kernelVersion: u16,
  layoutVersion: u8,
  nodeCount: u16,
  initialiserCount: u16,
  inputs: bounded(tensorSpecCodec, MAX_GRAPH_IO),
  outputs: bounded(u16, MAX_GRAPH_IO),
});

const initialiserCodec: Codec<Initialiser> = Struct({ spec: tensorSpecCodec, data: Bytes() });

/** SCALE codec of a compiled model, the content of `graph.bin`. */
export const graphCodec: Codec<Graph> = Struct({
  header: graphHeaderCodec,
  initialisers: bounded(initialiserCodec, MAX_NODES),
  nodes: bounded(graphNodeCodec, MAX_NODES),
});

/** Bytes of `graph.bin`. */
export const encodeGraph = (graph: Graph): Uint8Array => graphCodec.enc(graph);

/** Bytes that the graph takes once encoded; the weights are not copied for it. */
const encodedLength = (graph: Graph): number => {
  const bare = graph.initialisers.map(({ spec }) => ({ spec, data: new Uint8Array() }));
  return graph.initialisers.reduce(
    // An empty list's length takes one byte.
    (total, { data }) => total + data.length + compact.enc(data.length).length - 1,
    encodeGraph({ ...graph, initialisers: bare }).length,
  );
};

/** Reads `graph.bin`. Throws a `RangeError`, and nothing else, on bytes that are not exactly a graph. */
export const decodeGraph = (bytes: Uint8Array): Graph => {
  let graph: Graph;
  try {
    // The codec reads a view's whole buffer: small files are views into Node's pool, and others may end before it does.
    const whole = bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength;
    graph = graphCodec.dec(whole ? bytes : new Uint8Array(bytes));
  } catch (cause) {
    const words = cause instanceof RangeError ? cause.message : 'an operator is not known';
    throw new RangeError(`not a compiled graph: ${words}`, { cause });
  }
  const length = encodedLength(graph);
  if (length !== bytes.length) {
    throw new RangeError(`not a compiled graph: it takes ${length} bytes, not ${bytes.length}`);
  }
  return graph;
};
