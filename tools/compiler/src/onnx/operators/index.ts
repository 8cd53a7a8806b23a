/** One importer for each ONNX operator the compiler knows: attributes, shapes, and the float operators it stands for. */
import type { Importer } from '../context.ts';
import {
  cast,
  constantNode,
  constantOfShape,
  dropout,
  identity,
  range,
  shape,
  size,
} from './constants.ts';
import { conv, convTranspose } from './convolution.ts';
import {
  binary,
  celu,
  clip,
  constantOnly,
  extreme,
  gelu,
  mish,
  plain,
  pow,
  prelu,
  selu,
  sum,
  unary,
} from './elementwise.ts';
import {
  concat,
  depthToSpace,
  expand,
  flatten,
  gather,
  pad,
  reshape,
  slice,
  spaceToDepth,
  split,
  squeeze,
  tile,
  transpose,
  unsqueeze,
} from './layout.ts';
import { gemm, matMul } from './matrix.ts';
import {
  batchNormalization,
  groupNormalization,
  instanceNormalization,
  layerNormalization,
  softmax,
} from './normalisation.ts';
import { averagePool, globalAveragePool, globalMaxPool, maxPool } from './pooling.ts';
import {
  convInteger,
  matMulInteger,
  movingIntegers,
  qGemm,
  qLinearAveragePool,
  qLinearBinary,
  qLinearConcat,
  qLinearConv,
  qLinearMatMul,
  qLinearSoftmax,
  qLinearUnary,
} from './qoperators.ts';
import { dequantizeLinear, quantizeLinear } from './quantisation.ts';
import { argExtreme, REDUCTIONS, reduceProd, reduction, topK } from './reduction.ts';
import { resize, upsample } from './resize.ts';

/** Of ONNX's own domain. */
const STANDARD: Readonly<Record<string, Importer>> = {
  Abs: plain('Abs'),
  Add: binary('Add'),
  And: constantOnly('And'),
  ArgMax: argExtreme('Max'),
  ArgMin: argExtreme('Min'),
  AveragePool: averagePool,
  BatchNormalization: batchNormalization,
  Cast: cast,
  Ceil: plain('Ceil'),
  Celu: celu,
  Clip: clip,
  Concat: movingIntegers(concat),
  Constant: constantNode,
  ConstantOfShape: constantOfShape,
  Conv: conv,
  ConvInteger: convInteger,
  ConvTranspose: convTranspose,
  DepthToSpace: movingIntegers(depthToSpace),
  DequantizeLinear: dequantizeLinear,
  Div: binary('Div'),
  Dropout: dropout,
  Elu: unary(['alpha'], (a) => ({ fn: 'Elu', alpha: a.float('alpha', 1) })),
  Equal: constantOnly('Equal'),
  Erf: plain('Erf'),
  Exp: plain('Exp'),
  Expand: movingIntegers(expand),
  Flatten: movingIntegers(flatten),
  Floor: plain('Floor'),
  Gather: movingIntegers(gather),
  Gelu: gelu,
  Gemm: gemm,
  GlobalAveragePool: globalAveragePool,
  GlobalMaxPool: movingIntegers(globalMaxPool),
  Greater: constantOnly('Greater'),
  GreaterOrEqual: constantOnly('GreaterOrEqual'),
  GroupNormalization: groupNormalization,
  HardSigmoid: unary(['alpha', 'beta'], (a) => ({
    fn: 'HardSigmoid',
    alpha: a.float('alpha', 0.2),
    beta: a.float('beta', 0.5),
  })),
  HardSwish: plain('HardSwish'),
  Identity: identity([]),
  InstanceNormalization: instanceNormalization,
  LayerNormalization: layerNormalization,
  LeakyRelu: unary(['alpha'], (a) => ({ fn: 'LeakyRelu', alpha: a.float('alpha', 0.01) })),
  Less: constantOnly('Less'),
  LessOrEqual: constantOnly('LessOrEqual'),
  Log: plain('Log'),
  MatMul: matMul,
  MatMulInteger: matMulInteger,
  Max: extreme('Max'),
  MaxPool: movingIntegers(maxPool),
  Min: extreme('Min'),
  Mish: mish,
  Mod: constantOnly('Mod'),
  Mul: binary('Mul'),
  Neg: plain('Neg'),
  Not: constantOnly('Not'),
  Or: constantOnly('Or'),
  PRelu: prelu,
  Pad: pad,
  Pow: pow,
  QLinearConv: qLinearConv,
  QLinearMatMul: qLinearMatMul,
  QuantizeLinear: quantizeLinear,
  Range: range,
  Reciprocal: plain('Reciprocal'),
  ...Object.fromEntries(REDUCTIONS.map((name) => [name, reduction(name)])),
  ReduceProd: reduceProd,
  Relu: unary([], () => ({ fn: 'Clip', min: 0, max: Number.POSITIVE_INFINITY })),
  Reshape: movingIntegers(reshape),
  Resize: resize,
  Selu: selu,
  Shape: shape,
  Sigmoid: plain('Sigmoid'),
  Size: size,
  Slice: movingIntegers(slice),
  Softmax: softmax,
  Softplus: plain('Softplus'),
  Softsign: plain('Softsign'),
  SpaceToDepth: movingIntegers(spaceToDepth),
  Split: movingIntegers(split),
  Sqrt: plain('Sqrt'),
  Squeeze: movingIntegers(squeeze),
  Sub: binary('Sub'),
  Sum: sum,
  Tanh: plain('Tanh'),
  Tile: movingIntegers(tile),
  TopK: topK,
  Transpose: movingIntegers(transpose),
  Unsqueeze: movingIntegers(unsqueeze),
  Upsample: upsample,
  Where: constantOnly('Where'),
  Xor: constantOnly('Xor'),
};

