/**
 * A float graph as an ONNX model, whose tensors have the graph's names: so that tensors which the file it was read from
 * does not have can be observed all the same.
 */
import { type AttributeValue, createModelBuilder, type ModelBuilder } from '../onnx/builder.ts';
import { quantiseBias } from '../quantise/weights.ts';
import { evaluateOp } from './evaluate.ts';
import type {
  ActivationQuantisation,
  Constant,
  FloatGraph,
  FloatNode,
  FloatOp,
  ResizePlace,
  Unary,
} from './graph.ts';

const OPSET = 17;

type Attributes = Readonly<Record<string, AttributeValue>>;

const windowOf = ({
  kernel,
  strides,
  pads,
}: Extract<FloatOp, { tag: 'MaxPool' }>['window']): Attributes => ({
  kernel_shape: kernel,
  strides,
  pads,
});

/** Emits functions of one real. */
const emitUnary = (builder: ModelBuilder, unary: Unary, x: string, output: string): string => {
  const scalar = (value: number) => builder.constant('float32', [], [value]);
  const emit = (op: string, inputs: readonly string[], attributes: Attributes = {}): string =>
    builder.op(op, inputs, attributes, output);
  switch (unary.fn) {
    case 'Clip': {
      const bound = (value: number) => (Number.isFinite(value) ? scalar(value) : '');
      return emit('Clip', [x, bound(unary.min), bound(unary.max)]);
    }
    case 'LeakyRelu':
    case 'Elu':
      return emit(unary.fn, [x], { alpha: { float: unary.alpha } });
    case 'HardSigmoid':
      return emit('HardSigmoid', [x], {
        alpha: { float: unary.alpha },
        beta: { float: unary.beta },
      });
    case 'AddScalar':
      return emit('Add', [x, scalar(unary.scalar)]);
    case 'MulScalar':
      return emit('Mul', [x, scalar(unary.scalar)]);
    case 'PowScalar':
      return emit('Pow', [x, scalar(unary.scalar)]);
    case 'ScalarDiv':
      return emit('Div', [scalar(unary.scalar), x]);
    case 'ScalarSub':
      return emit('Sub', [scalar(unary.scalar), x]);
    case 'Sigmoid':
    case 'Tanh':
    case 'HardSwish':
    case 'Softplus':
    case 'Softsign':
    case 'Exp':
    case 'Log':
    case 'Sqrt':
    case 'Abs':
    case 'Neg':
    case 'Erf':
    case 'Reciprocal':
    case 'Floor':
    case 'Ceil':
      return emit(unary.fn, [x]);
  }
};

/** Weights `[O, C/groups, kh, kw]` in ONNX's order for transposed convolutions, `[C, O/groups, kh, kw]`. */
const turnedWeights = ({ shape, values }: Constant, groups: number): Constant => {
  const [outputs = 1, depth = 1, height = 1, width = 1] = shape;
  const grouped = [groups, outputs / groups, depth, height, width];
  const turned = [groups, depth, outputs / groups, height, width];
  return {
    shape: [groups * depth, outputs / groups, height, width],
    values: evaluateOp(
      { tag: 'Transpose', perm: [0, 2, 1, 3, 4] },
      [{ shape: grouped, values }],
      turned,
    ),
  };
};

/** Adds one axis at its places: a gather, or the mean of two gathers that the fractions weigh. */
const emitPlaces = (
  builder: ModelBuilder,
  x: string,
  axis: 2 | 3,
  size: number,
  places: readonly ResizePlace[],
  output?: string,
): string => {
  const gather = (indices: readonly number[], name?: string) => {
    const list = builder.constant('int64', [indices.length], indices);
    return builder.op('Gather', [x, list], { axis }, name);
  };
  const near = places.map(({ index }) => index);
  if (places.every(({ fraction }) => fraction === 0)) return gather(near, output);
  const far = places.map(({ index }) => Math.min(index + 1, size - 1));
  const shape = axis === 2 ? [places.length, 1] : [places.length];
  const share = (of: (fraction: number) => number) =>
    builder.constant(
      'float32',
      shape,
      places.map(({ fraction }) => of(fraction)),
    );
  const left = builder.op('Mul', [gather(near), share((fraction) => 1 - fraction)]);
  const right = builder.op('Mul', [gather(far), share((fraction) => fraction)]);
  return builder.op('Add', [left, right], {}, output);
};

const REDUCTIONS = {
  Sum: 'ReduceSum',
  Mean: 'ReduceMean',
  SumOfSquares: 'ReduceSumSquare',
  Max: 'ReduceMax',
  Min: 'ReduceMin',
} as const;

