/**
 * The canonical graph in TypeScript, with its SCALE codecs. The shapes mirror `pallets/primitives/src/graph.rs`
 * one to one; the order of the fields is the encoding.
 */
import {
  Bytes,
  bool,
  type Codec,
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

/** How a `Reduce` brings elements together. */
export type Reduction = 'Sum' | 'SumOfSquares' | 'Max' | 'Min';

const REDUCTIONS = ['Sum', 'SumOfSquares', 'Max', 'Min'] as const;

/** An operator; see the Rust docs of `Op` for inputs and meaning. Kernel version 1 ends with `ArgMax`. */
export type Op =
  | {
      tag: 'Conv';
      value: {
        groups: number;
        strides: [number, number];
        pads: [number, number, number, number];
        dilations: [number, number];
        xZero: number;
        wZero: number;
        bias: boolean;
        requant: Requant | undefined;
      };
    }
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
  | {
      tag: 'ConvTranspose';
      value: {
        groups: number;
        strides: [number, number];
        pads: [number, number, number, number];
        dilations: [number, number];
        xZero: number;
        wZero: number;
        bias: boolean;
        requant: Requant | undefined;
      };
    }
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
export const LAYOUT_VERSION = 1;

const VERSION_1: ReadonlySet<Op['tag']> = new Set([
  'Conv',
  'MatMul',
  'Requantise',
  'Table',
  'MaxPool',
  'SumPool',
  'Add',
  'Reshape',
  'Transpose',
  'Pad',
  'ArgMax',
]);

/** The lowest kernel version that has all of the nodes' operators: a graph's root should not depend on what came later. */
export const kernelVersionOf = (nodes: readonly GraphNode[]): number =>
  nodes.every(({ op }) => VERSION_1.has(op.tag)) ? 1 : 2;

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
  shape: Vector(u32),
});

const pair = Tuple(u32, u32);
const quad = Tuple(u32, u32, u32, u32);

const requantCodec: Codec<Requant> = Struct({ zero: i32, min: i32, max: i32 });
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
  Conv: Struct({
    groups: u32,
    strides: pair,
    pads: quad,
    dilations: pair,
    xZero: i32,
    wZero: i32,
    bias: bool,
    requant: Option(requantCodec),
  }),
  MatMul: Struct({ xZero: i32, wZero: i32, bias: bool, requant: Option(requantCodec) }),
  Requantise: Struct({ xZero: i32, requant: requantCodec }),
  Table: unit,
  MaxPool: windowCodec,
  SumPool: Struct({ window: windowCodec, xZero: i32, requant: Option(requantCodec) }),
  Add: Struct({ aZero: i32, aMul: i32, bZero: i32, bMul: i32, requant: Option(requantCodec) }),
  Reshape: unit,
  Transpose: Struct({ perm: Vector(u8) }),
  Pad: Struct({ pads: Vector(pair), value: i32 }),
  ArgMax: Struct({ axis: u8, keepDims: bool }),
  ConvTranspose: Struct({
    groups: u32,
    strides: pair,
    pads: quad,
    dilations: pair,
    xZero: i32,
    wZero: i32,
    bias: bool,
    requant: Option(requantCodec),
  }),
  BatchMatMul: Struct({ aZero: i32, bZero: i32, requant: Option(requantCodec) }),
  WeightedSum: Struct({
    aZero: i32,
    aMul: i32,
    bZero: i32,
    bMul: i32,
    requant: Option(requantCodec),
  }),
  Product: Struct({ aZero: i32, bZero: i32, requant: Option(requantCodec) }),
  Quotient: Struct({ aZero: i32, bZero: i32, requant: requantCodec }),
  SquareRoot: Struct({ xZero: i32, requant: requantCodec }),
  Concat: Struct({ axis: u8 }),
  Slice: Struct({ ranges: Vector(pair) }),
  Gather: Struct({ axis: u8 }),
  Resize: Struct({ xZero: i32, requant: Option(requantCodec) }),
  Reduce: Struct({
    reduction: named(REDUCTIONS, 'reduction'),
    axes: Vector(u8),
    keepDims: bool,
    xZero: i32,
    requant: Option(requantCodec),
  }),
  Lookup: unit,
  TopK: Struct({ axis: u8, largest: bool, indices: bool }),
}) as unknown as Codec<Op>;

export const graphNodeCodec: Codec<GraphNode> = Struct({
  op: opCodec,
  inputs: Vector(refCodec),
  output: tensorSpecCodec,
});

export const graphHeaderCodec: Codec<GraphHeader> = Struct({
  kernelVersion: u16,
  layoutVersion: u8,
  nodeCount: u16,
  initialiserCount: u16,
  inputs: Vector(tensorSpecCodec),
  outputs: Vector(u16),
});

const initialiserCodec: Codec<Initialiser> = Struct({ spec: tensorSpecCodec, data: Bytes() });

/** SCALE codec of a compiled model, the content of `graph.bin`. */
export const graphCodec: Codec<Graph> = Struct({
  header: graphHeaderCodec,
  initialisers: Vector(initialiserCodec),
  nodes: Vector(graphNodeCodec),
});

/** Bytes of `graph.bin`. */
export const encodeGraph = (graph: Graph): Uint8Array => graphCodec.enc(graph);

/** Reads `graph.bin`. Throws a `RangeError` on malformed bytes. */
export const decodeGraph = (bytes: Uint8Array): Graph =>
  // The codec reads from the start of the buffer under a view, and small files are views into Node's pool.
  graphCodec.dec(bytes.byteOffset === 0 ? bytes : new Uint8Array(bytes));
