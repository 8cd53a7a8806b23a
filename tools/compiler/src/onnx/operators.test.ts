/** Every operator, at every opset that changed it, against ONNX Runtime's run of the file. */
import { describe, expect, it } from 'vitest';
import { simplify } from '../float/simplify.ts';
import { evaluateOutputs } from '../testing/evaluate-float.ts';
import {
  type Drawn,
  drawModel,
  relativeError,
  runOnnx,
  type Sheet,
} from '../testing/operator-models.ts';
import { importOnnx } from './import.ts';

const TOLERANCE = 1e-4;
const SEEDS = [1, 2, 3];

interface Case {
  opsets: readonly number[];
  draw: (sheet: Sheet) => Drawn;
}

const ALL = [7, 9, 11, 13, 17, 21] as const;

const shape4 = ({ random }: Sheet, channels = random.integer(1, 4)): number[] => [
  random.integer(1, 2),
  channels,
  random.integer(5, 8),
  random.integer(5, 8),
];

const anyShape = (sheet: Sheet, rank = sheet.random.integer(1, 4)): number[] =>
  Array.from({ length: rank }, () => sheet.random.integer(2, 4));

const unaryCase = (
  opType: string,
  opsets: readonly number[],
  attributes: (sheet: Sheet) => Parameters<Sheet['op']>[2] = () => ({}),
  bounds: [number, number] = [-2, 2],
): Case => ({
  opsets,
  draw: (s) => [s.op(opType, [s.input(anyShape(s), ...bounds)], attributes(s))],
});

/** Shapes that broadcast to one another. */
const broadcastPair = (s: Sheet): [number[], number[]] => {
  const whole = anyShape(s, s.random.integer(2, 4));
  const thin = () => whole.map((d) => (s.random.chance(0.4) ? 1 : d));
  const cut = (shape: number[]) => (s.random.chance(0.3) ? shape.slice(1) : shape);
  return s.random.chance(0.5) ? [whole, cut(thin())] : [cut(thin()), whole];
};

const binaryCase = (opType: string, low: number): Record<string, Case> => ({
  [`${opType} of two tensors`]: {
    opsets: ALL,
    draw: (s) => {
      const [a, b] = broadcastPair(s);
      return [s.op(opType, [s.input(a), s.input(b, low)])];
    },
  },
  [`${opType} with a constant`]: {
    opsets: [7, 13, 21],
    draw: (s) => {
      const [a, b] = broadcastPair(s);
      return [s.op(opType, [s.input(a), s.weights(b, low)])];
    },
  },
  [`${opType} of a constant`]: {
    opsets: [7, 13, 21],
    draw: (s) => {
      const [a, b] = broadcastPair(s);
      return [s.op(opType, [s.weights(a), s.input(b, low)])];
    },
  },
  [`${opType} per channel`]: {
    opsets: [9, 17],
    draw: (s) => {
      const shape = shape4(s);
      const constant = s.weights([shape[1] ?? 1, 1, 1], low);
      return [
        s.op(
          opType,
          s.random.chance(0.5) && opType !== 'Div'
            ? [constant, s.input(shape)]
            : [s.input(shape), constant],
        ),
      ];
    },
  },
  [`${opType} with a scalar`]: {
    opsets: [9, 17],
    draw: (s) => {
      const shape = s.random.pick([[], [1], [1, 1, 1, 1, 1]]);
      const constant = s.weights(shape, 0.5);
      const x = s.input(anyShape(s), 0.5);
      return [s.op(opType, s.random.chance(0.5) ? [constant, x] : [x, constant])];
    },
  },
});

const windowed = (
  s: Sheet,
  spatial: 1 | 2,
  kernel: number[],
): Record<string, number[] | string> => {
  const list = (min: number, max: number, count = spatial) =>
    Array.from({ length: count }, () => s.random.integer(min, max));
  const auto = s.random.pick(['NOTSET', 'NOTSET', 'VALID', 'SAME_UPPER', 'SAME_LOWER']);
  const limit = Math.min(...kernel) - 1;
  return {
    kernel_shape: kernel,
    strides: list(1, 3),
    ...(auto === 'NOTSET' ? { pads: list(0, limit, (2 * spatial) as 1 | 2) } : { auto_pad: auto }),
  };
};

