/** A small model for every operator that files can have: what malformed files are made from. */
import type { AttributeValue, BuilderType } from '../onnx/builder.ts';

import { type Sketch, sketch } from './onnx-models.ts';

type Draw = (sketch: Sketch, inputs: string[]) => string;

interface Example {
  shapes?: number[][];
  opset?: number;
  draw: Draw;
}

const PLANE = [[1, 4, 6, 6]];

/** An operator of one input and its attributes. */
const one =
  (op: string, attributes: Readonly<Record<string, AttributeValue>> = {}): Draw =>
  (s, [x = '']) =>
    s.op(op, [x], attributes);

const two =
  (op: string): Draw =>
  (s, [a = '', b = '']) =>
    s.op(op, [a, b]);

/** Through 8-bit integers and back. */
const paired = (s: Sketch, x: string, type: BuilderType = 'uint8'): string => {
  const operands = [
    s.floats([], [0.03]),
    s.builder.constant(type, [], [type === 'int8' ? 3 : 120]),
  ];
  return s.op('DequantizeLinear', [s.op('QuantizeLinear', [x, ...operands]), ...operands]);
};

const quantisedConv: Draw = (s, [x = '']) => {
  const [scale, zero] = [s.floats([], [0.03]), s.builder.constant('uint8', [], [120])];
  const q = s.op('QuantizeLinear', [x, scale, zero]);
  const values = Array.from({ length: 2 * 4 * 9 }, (_, index) => ((index * 37) % 255) - 127);
  const weights = s.builder.constant('int8', [2, 4, 3, 3], values);
  const weightScale = s.floats([2], [0.01, 0.02]);
  const weightZero = s.builder.constant('int8', [2], [0, 0]);
  const bias = s.builder.constant('int32', [2], [100, -100]);
  const out = [s.floats([], [0.05]), s.builder.constant('uint8', [], [128])];
  const y = s.op('QLinearConv', [q, scale, zero, weights, weightScale, weightZero, ...out, bias]);
  return s.op('DequantizeLinear', [y, ...out]);
};

const quantisedMatMul: Draw = (s, [x = '']) => {
  const [scale, zero] = [s.floats([], [0.03]), s.builder.constant('uint8', [], [120])];
  const q = s.op('QuantizeLinear', [x, scale, zero]);
  const values = Array.from({ length: 24 }, (_, index) => ((index * 37) % 255) - 127);
  const weights = s.builder.constant('int8', [6, 4], values);
  const out = [s.floats([], [0.05]), s.builder.constant('uint8', [], [128])];
  const weightScale = [s.floats([], [0.01]), s.builder.constant('int8', [], [0])];
  const y = s.op('QLinearMatMul', [q, scale, zero, weights, ...weightScale, ...out]);
  return s.op('DequantizeLinear', [y, ...out]);
};

/** Spelt out in five operators, as exporters before opset 17 did. */
const spelledNorm: Draw = (s, [x = '']) => {
  const mean = s.op('ReduceMean', [x], { axes: [-1] });
  const centred = s.op('Sub', [x, mean]);
  const square = s.op('Pow', [centred, s.floats([], [2])]);
  const variance = s.op('ReduceMean', [square], { axes: [-1] });
  const root = s.op('Sqrt', [s.op('Add', [variance, s.floats([], [1e-5])])]);
  return s.op('Mul', [s.op('Div', [centred, root]), s.weights([6])]);
};

