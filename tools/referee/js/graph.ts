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

/** An operator of kernel version 1; see the Rust docs of `Op` for inputs and meaning. */
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
  | { tag: 'ArgMax'; value: { axis: number; keepDims: boolean } };

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

export const KERNEL_VERSION = 1;
export const LAYOUT_VERSION = 1;

const dtypeCodec: Codec<DType> = (() => {
  const encode = (dtype: DType) => u8.enc(DTYPES.indexOf(dtype));
  const decode = (input: Parameters<typeof u8.dec>[0]) => {
    const index = u8.dec(input);
    const dtype = DTYPES[index];
    if (dtype === undefined) throw new RangeError(`unknown element type ${index}`);
    return dtype;
  };
  return Object.assign([encode, decode] as const, { enc: encode, dec: decode }) as Codec<DType>;
})();

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