const convCase =
  (spatial: 1 | 2) =>
  (s: Sheet): Drawn => {
    const groups = s.random.pick([1, 1, 2, 3]);
    const depth = s.random.integer(1, 3);
    const channels = groups * depth;
    const outputs = groups * s.random.integer(1, 3);
    const kernel = Array.from({ length: spatial }, () => s.random.integer(1, 3));
    const size = Array.from({ length: spatial }, () => s.random.integer(6, 9));
    const attributes = windowed(s, spatial, kernel);
    const dilated = !('auto_pad' in attributes) && s.random.chance(0.4);
    const inputs = [
      s.input([s.random.integer(1, 2), channels, ...size]),
      s.weights([outputs, depth, ...kernel]),
      ...(s.random.chance(0.5) ? [s.weights([outputs])] : []),
    ];
    return [
      s.op('Conv', inputs, {
        ...attributes,
        group: groups,
        ...(dilated && { dilations: kernel.map(() => 2) }),
      }),
    ];
  };

const convTransposeCase =
  (spatial: 1 | 2) =>
  (s: Sheet): Drawn => {
    const groups = s.random.pick([1, 1, 2]);
    const depth = s.random.integer(1, 3);
    const share = s.random.integer(1, 3);
    const kernel = Array.from({ length: spatial }, () => s.random.integer(2, 4));
    const strides = kernel.map(() => s.random.integer(1, 3));
    const size = kernel.map(() => s.random.integer(3, 5));
    const way = s.random.pick(['plain', 'pads', 'extra', 'shape', 'auto']);
    const inputs = [
      s.input([s.random.integer(1, 2), groups * depth, ...size]),
      s.weights([groups * depth, share, ...kernel]),
      ...(s.random.chance(0.5) ? [s.weights([groups * share])] : []),
    ];
    const pads = Array.from({ length: 2 * spatial }, () => s.random.integer(0, 1));
    return [
      s.op('ConvTranspose', inputs, {
        kernel_shape: kernel,
        strides,
        group: groups,
        ...(way === 'pads' && { pads, dilations: kernel.map(() => s.random.integer(1, 2)) }),
        ...(way === 'extra' && {
          pads,
          output_padding: strides.map((stride) => s.random.integer(0, stride - 1)),
        }),
        ...(way === 'shape' && {
          output_shape: size.map((d, i) => (d - 1) * (strides[i] ?? 1) + (kernel[i] ?? 1) - 1),
        }),
        ...(way === 'auto' && { auto_pad: s.random.pick(['SAME_UPPER', 'SAME_LOWER', 'VALID']) }),
      }),
    ];
  };

const poolCase = (opType: 'MaxPool' | 'AveragePool', spatial: 1 | 2): Case => ({
  opsets: opType === 'MaxPool' ? [8, 10, 12, 17] : [7, 10, 11, 19],
  draw: (s) => {
    const kernel = Array.from({ length: spatial }, () => s.random.integer(2, 3));
    const size = Array.from({ length: spatial }, () => s.random.integer(6, 9));
    const x = s.input([1, s.random.integer(1, 3), ...size]);
    if (opType === 'MaxPool') {
      const attributes = windowed(s, spatial, kernel);
      return [
        s.op(opType, [x], {
          ...attributes,
          ...(s.opset >= 10 && { ceil_mode: s.random.integer(0, 1) }),
        }),
      ];
    }
    const counted = s.random.chance(0.5);
    const strides = kernel.map(() => s.random.integer(1, 3));
    const pads = Array.from({ length: 2 * spatial }, () => s.random.integer(0, 1));
    return [
      s.op(opType, [x], {
        kernel_shape: kernel,
        strides,
        ...(counted && { count_include_pad: 1, pads }),
      }),
    ];
  },
});