/** Of ONNX Runtime's `com.microsoft`, in which its quantiser writes. */
const MICROSOFT: Readonly<Record<string, Importer>> = {
  DequantizeLinear: dequantizeLinear,
  Gelu: gelu,
  QGemm: qGemm,
  QLinearAdd: qLinearBinary('Add'),
  QLinearAveragePool: qLinearAveragePool(false),
  QLinearConcat: qLinearConcat,
  QLinearGlobalAveragePool: qLinearAveragePool(true),
  QLinearLeakyRelu: qLinearUnary(['alpha'], (alpha) => ({ fn: 'LeakyRelu', alpha })),
  QLinearMul: qLinearBinary('Mul'),
  QLinearSigmoid: qLinearUnary([], () => ({ fn: 'Sigmoid' })),
  QLinearSoftmax: qLinearSoftmax,
  QuantizeLinear: quantizeLinear,
};

/** Why an operator that exporters write has no importer, in words of its own. */
const REASONS: Readonly<Record<string, string>> = {
  DynamicQuantizeLinear:
    'its scale depends on the input, so that no fixed table or scale stands for it; quantise statically',
  If: 'control flow is not supported; export the model with fixed shapes',
  Loop: 'control flow is not supported; export the model with its loops unrolled',
  LSTM: 'recurrent operators are not supported; export the model with its loop unrolled',
  GRU: 'recurrent operators are not supported; export the model with its loop unrolled',
  RNN: 'recurrent operators are not supported; export the model with its loop unrolled',
  Scan: 'control flow is not supported; export the model with its loops unrolled',
  LogSoftmax: 'take the logits, or Softmax, as the output',
  NonMaxSuppression: 'how much comes out depends on the data; do it after the model',
  NonZero: 'how much comes out depends on the data',
};

export const importerOf = (domain: string, op: string): Importer | undefined => {
  const table = domain === '' || domain === 'ai.onnx' ? STANDARD : MICROSOFT;
  const known = domain === '' || domain === 'ai.onnx' || domain === 'com.microsoft';
  return known && Object.hasOwn(table, op) ? table[op] : undefined;
};

/** More about an operator without importer. */
export const reasonFor = (op: string): string | undefined =>
  Object.hasOwn(REASONS, op) ? REASONS[op] : undefined;

/** Names of the supported operators, for messages. */
export const supportedOperators = (): string =>
  [...Object.keys(STANDARD), ...Object.keys(MICROSOFT).filter((op) => !(op in STANDARD))].join(
    ', ',
  );
