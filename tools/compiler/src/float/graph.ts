/** A float model reduced to the few operators that the compiler can make exact. */

/** How quantised integers stand for reals: `real = (q - zero) * scale`. */
export interface Quantisation {
  scale: number;
  zero: number;
}

/** Quantisation of an activation: 8 bits. */
export interface ActivationQuantisation extends Quantisation {
  dtype: 'U8' | 'I8';
}

/** Integers behind a dequantised constant, in the constant's own order. */
export interface QuantisedConstant {
  dtype: 'U8' | 'I8';
  values: Int16Array;
  zero: number;
  /** One, or one per index of `axis`. */
  scales: number[];
  axis: number;
}

/** A constant tensor. */
export interface Constant {
  shape: number[];
  values: ArrayLike<number>;
  quantised?: QuantisedConstant;
}

/** Functions without parameters. */
export type PlainFunction =
  | 'Sigmoid'
  | 'Tanh'
  | 'HardSwish'
  | 'Softplus'
  | 'Softsign'
  | 'Exp'
  | 'Log'
  | 'Sqrt'
  | 'Abs'
  | 'Neg'
  | 'Erf'
  | 'Reciprocal'
  | 'Floor'
  | 'Ceil';

/** A function of one real. */
export type Unary =
  | { fn: 'Clip'; min: number; max: number }
  | { fn: 'LeakyRelu' | 'Elu'; alpha: number }
  | { fn: 'HardSigmoid'; alpha: number; beta: number }
  | { fn: 'AddScalar' | 'MulScalar' | 'PowScalar'; scalar: number }
  | { fn: 'ScalarDiv' | 'ScalarSub'; scalar: number }
  | { fn: PlainFunction };

export type BinaryFunction = 'Add' | 'Sub' | 'Mul' | 'Div';

/** Where an output row or column of a `Resize` comes from. */
export interface ResizePlace {
  index: number;
  /** Share of the next index. */
  fraction: number;
}

export interface PoolWindow {
  kernel: [number, number];
  strides: [number, number];
  /** Top, left, bottom, right. */
  pads: [number, number, number, number];
}

export type FloatOp =
  | {
      tag: 'Conv';
      groups: number;
      strides: [number, number];
      pads: [number, number, number, number];
      dilations: [number, number];
      weights: Constant;
      bias: Float64Array | undefined;
    }
  /** `x [M,K] · weights [N,K]^T + bias [N]`. */
  | { tag: 'Dense'; weights: Constant; bias: Float64Array | undefined }
  /** `x * scale + shift`, both per index of dimension 1. */
  | { tag: 'Affine'; scale: Float64Array; shift: Float64Array }
  | { tag: 'Map'; unary: Unary }
  /** Of two computed tensors, broadcast as NumPy does. */
  | { tag: 'Binary'; fn: BinaryFunction }
  /** Of a computed tensor and a constant that is neither a scalar nor one value per channel; `side` is the constant's. */
  | { tag: 'BinaryConstant'; fn: BinaryFunction; constant: Constant; side: 0 | 1 }
  /** Weights `[O, C/groups, kh, kw]`; the output's size is in `shapes`. */
  | {
      tag: 'ConvTranspose';
      groups: number;
      strides: [number, number];
      pads: [number, number, number, number];
      dilations: [number, number];
      weights: Constant;
      bias: Float64Array | undefined;
    }
  /** `a [.., M, K] · b [.., K, N]` of two computed tensors; leading dimensions broadcast. */
  | { tag: 'MatMul' }
  /** Inputs one after the other along an axis. */
  | { tag: 'Concat'; axis: number }
  /** `start, start + step, ..` along each dimension, as many as the output's shape says; steps are positive. */
  | { tag: 'Slice'; ranges: [start: number, step: number][] }
  /** Constant indices, all within the axis. `shape` is the indices'. */
  | { tag: 'Gather'; axis: number; indices: number[]; shape: number[] }
  /** For each output row and column, which of the input's and how much of the next one (0 to 1, 0 throughout if nearest). */
  | { tag: 'Resize'; mode: 'nearest' | 'linear'; rows: ResizePlace[]; columns: ResizePlace[] }
  | {
      tag: 'Reduce';
      reduction: 'Sum' | 'Mean' | 'SumOfSquares' | 'Max' | 'Min';
      axes: number[];
      keepDims: boolean;
    }
  | { tag: 'Softmax'; axis: number }
  /** Over the last `axes` dimensions; `scale` and `shift` have one value for each element of those. */
  | {
      tag: 'LayerNorm';
      axes: number;
      epsilon: number;
      scale: Float64Array | undefined;
      shift: Float64Array | undefined;
    }
  | { tag: 'TopK'; axis: number; largest: boolean; output: 'values' | 'indices' }
  | { tag: 'MaxPool'; window: PoolWindow }
  | { tag: 'AveragePool'; window: PoolWindow }
  | { tag: 'Reshape' }
  | { tag: 'Transpose'; perm: number[] }
  | { tag: 'Pad'; pads: [number, number][]; value: number }
  | { tag: 'ArgMax'; axis: number; keepDims: boolean }
  /** A `QuantizeLinear` and `DequantizeLinear` pair. */
  | { tag: 'FakeQuantise'; quantisation: ActivationQuantisation };

export interface FloatNode {
  /** Name in the ONNX file, for messages. */
  name: string;
  /** Operator in the ONNX file, for messages. */
  onnxOp: string;
  op: FloatOp;
  /** Tensors that are computed; constants are inside `op`. */
  inputs: string[];
  output: string;
}

export interface FloatGraph {
  inputs: { name: string; shape: number[]; quantisation: ActivationQuantisation | undefined }[];
  outputs: string[];
  nodes: FloatNode[];
  shapes: Map<string, number[]>;
  /** Tensors whose quantisation the file prescribes. */
  prescribed: Map<string, ActivationQuantisation>;
  /** Tensor of the file whose range a tensor of ours has, where the names differ. */
  observedAs: Map<string, string>;
}