const reduceCase = (opType: string, since: 13 | 18, low = -2): Case => ({
  opsets: [7, 11, 13, 18, 21],
  draw: (s) => {
    const shape = anyShape(s, s.random.integer(2, 4));
    const axes = shape.map((_, axis) => axis).filter(() => s.random.chance(0.5));
    const signed =
      s.opset >= 11 ? axes.map((a) => (s.random.chance(0.3) ? a - shape.length : a)) : axes;
    const keepdims = s.random.integer(0, 1);
    const x = s.input(shape, low);
    if (s.opset < since) {
      return [s.op(opType, [x], { keepdims, ...(axes.length > 0 && { axes: signed }) })];
    }
    const noop = axes.length === 0 && s.random.chance(0.5) ? { noop_with_empty_axes: 1 } : {};
    return [s.op(opType, axes.length > 0 ? [x, s.ints(signed)] : [x], { keepdims, ...noop })];
  },
});

const resizeCase = (mode: 'nearest' | 'linear', rank: 3 | 4): Case => ({
  opsets: [11, 13, 18, 19],
  draw: (s) => {
    const size = Array.from({ length: rank - 2 }, () => s.random.integer(3, 7));
    const x = s.input([1, 2, ...size]);
    const coordinate = s.random.pick([
      'half_pixel',
      'pytorch_half_pixel',
      'align_corners',
      'asymmetric',
      ...(s.opset >= 19 ? ['half_pixel_symmetric'] : []),
    ]);
    // Before opset 13 what is not given is an empty list.
    const none = s.opset < 13 ? s.floats([0], []) : '';
    const bySize = s.random.chance(0.5);
    const target = size.map(() => s.random.integer(2, 15));
    const scales = size.map(() => s.random.pick([0.5, 0.6, 1, 1.5, 2, 2.3, 3, 4]));
    const list = bySize
      ? [x, none, none, s.ints([1, 2, ...target])]
      : [x, none, s.floats([rank], [1, 1, ...scales])];
    return [
      s.op('Resize', list, {
        mode,
        coordinate_transformation_mode: coordinate,
        ...(mode === 'nearest' && {
          nearest_mode: s.random.pick(['floor', 'ceil', 'round_prefer_floor', 'round_prefer_ceil']),
        }),
      }),
    ];
  },
});