const emitNode = (
  builder: ModelBuilder,
  { op, inputs, output }: FloatNode,
  shapeOf: (tensor: string) => readonly number[],
  quantisationOf: (tensor: string) => ActivationQuantisation | undefined,
): string => {
  const [x = ''] = inputs;
  const from = shapeOf(x);
  const shape = shapeOf(output);
  const floats = (list: readonly number[], values: ArrayLike<number>) =>
    builder.constant('float32', list, values);
  const ints = (values: readonly number[]) => builder.constant('int64', [values.length], values);
  const emit = (name: string, operands: readonly string[], attributes: Attributes = {}): string =>
    builder.op(name, operands, attributes, output);
  /** Weights, and the bias if there is one: as integers where the input has a quantisation and the weights have integers. */
  const operandsOf = (weights: Constant, bias: Float64Array | undefined): string[] => {
    const source = quantisationOf(x);
    const { quantised } = weights;
    if (source === undefined || quantised === undefined) {
      return [
        floats(weights.shape, weights.values),
        ...(bias ? [floats([bias.length], bias)] : []),
      ];
    }
    const { dtype, values, zero, scales } = quantised;
    const isOne = scales.length === 1;
    const [shape, axis] = isOne ? [[], {}] : [[scales.length], { axis: 0 }];
    const type = dtype === 'U8' ? 'uint8' : 'int8';
    const zeros = scales.map(() => zero);
    const dequantised = builder.op(
      'DequantizeLinear',
      [
        builder.separate(type, weights.shape, values),
        floats(shape, scales),
        // ONNX Runtime renames both where it makes weights unsigned, and fails where two nodes share one.
        builder.separate(type, shape, zeros),
      ],
      axis,
    );
    if (bias === undefined) return [dequantised];
    const sums = scales.map((scale) => scale * source.scale);
    const integers = quantiseBias(bias, source.scale, scales);
    return [
      dequantised,
      builder.op(
        'DequantizeLinear',
        [builder.constant('int32', [bias.length], integers), floats(shape, sums)],
        axis,
      ),
    ];
  };
  switch (op.tag) {
    case 'Conv':
    case 'ConvTranspose': {
      const transposed = op.tag === 'ConvTranspose';
      const weights = transposed ? turnedWeights(op.weights, op.groups) : op.weights;
      const [, , height = 1, width = 1] = weights.shape;
      const { strides, pads, dilations } = op;
      const extra = [height, width].map((kernel, axis) => {
        const reach =
          ((from[axis + 2] ?? 1) - 1) * (strides[axis] ?? 1) +
          (kernel - 1) * (dilations[axis] ?? 1) +
          1;
        return (shape[axis + 2] ?? 1) - reach + (pads[axis] ?? 0) + (pads[axis + 2] ?? 0);
      });
      return emit(op.tag, [x, ...operandsOf(weights, op.bias)], {
        kernel_shape: [height, width],
        strides,
        pads,
        dilations,
        group: op.groups,
        ...(transposed && { output_padding: extra }),
      });
    }
    case 'Dense':
      return emit('Gemm', [x, ...operandsOf(op.weights, op.bias)], {
        transB: 1,
      });
    case 'Affine': {
      const channels = [op.scale.length, ...from.slice(2).map(() => 1)];
      const scaled = builder.op('Mul', [x, floats(channels, op.scale)]);
      return emit('Add', [scaled, floats(channels, op.shift)]);
    }
    case 'Map':
      return emitUnary(builder, op.unary, x, output);
    case 'Binary':
      return emit(op.fn, inputs);
    case 'BinaryConstant': {
      const constant = floats(op.constant.shape, op.constant.values);
      return emit(op.fn, op.side === 0 ? [constant, x] : [x, constant]);
    }
    case 'MatMul':
      return emit('MatMul', inputs);
    case 'Concat':
      return emit('Concat', inputs, { axis: op.axis });
    case 'Slice': {
      const starts = op.ranges.map(([start]) => start);
      const ends = op.ranges.map(
        ([start, step], axis) => start + step * ((shape[axis] ?? 1) - 1) + 1,
      );
      const steps = op.ranges.map(([, step]) => step);
      return emit('Slice', [x, ints(starts), ints(ends), ints(from.map((_, i) => i)), ints(steps)]);
    }
    case 'Gather':
      return emit('Gather', [x, builder.constant('int64', op.shape, op.indices)], {
        axis: op.axis,
      });
    case 'Resize': {
      const [, , height = 1, width = 1] = from;
      const tall = emitPlaces(builder, x, 2, height, op.rows);
      return emitPlaces(builder, tall, 3, width, op.columns, output);
    }
    case 'Reduce': {
      const keepdims = op.keepDims ? 1 : 0;
      const name = REDUCTIONS[op.reduction];
      // The sum takes its axes as an input since opset 13.
      if (op.reduction === 'Sum') return emit(name, [x, ints(op.axes)], { keepdims });
      return emit(name, [x], { axes: op.axes, keepdims });
    }
    case 'Softmax':
      return emit('Softmax', [x], { axis: op.axis });
    case 'LayerNorm': {
      const inner = shape.slice(shape.length - op.axes);
      const count = inner.reduce((product, d) => product * d, 1);
      return emit(
        'LayerNormalization',
        [
          x,
          floats(inner, op.scale ?? new Float64Array(count).fill(1)),
          floats(inner, op.shift ?? new Float64Array(count)),
        ],
        { axis: shape.length - op.axes, epsilon: { float: op.epsilon } },
      );
    }
    case 'TopK': {
      const unwanted = `${output}/other`;
      builder.node({
        opType: 'TopK',
        inputs: [x, ints([shape[op.axis] ?? 1])],
        outputs: op.output === 'values' ? [output, unwanted] : [unwanted, output],
        attributes: { axis: op.axis, largest: op.largest ? 1 : 0 },
      });
      return output;
    }
    case 'MaxPool':
      return emit('MaxPool', [x], windowOf(op.window));
    case 'AveragePool':
      return emit('AveragePool', [x], { ...windowOf(op.window), count_include_pad: 1 });
    case 'Reshape':
      return emit('Reshape', [x, ints(shape)]);
    case 'Transpose':
      return emit('Transpose', [x], { perm: op.perm });
    case 'Pad': {
      const sides = [0, 1].flatMap((side) => op.pads.map((pad) => pad[side as 0 | 1]));
      return emit('Pad', [x, ints(sides), floats([], [op.value])]);
    }
    case 'ArgMax':
      return emit('ArgMax', [x], { axis: op.axis, keepdims: op.keepDims ? 1 : 0 });
    case 'FakeQuantise': {
      const { dtype, scale, zero } = op.quantisation;
      const pair = [
        floats([], [scale]),
        builder.constant(dtype === 'U8' ? 'uint8' : 'int8', [], [zero]),
      ];
      return emit('DequantizeLinear', [builder.op('QuantizeLinear', [x, ...pair]), ...pair]);
    }
  }
};