const EXAMPLES: Record<string, Example> = {
  conv: {
    shapes: PLANE,
    draw: (s, [x = '']) =>
      s.op('Conv', [x, s.weights([8, 2, 3, 3]), s.weights([8])], {
        group: 2,
        strides: [2, 1],
        pads: [1, 1, 1, 1],
        dilations: [1, 1],
        kernel_shape: [3, 3],
      }),
  },
  'conv-auto-pad': {
    shapes: PLANE,
    draw: (s, [x = '']) => s.op('Conv', [x, s.weights([2, 4, 3, 3])], { auto_pad: 'SAME_UPPER' }),
  },
  'conv-transpose': {
    shapes: PLANE,
    draw: (s, [x = '']) => s.op('ConvTranspose', [x, s.weights([4, 2, 2, 2])], { strides: [2, 2] }),
  },
  'batch-normalisation': {
    shapes: PLANE,
    draw: (s, [x = '']) => {
      const y = s.op('Conv', [x, s.weights([4, 4, 1, 1])]);
      const positive = s.floats([4], [1, 2, 0.5, 1.5]);
      return s.op('BatchNormalization', [
        y,
        s.weights([4]),
        s.weights([4]),
        s.weights([4]),
        positive,
      ]);
    },
  },
  gemm: {
    draw: (s, [x = '']) => s.op('Gemm', [x, s.weights([4, 6]), s.weights([4])], { transB: 1 }),
  },
  matmul: { draw: (s, [x = '']) => s.op('MatMul', [x, s.weights([6, 4])]) },
  'matmul-of-two': {
    shapes: [
      [1, 3, 4],
      [1, 4, 5],
    ],
    draw: two('MatMul'),
  },
  add: {
    shapes: [
      [2, 6],
      [2, 6],
    ],
    draw: two('Add'),
  },
  'add-broadcast': {
    shapes: [
      [2, 6],
      [1, 6],
    ],
    draw: two('Add'),
  },
  mul: {
    shapes: [
      [2, 6],
      [2, 6],
    ],
    draw: two('Mul'),
  },
  sub: {
    shapes: [
      [2, 6],
      [2, 6],
    ],
    draw: two('Sub'),
  },
  div: { draw: (s, [x = '']) => s.op('Div', [x, s.floats([], [3])]) },
  'per-channel': { shapes: PLANE, draw: (s, [x = '']) => s.op('Mul', [x, s.weights([4, 1, 1])]) },
  pow: { draw: (s, [x = '']) => s.op('Pow', [x, s.floats([], [2])]) },
  max: { draw: (s, [x = '']) => s.op('Max', [x, s.floats([], [0.1])]) },
  clip: { draw: (s, [x = '']) => s.op('Clip', [x, s.floats([], [-1]), s.floats([], [1])]) },
  'clip-attributes': { opset: 9, draw: one('Clip', { min: { float: -1 }, max: { float: 1 } }) },
  'hard-sigmoid': { draw: one('HardSigmoid', { alpha: { float: 0.2 }, beta: { float: 0.5 } }) },
  'leaky-relu': { draw: one('LeakyRelu', { alpha: { float: 0.1 } }) },
  prelu: { draw: (s, [x = '']) => s.op('PRelu', [x, s.floats([1], [0.2])]) },
  sigmoid: { draw: one('Sigmoid') },
  'hard-swish': { draw: one('HardSwish') },
  chain: {
    draw: (s, [x = '']) => s.op('Softplus', [s.op('Tanh', [s.op('Abs', [s.op('Relu', [x])])])]),
  },
  'max-pool': {
    shapes: PLANE,
    draw: one('MaxPool', { kernel_shape: [2, 2], strides: [2, 2], ceil_mode: 1 }),
  },
  'average-pool': {
    shapes: PLANE,
    draw: one('AveragePool', { kernel_shape: [3, 3], pads: [1, 1, 1, 1], count_include_pad: 1 }),
  },
  'global-average': { shapes: PLANE, draw: one('GlobalAveragePool') },
  'global-max': { shapes: PLANE, draw: one('GlobalMaxPool') },
  'reduce-mean': { draw: one('ReduceMean', { axes: [1], keepdims: 1 }) },
  'reduce-inputs': {
    opset: 18,
    draw: (s, [x = '']) => s.op('ReduceMax', [x, s.ints([-1])], { keepdims: 0 }),
  },
  reshape: { draw: (s, [x = '']) => s.op('Reshape', [x, s.ints([0, 2, -1])]) },
  'reshape-computed': {
    draw: (s, [x = '']) => {
      const first = s.op('Gather', [s.op('Shape', [x]), s.ints([0])]);
      return s.op('Reshape', [x, s.op('Concat', [first, s.ints([-1])], { axis: 0 })]);
    },
  },
  flatten: { shapes: PLANE, draw: one('Flatten', { axis: 1 }) },
  squeeze: {
    shapes: [[2, 1, 6]],
    draw: (s, [x = '']) => s.op('Unsqueeze', [s.op('Squeeze', [x, s.ints([1])]), s.ints([0])]),
  },
  transpose: { shapes: [[2, 3, 4]], draw: one('Transpose', { perm: [2, 0, 1] }) },
  pad: {
    shapes: PLANE,
    draw: (s, [x = '']) => s.op('Pad', [x, s.ints([0, 0, 1, 1, 0, 0, 1, 1]), s.floats([], [0])]),
  },
  concat: {
    shapes: [
      [1, 2, 3],
      [1, 4, 3],
    ],
    draw: (s, [a = '', b = '']) => s.op('Concat', [a, b], { axis: 1 }),
  },
  slice: {
    draw: (s, [x = '']) => s.op('Slice', [x, s.ints([1]), s.ints([5]), s.ints([1]), s.ints([2])]),
  },
  split: {
    draw: (s, [x = '']) => s.op('Split', [x, s.ints([6])], { axis: 1 }),
  },
  gather: { draw: (s, [x = '']) => s.op('Gather', [x, s.ints([3, 0, -1])], { axis: 1 }) },
  'resize-nearest': {
    shapes: PLANE,
    draw: (s, [x = '']) =>
      s.op('Resize', [x, '', s.floats([4], [1, 1, 2, 2])], {
        mode: 'nearest',
        coordinate_transformation_mode: 'asymmetric',
        nearest_mode: 'floor',
      }),
  },
  'resize-linear': {
    shapes: PLANE,
    draw: (s, [x = '']) => s.op('Resize', [x, '', '', s.ints([1, 4, 9, 9])], { mode: 'linear' }),
  },
  expand: { shapes: [[1, 6]], draw: (s, [x = '']) => s.op('Expand', [x, s.ints([3, 6])]) },
  tile: { draw: (s, [x = '']) => s.op('Tile', [x, s.ints([2, 1])]) },
  'depth-to-space': { shapes: PLANE, draw: one('DepthToSpace', { blocksize: 2 }) },
  softmax: { draw: one('Softmax', { axis: -1 }) },
  'layer-norm': {
    draw: (s, [x = '']) => s.op('LayerNormalization', [x, s.weights([6]), s.weights([6])]),
  },
  'layer-norm-spelt-out': { draw: spelledNorm },
  'instance-norm': {
    shapes: PLANE,
    draw: (s, [x = '']) => s.op('InstanceNormalization', [x, s.weights([4]), s.weights([4])]),
  },
  'arg-max': { draw: one('ArgMax', { axis: 1, keepdims: 0 }) },
  'top-k': { draw: (s, [x = '']) => s.op('TopK', [x, s.ints([2])], { axis: 1 }) },
  dropout: { draw: (s, [x = '']) => s.op('Tanh', [s.op('Dropout', [x])]) },
  'constant-node': {
    draw: (s, [x = '']) => s.op('Add', [x, s.op('Constant', [], { value_float: { float: 0.5 } })]),
  },
  'quantised-pair': { draw: (s, [x = '']) => paired(s, s.op('Tanh', [paired(s, x)])) },
  'quantised-signed': { draw: (s, [x = '']) => paired(s, x, 'int8') },
  'quantised-conv': { shapes: PLANE, draw: quantisedConv },
  'quantised-matmul': { draw: quantisedMatMul },
};

export interface BaseModel {
  name: string;
  onnx: Uint8Array;
}

/** One model for each example, in order. */
export const everyOperator = (): BaseModel[] =>
  Object.entries(EXAMPLES).map(([name, { shapes = [[2, 6]], opset, draw }]) => ({
    name,
    onnx: sketch(shapes, draw, opset).onnx,
  }));