const CASES: Record<string, Case> = {
  Abs: unaryCase('Abs', [7, 13]),
  Ceil: unaryCase('Ceil', [7, 13]),
  Celu: unaryCase('Celu', [12], () => ({ alpha: { float: 1.5 } })),
  'Clip by attributes': unaryCase('Clip', [7, 10], () => ({
    min: { float: -0.5 },
    max: { float: 1 },
  })),
  'Clip by inputs': {
    opsets: [11, 13],
    draw: (s) => {
      const low = s.random.chance(0.7) ? s.floats([], [-0.7]) : '';
      const high = s.random.chance(0.7) ? s.floats([], [0.9]) : '';
      return [s.op('Clip', [s.input(anyShape(s)), low, high])];
    },
  },
  Elu: unaryCase('Elu', [7, 22], () => ({ alpha: { float: 0.7 } })),
  Erf: unaryCase('Erf', [9, 13]),
  Exp: unaryCase('Exp', [7, 13]),
  Floor: unaryCase('Floor', [7, 13]),
  Gelu: unaryCase('Gelu', [20, 21], (s) => ({ approximate: s.random.pick(['none', 'tanh']) })),
  HardSigmoid: unaryCase('HardSigmoid', [7, 22], () => ({ alpha: { float: 0.3 } })),
  HardSwish: unaryCase('HardSwish', [14, 22], undefined, [-5, 5]),
  LeakyRelu: unaryCase('LeakyRelu', [7, 16], () => ({ alpha: { float: 0.2 } })),
  Log: unaryCase('Log', [7, 13], undefined, [0.1, 3]),
  Mish: unaryCase('Mish', [18, 22]),
  Neg: unaryCase('Neg', [7, 13]),
  Reciprocal: unaryCase('Reciprocal', [7, 13], undefined, [0.1, 3]),
  Relu: unaryCase('Relu', [7, 14]),
  Selu: unaryCase('Selu', [7, 22]),
  Sigmoid: unaryCase('Sigmoid', [7, 13]),
  Softplus: unaryCase('Softplus', [7, 22]),
  Softsign: unaryCase('Softsign', [7, 22]),
  Sqrt: unaryCase('Sqrt', [7, 13], undefined, [0, 3]),
  Tanh: unaryCase('Tanh', [7, 13]),
  Identity: {
    opsets: [7, 21],
    draw: (s) => [s.op('Relu', [s.op('Identity', [s.input(anyShape(s))])])],
  },
  Dropout: {
    opsets: [7, 12, 13],
    draw: (s) => [s.op('Relu', [s.op('Dropout', [s.input(anyShape(s))])])],
  },
  'Cast between floats': {
    opsets: [9, 13],
    draw: (s) => [s.op('Neg', [s.op('Cast', [s.input(anyShape(s))], { to: 1 })])],
  },
  Pow: {
    opsets: [7, 12, 15],
    draw: (s) => [
      s.op('Pow', [s.input(anyShape(s), 0.1), s.floats([], [s.random.pick([2, 3, 0.5, -1])])]),
    ],
  },
  'PRelu with one slope': {
    opsets: [7, 9, 16],
    draw: (s) => [s.op('PRelu', [s.input(shape4(s)), s.floats([1], [0.3])])],
  },
  'PRelu per channel': {
    opsets: [7, 9, 16],
    draw: (s) => {
      const shape = shape4(s);
      return [s.op('PRelu', [s.input(shape), s.weights([shape[1] ?? 1, 1, 1])])];
    },
  },
  ...binaryCase('Add', -2),
  ...binaryCase('Sub', -2),
  ...binaryCase('Mul', -2),
  ...binaryCase('Div', 0.4),
  'Min and Max': {
    opsets: [8, 12, 13],
    draw: (s) => {
      const low = s.op('Max', [s.floats([], [-0.5]), s.input(anyShape(s)), s.floats([1], [-0.4])]);
      return [s.op('Min', [low, s.floats([], [0.8])])];
    },
  },
  Sum: {
    opsets: [8, 13],
    draw: (s) => {
      const shape = anyShape(s, 3);
      const inputs = [s.input(shape), s.weights(shape), s.input(shape.slice(1)), s.input(shape)];
      return [s.op('Sum', inputs.slice(0, s.random.integer(1, 4)))];
    },
  },
  Conv: { opsets: [7, 11, 22], draw: convCase(2) },
  'Conv of lines': { opsets: [7, 11, 22], draw: convCase(1) },
  ConvTranspose: { opsets: [11, 22], draw: convTransposeCase(2) },
  'ConvTranspose of lines': { opsets: [11, 22], draw: convTransposeCase(1) },
  MaxPool: poolCase('MaxPool', 2),
  'MaxPool of lines': poolCase('MaxPool', 1),
  AveragePool: poolCase('AveragePool', 2),
  'AveragePool of lines': poolCase('AveragePool', 1),
  GlobalAveragePool: {
    opsets: [7, 22],
    draw: (s) => [s.op('GlobalAveragePool', [s.input(shape4(s))])],
  },
  GlobalMaxPool: { opsets: [7, 22], draw: (s) => [s.op('GlobalMaxPool', [s.input(shape4(s))])] },
  Gemm: {
    opsets: [7, 9, 11, 13],
    draw: (s) => {
      const [rows, depth, columns] = [2, 5, s.random.integer(2, 4)];
      const [transA, transB] = [s.random.integer(0, 1), s.random.integer(0, 1)];
      const computed = s.random.chance(0.3);
      const b = transB ? [columns, depth] : [depth, columns];
      const c = s.random.pick([[columns], [1, columns], [rows, columns], [rows, 1], [1]]);
      const inputs = [
        s.input(transA ? [depth, rows] : [rows, depth]),
        computed ? s.input(b) : s.weights(b),
        ...(s.opset < 11 || s.random.chance(0.7) ? [s.weights(c)] : []),
      ];
      return [
        s.op('Gemm', inputs, { transA, transB, alpha: { float: 0.5 }, beta: { float: 1.5 } }),
      ];
    },
  },
  'MatMul with constants': {
    opsets: ALL,
    draw: (s) => {
      const leading = anyShape(s, s.random.integer(0, 2));
      const one = leading.length > 0 && s.random.chance(0.3) ? [1] : [];
      return [s.op('MatMul', [s.input([...leading, 3, 4]), s.weights([...one, 4, 5])])];
    },
  },
  'MatMul of constants on the left': {
    opsets: [9, 13],
    draw: (s) => {
      const leading = anyShape(s, s.random.integer(0, 2));
      return [s.op('MatMul', [s.weights([3, 4]), s.input([...leading, 4, 5])])];
    },
  },
  'MatMul of two tensors': {
    opsets: ALL,
    draw: (s) => {
      const leading = anyShape(s, s.random.integer(0, 2));
      const thin = leading.map((d) => (s.random.chance(0.3) ? 1 : d));
      return [s.op('MatMul', [s.input([...leading, 3, 4]), s.input([...thin, 4, 5])])];
    },
  },
  BatchNormalization: {
    opsets: [7, 9, 14, 15],
    draw: (s) => {
      const channels = s.random.integer(2, 4);
      const shape = [2, channels, 4, 3].slice(0, s.random.integer(2, 4));
      const one = () => s.weights([channels]);
      return [
        s.op(
          'BatchNormalization',
          [s.input(shape), one(), one(), one(), s.weights([channels], 0.2)],
          {
            epsilon: { float: 1e-3 },
          },
        ),
      ];
    },
  },
  LayerNormalization: {
    opsets: [17, 21],
    draw: (s) => {
      const shape = anyShape(s, s.random.integer(2, 4));
      const axis = s.random.integer(1, shape.length - 1);
      const inner = shape.slice(axis);
      const bias = s.random.chance(0.5) ? [s.weights(inner)] : [];
      return [s.op('LayerNormalization', [s.input(shape), s.weights(inner), ...bias], { axis })];
    },
  },
  InstanceNormalization: {
    opsets: [7, 22],
    draw: (s) => {
      const shape = shape4(s).slice(0, s.random.integer(3, 4));
      const channels = shape[1] ?? 1;
      return [
        s.op('InstanceNormalization', [
          s.input(shape),
          s.weights([channels]),
          s.weights([channels]),
        ]),
      ];
    },
  },
  GroupNormalization: {
    opsets: [21],
    draw: (s) => [
      s.op('GroupNormalization', [s.input([2, 6, 3, 4]), s.weights([6]), s.weights([6])], {
        num_groups: s.random.pick([1, 2, 3]),
      }),
    ],
  },
  Softmax: {
    opsets: [7, 11, 13, 17],
    draw: (s) => {
      const shape = anyShape(s, s.random.integer(2, 4));
      const given = s.random.chance(0.7);
      const axis = s.random.integer(0, shape.length - 1);
      return [s.op('Softmax', [s.input(shape)], given ? { axis } : {})];
    },
  },
  ReduceSum: reduceCase('ReduceSum', 13),
  ReduceMean: reduceCase('ReduceMean', 18),
  ReduceMax: reduceCase('ReduceMax', 18),
  ReduceMin: reduceCase('ReduceMin', 18),
  ReduceSumSquare: reduceCase('ReduceSumSquare', 18),
  ReduceL1: reduceCase('ReduceL1', 18),
  ReduceL2: reduceCase('ReduceL2', 18),
  ReduceLogSum: reduceCase('ReduceLogSum', 18, 0.5),
  ReduceLogSumExp: reduceCase('ReduceLogSumExp', 18),
  'ReduceMean over the plane': {
    opsets: [7, 13, 18],
    draw: (s) => {
      const keepdims = s.random.integer(0, 1);
      const x = s.input(shape4(s));
      return [
        s.opset < 18
          ? s.op('ReduceMean', [x], { axes: [2, 3], keepdims })
          : s.op('ReduceMean', [x, s.ints([2, 3])], { keepdims }),
      ];
    },
  },
  ArgMax: {
    opsets: [7, 11, 13],
    draw: (s) => {
      const shape = anyShape(s, s.random.integer(2, 4));
      const name = s.op('ArgMax', [s.input(shape)], {
        axis: s.random.integer(0, shape.length - 1),
        keepdims: s.random.integer(0, 1),
      });
      return [{ name, type: 'int64' }];
    },
  },
  ArgMin: {
    opsets: [7, 13],
    draw: (s) => [{ name: s.op('ArgMin', [s.input([3, 4])], { axis: 1 }), type: 'int64' }],
  },
  TopK: {
    opsets: [7, 10, 11, 17],
    draw: (s) => {
      const shape = anyShape(s, s.random.integer(2, 3));
      const axis = s.random.integer(0, shape.length - 1);
      const k = s.random.integer(1, shape[axis] ?? 1);
      const largest = s.opset >= 11 ? { largest: s.random.integer(0, 1) } : {};
      const [values = '', indices = ''] =
        s.opset < 10
          ? s.ops('TopK', [s.input(shape)], { axis, k }, 2)
          : s.ops('TopK', [s.input(shape), s.ints([k])], { axis, ...largest }, 2);
      return [values, { name: indices, type: 'int64' }];
    },
  },
  Reshape: {
    opsets: [7, 13, 14],
    draw: (s) => [
      s.op('Reshape', [
        s.input([2, 3, 4]),
        s.ints(s.random.pick([[0, -1], [4, 6], [-1], [2, 1, 0, 3]].slice(0, 3))),
      ]),
    ],
  },
  Flatten: {
    opsets: [7, 11, 13],
    draw: (s) => [s.op('Flatten', [s.input([2, 3, 4])], { axis: s.random.integer(0, 3) })],
  },
  Squeeze: {
    opsets: [7, 11, 13, 21],
    draw: (s) => {
      const x = s.input([1, 3, 1, 4]);
      if (s.random.chance(0.3)) return [s.op('Squeeze', [x])];
      const axes = s.random.pick([[0], [2], [0, 2]]);
      return [s.opset < 13 ? s.op('Squeeze', [x], { axes }) : s.op('Squeeze', [x, s.ints(axes)])];
    },
  },
  Unsqueeze: {
    opsets: [7, 11, 13, 21],
    draw: (s) => {
      const x = s.input([3, 4]);
      const axes = s.random.pick([[0], [2], [0, 3], [1, 2]]);
      return [
        s.opset < 13 ? s.op('Unsqueeze', [x], { axes }) : s.op('Unsqueeze', [x, s.ints(axes)]),
      ];
    },
  },
  Transpose: {
    opsets: [7, 13, 21],
    draw: (s) => {
      const perm = s.random.pick([
        [0, 2, 1, 3],
        [3, 2, 1, 0],
        [0, 3, 1, 2],
        [2, 0, 3, 1],
      ]);
      return [s.op('Transpose', [s.input([2, 3, 4, 5])], s.random.chance(0.8) ? { perm } : {})];
    },
  },
  Pad: {
    opsets: [7, 11, 13, 18],
    draw: (s) => {
      const x = s.input([1, 2, 3, 4]);
      const pads = Array.from({ length: 8 }, () => s.random.integer(0, 2));
      if (s.opset < 11) return [s.op('Pad', [x], { pads, value: { float: 0.5 } })];
      if (s.opset >= 18 && s.random.chance(0.5)) {
        return [s.op('Pad', [x, s.ints([1, 0, 2, 1]), s.floats([], [0.5]), s.ints([-1, 1])])];
      }
      return [
        s.op('Pad', [x, s.ints(pads), ...(s.random.chance(0.5) ? [s.floats([], [0.5])] : [])]),
      ];
    },
  },
  Slice: {
    opsets: [7, 9, 10, 11, 13],
    draw: (s) => {
      const x = s.input([4, 5, 6]);
      const starts = [s.random.integer(0, 2), -4];
      const ends = [s.random.integer(3, 4), s.random.pick([-1, 100])];
      const axes = [0, 2];
      if (s.opset < 10) return [s.op('Slice', [x], { starts, ends, axes })];
      const steps = s.random.chance(0.6)
        ? [s.ints([s.random.integer(1, 2), s.random.integer(1, 3)])]
        : [];
      return [s.op('Slice', [x, s.ints(starts), s.ints(ends), s.ints(axes), ...steps])];
    },
  },
  Split: {
    opsets: [7, 11, 13, 18],
    draw: (s) => {
      const axis = s.random.pick([1, -2]);
      const x = s.input([2, s.opset < 18 ? 6 : 7, 3]);
      const way = s.random.chance(0.5);
      const sizes = [1, 3, s.opset < 18 ? 2 : 3];
      if (s.opset < 13) return s.ops('Split', [x], { axis: 1, ...(way && { split: sizes }) }, 3);
      if (way) return s.ops('Split', [x, s.ints(sizes)], { axis }, 3);
      return s.opset < 18
        ? s.ops('Split', [x], { axis }, 3)
        : s.ops('Split', [x], { axis, num_outputs: 4 }, 4);
    },
  },
  Concat: {
    opsets: [7, 11, 13],
    draw: (s) => {
      const parts = Array.from({ length: s.random.integer(2, 5) }, () => s.random.integer(1, 3));
      return [
        s.op(
          'Concat',
          parts.map((d) => s.input([2, d, 3])),
          { axis: 1 },
        ),
      ];
    },
  },
  'Concat with a constant': {
    opsets: [9, 13],
    draw: (s) => {
      const token = s.weights([2, 1, 3]);
      const x = [s.input([2, 2, 3]), s.input([2, 1, 3])].slice(0, s.random.integer(1, 2));
      return [s.op('Concat', s.random.chance(0.5) ? [token, ...x] : [...x, token], { axis: 1 })];
    },
  },
  Gather: {
    opsets: [7, 11, 13],
    draw: (s) => {
      const axis = s.random.integer(0, 2);
      const x = s.input([3, 4, 5]);
      const indices = s.random.pick([
        s.ints([2, 0, 1, 1]),
        s.constant('int64', [], [1]),
        s.constant('int64', [2, 2], [0, 2, 1, 0]),
        ...(s.opset >= 11 ? [s.ints([-1, -2])] : []),
      ]);
      return [s.op('Gather', [x, indices], { axis })];
    },
  },
  Expand: {
    opsets: [8, 13],
    draw: (s) => [
      s.op('Expand', [
        s.input([3, 1, 4]),
        s.ints(
          s.random.pick([
            [3, 2, 4],
            [2, 3, 1, 4],
            [1, 5, 1],
            [3, 1, 4],
          ]),
        ),
      ]),
    ],
  },
  Tile: {
    opsets: [7, 13],
    draw: (s) => [
      s.op('Tile', [s.input([2, 3]), s.ints([s.random.integer(1, 2), s.random.integer(1, 3)])]),
    ],
  },
  DepthToSpace: {
    opsets: [11, 13],
    draw: (s) => [
      s.op('DepthToSpace', [s.input([1, 8, 2, 3])], {
        blocksize: 2,
        mode: s.random.pick(['DCR', 'CRD']),
      }),
    ],
  },
  SpaceToDepth: {
    opsets: [7, 13],
    draw: (s) => [s.op('SpaceToDepth', [s.input([1, 2, 4, 6])], { blocksize: 2 })],
  },
  'Upsample by attribute': {
    opsets: [7, 8],
    draw: (s) => [
      s.op('Upsample', [s.input([1, 2, 3, 4])], {
        mode: s.random.pick(['nearest', 'linear']),
        scales: { floats: [1, 1, 2, s.random.pick([1.5, 2, 3])] },
      }),
    ],
  },
  'Upsample by input': {
    opsets: [9],
    draw: (s) => [
      s.op(
        'Upsample',
        [s.input([1, 2, 3, 4]), s.floats([4], [1, 1, 2, s.random.pick([1.5, 2, 3])])],
        {
          mode: s.random.pick(['nearest', 'linear']),
        },
      ),
    ],
  },
  'Resize of opset 10': {
    opsets: [10],
    draw: (s) => [
      s.op(
        'Resize',
        [
          s.input([1, 2, 6, 5]),
          s.floats([4], [1, 1, s.random.pick([0.5, 2, 1.7]), s.random.pick([0.6, 2, 3])]),
        ],
        {
          mode: s.random.pick(['nearest', 'linear']),
        },
      ),
    ],
  },
  'Resize, nearest': resizeCase('nearest', 4),
  'Resize, linear': resizeCase('linear', 4),
  'Resize of lines, nearest': resizeCase('nearest', 3),
  'Resize with axes': {
    opsets: [18],
    draw: (s) => [
      s.op('Resize', [s.input([1, 2, 4, 5]), '', s.floats([2], [2, 1.5])], {
        axes: [3, 2],
        mode: 'linear',
      }),
    ],
  },
  'shapes that are computed': {
    opsets: [9, 13, 17],
    draw: (s) => {
      const x = s.input([2, 3, 4, 5]);
      const dims = s.op('Cast', [s.op('Shape', [x])], { to: 6 });
      const at = (index: number) => {
        const one = s.op('Gather', [dims, s.constant('int64', [], [index])], { axis: 0 });
        return s.opset < 13
          ? s.op('Unsqueeze', [one], { axes: [0] })
          : s.op('Unsqueeze', [one, s.ints([0])]);
      };
      const product = s.op('Mul', [at(2), s.op('Div', [at(3), s.constant('int32', [1], [2])])]);
      // 4 * trunc(5 / 2), less 8, plus what is left
      const list = s.op(
        'Concat',
        [
          at(0),
          s.op('Sub', [product, s.constant('int32', [1], [5])]),
          s.constant('int32', [1], [-1]),
        ],
        { axis: 0 },
      );
      return [s.op('Reshape', [x, s.op('Cast', [list], { to: 7 })])];
    },
  },
  'constants that are computed': {
    opsets: [11, 13],
    draw: (s) => {
      const x = s.input([2, 6]);
      const w = s.op('Transpose', [s.op('Mul', [s.weights([4, 6]), s.floats([], [0.5])])], {
        perm: [1, 0],
      });
      const range = s.op(
        'Cast',
        [
          s.op('Range', [
            s.constant('int64', [], [0]),
            s.constant('int64', [], [8]),
            s.constant('int64', [], [2]),
          ]),
        ],
        { to: 1 },
      );
      const wide = s.op('Expand', [s.op('Sqrt', [range]), s.ints([2, 4])]);
      const mask = s.op('Where', [
        s.op('Greater', [wide, s.floats([], [1.5])]),
        s.op('Neg', [wide]),
        s.floats([], [0.25]),
      ]);
      return [s.op('Add', [s.op('MatMul', [x, w]), mask])];
    },
  },
};

describe('importOnnx', () => {
  const tests = Object.entries(CASES).flatMap(([name, { opsets, draw }]) =>
    opsets.map((opset) => ({ name, opset, draw })),
  );

  it.each(tests)(
    'reads $name of opset $opset as ONNX Runtime does',
    async ({ name, opset, draw }) => {
      for (const seed of SEEDS) {
        const model = drawModel(draw, opset, seed);
        const wanted = await runOnnx(model.onnx, model.inputs);
        const graph = importOnnx(model.onnx);
        for (const [form, candidate] of [
          ['as read', graph],
          ['simplified', simplify(graph)],
        ] as const) {
          const given = evaluateOutputs(
            candidate,
            model.inputs.map(({ values }) => values),
          );
          model.outputs.forEach((output, index) => {
            const reference = wanted.get(output);
            const place = `${name}, opset ${opset}, seed ${seed}, ${form}, output ${index}`;
            expect(given[index]?.shape, place).toEqual(reference?.shape);
            const error = relativeError(reference?.values ?? [], given[index]?.values ?? []);
            expect(error, place).toBeLessThan(TOLERANCE);
          });
        }
      }
    },
  );
});