/** What a computed tensor is called in the model of `emitOnnx`: no name that the model makes up is like it. */
const emittedName = (tensor: string): string => `:${tensor}`;

export interface EmitOptions {
  /** Tensors whose readers' weights and biases are written as integers, if they have any. */
  quantisations?: ReadonlyMap<string, ActivationQuantisation>;
}

/** The model. Inputs keep their names; those of computed tensors are told by `nameOf`. Outputs are the graph's. */
export const emitOnnx = (
  graph: FloatGraph,
  { quantisations = new Map() }: EmitOptions = {},
): { onnx: Uint8Array; nameOf: (tensor: string) => string } => {
  const builder = createModelBuilder('float', OPSET);
  const shapeOf = (tensor: string): readonly number[] => graph.shapes.get(tensor) ?? [];
  const inputs = new Set(graph.inputs.map(({ name }) => name));
  const named = (tensor: string) => (inputs.has(tensor) ? tensor : emittedName(tensor));
  for (const { name, shape } of graph.inputs) builder.input(name, 'float32', shape);
  const shapes = new Map([...graph.shapes].map(([name, shape]) => [named(name), shape]));
  const emitted = new Map([...quantisations].map(([name, one]) => [named(name), one]));
  for (const node of graph.nodes) {
    emitNode(
      builder,
      { ...node, inputs: node.inputs.map(named), output: named(node.output) },
      (tensor) => shapes.get(tensor) ?? [],
      (tensor) => emitted.get(tensor),
    );
  }
  const kinds = new Map(graph.nodes.map(({ op, output }) => [output, op]));
  for (const name of new Set(graph.outputs)) {
    const op = kinds.get(name);
    const isIndex = op?.tag === 'ArgMax' || (op?.tag === 'TopK' && op.output === 'indices');
    builder.output(named(name), isIndex ? 'int64' : 'float32', shapeOf(name));
  }
  return { onnx: builder.build(), nameOf: named };
};
