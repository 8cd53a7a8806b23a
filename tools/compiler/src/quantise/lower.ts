/** From a float graph and the quantisation of its tensors to the canonical graph. */
import {
  byteLength,
  type DType,
  type Graph,
  type GraphNode,
  type Initialiser,
  kernelVersionOf,
  LAYOUT_VERSION,
  type Op,
  type Ref,
  type Requant,
  type TensorSpec,
} from '@veritrace/referee/graph';
import { CompileError } from '../errors.ts';
import { reach } from '../exact/bounds.ts';
import type {
  ActivationQuantisation,
  FloatGraph,
  FloatNode,
  FloatOp,
  PoolWindow,
  Quantisation,
} from '../float/graph.ts';
import { consumersOf } from '../float/simplify.ts';
import { applyUnary } from '../float/unary.ts';
import { dtypeRange, writeElements } from '../model/tensors.ts';
import { quantiseBias, quantiseWeights } from './weights.ts';

/** How the final layer's sums leave the graph. */
export type LogitsForm = 'U8' | 'I32';

export interface LowerOptions {
  /** Quantisation of a computed tensor or input; asked only for those that need one of their own. */
  quantisationOf(tensor: string): ActivationQuantisation;
  logits: LogitsForm;
  /** Whether outputs of rank 2 or more get a companion `label`, the index of their largest element. */
  label: boolean;
}

export interface LoweredOutput {
  name: string;
  node: number;
  quantisation: Quantisation | undefined;
}

export interface Lowered {
  graph: Graph;
  inputs: { name: string; quantisation: ActivationQuantisation }[];
  outputs: LoweredOutput[];
}

/** A tensor of the canonical graph. */
interface Quantised {
  ref: Ref;
  spec: TensorSpec;
  quantisation: ActivationQuantisation;
}

/** A clamp that is folded into the operator before it, in reals. */
interface Clamp {
  min: number;
  max: number;
}

const NO_CLAMP: Clamp = { min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY };
const MAX_ADD_WEIGHT = 2 ** 15;
const SCALE_LIMIT = 2 ** 60;

const sameQuantisation = (a: ActivationQuantisation, b: ActivationQuantisation): boolean =>
  a.dtype === b.dtype && a.scale === b.scale && a.zero === b.zero;

/** The integer nearest to a real, clamped to the type. */
const toInteger = (value: number, { dtype, scale, zero }: ActivationQuantisation): number => {
  const { min, max } = dtypeRange(dtype);
  if (Number.isNaN(value)) return zero;
  return Math.min(max, Math.max(min, Math.round(value / scale) + zero));
};

const requantOf = (quantisation: ActivationQuantisation, clamp: Clamp): Requant => ({
  zero: quantisation.zero,
  min: toInteger(clamp.min, quantisation),
  max: toInteger(clamp.max, quantisation),
});

/** Compiles the graph. Throws a `CompileError` on what has no exact form and on accumulators beyond 32 bits. */
export const lower = (graph: FloatGraph, options: LowerOptions): Lowered => {
  const producers = new Map(graph.nodes.map((node) => [node.output, node]));
  const consumers = consumersOf(graph);
  const initialisers: Initialiser[] = [];
  const nodes: GraphNode[] = [];
  const requests: TensorSpec[] = [];
  const done = new Map<string, Quantised>();

  const shapeOf = (tensor: string): number[] => {
    const shape = graph.shapes.get(tensor);
    if (shape === undefined) throw new CompileError('malformed', `tensor "${tensor}" has no shape`);
    return shape;
  };
  const refuse = (
    node: FloatNode,
    message: string,
    code: CompileError['code'] = 'unsupported-operator',
  ) =>
    new CompileError(code, `${node.onnxOp} "${node.name}": ${message}`, {
      node: node.name,
      op: node.onnxOp,
    });
  const constant = (dtype: DType, shape: number[], values: ArrayLike<number>): Ref => {
    const data = writeElements(dtype, values);
    const known = initialisers.findIndex(
      ({ spec, data: other }) =>
        spec.dtype === dtype &&
        spec.shape.join() === shape.join() &&
        Buffer.compare(other, data) === 0,
    );
    if (known !== -1) return { tag: 'Initialiser', value: known };
    initialisers.push({ spec: { dtype, shape }, data });
    return { tag: 'Initialiser', value: initialisers.length - 1 };
  };
  const push = (op: Op, inputs: Ref[], output: TensorSpec): Ref => {
    nodes.push({ op, inputs, output });
    return { tag: 'Node', value: nodes.length - 1 };
  };
  const scaleConstant = (node: FloatNode, scales: number[]): Ref => {
    const singles = scales.map(Math.fround);
    if (singles.some((scale) => !(scale >= 1 / SCALE_LIMIT && scale <= SCALE_LIMIT))) {
      throw refuse(
        node,
        `needs a scale of ${scales.find((s) => !(s >= 1 / SCALE_LIMIT && s <= SCALE_LIMIT))}, beyond 2^±60`,
        'overflow',
      );
    }
    const [first = 1] = singles;
    const values = singles.every((scale) => scale === first) ? [first] : singles;
    return constant('F32', [values.length], values);
  };

  /** What a Relu or Clip does, if the node is one. */
  const clampOf = (node: FloatNode): Clamp | undefined =>
    node.op.tag === 'Map' && node.op.unary.fn === 'Clip' ? node.op.unary : undefined;

  /** Operators whose sums are requantised, so that a clamp behind them is free. */
  const isSum = (node: FloatNode): boolean => {
    switch (node.op.tag) {
      case 'Conv':
      case 'Dense':
      case 'Affine':
      case 'AveragePool':
        return true;
      case 'Binary':
        return node.op.fn === 'Add' && rootOf(node.output) === node.output;
      case 'Map':
      case 'MaxPool':
      case 'Reshape':
      case 'Transpose':
      case 'Pad':
      case 'ArgMax':
      case 'FakeQuantise':
        return false;
    }
  };

  /** The sum a clamped tensor comes from, with the clamps between, when nothing else sees what lies between. */
  const clampedSum = (tensor: string): { sum: FloatNode; clamp: Clamp } | undefined => {
    let clamp = NO_CLAMP;
    let name = tensor;
    for (;;) {
      const node = producers.get(name);
      if (node === undefined) return undefined;
      if (isSum(node)) return { sum: node, clamp };
      const own = clampOf(node);
      const [input] = node.inputs;
      if (own === undefined || input === undefined) return undefined;
      const isPrivate =
        consumers.get(input)?.length === 1 &&
        !graph.prescribed.has(input) &&
        !graph.outputs.includes(input);
      if (!isPrivate) return undefined;
      // The outer clamps see what this one lets through.
      const outer = clamp;
      const through = (value: number) => Math.min(Math.max(value, outer.min), outer.max);
      clamp = { min: through(own.min), max: through(own.max) };
      name = input;
    }
  };

  const roots = new Map<string, string>();
  /** The one tensor an elementwise expression is a function of; the tensor itself when it is not such an expression. */
  const rootOf = (tensor: string): string => {
    const known = roots.get(tensor);
    if (known !== undefined) return known;
    const node = producers.get(tensor);
    const find = (): string => {
      if (node === undefined) return tensor;
      if (node.op.tag !== 'Map' && node.op.tag !== 'Binary') return tensor;
      if (node.op.tag === 'Map' && clampedSum(tensor) !== undefined) return tensor;
      const [first, ...others] = node.inputs.map(rootOf);
      return first !== undefined && others.every((other) => other === first) ? first : tensor;
    };
    const root = find();
    roots.set(tensor, root);
    return root;
  };

  const evaluate = (tensor: string, root: string, value: number): number => {
    if (tensor === root) return value;
    const node = producers.get(tensor);
    if (node === undefined) return value;
    const inputs = node.inputs.map((input) => evaluate(input, root, value));
    const [a = 0, b = 0] = inputs;
    const compute = (op: FloatOp): number => {
      if (op.tag === 'Map') return applyUnary(op.unary, a);
      if (op.tag !== 'Binary') throw refuse(node, 'is not elementwise');
      switch (op.fn) {
        case 'Add':
          return a + b;
        case 'Sub':
          return a - b;
        case 'Mul':
          return a * b;
        case 'Div':
          return a / b;
      }
    };
    const result = compute(node.op);
    const prescribed = graph.prescribed.get(tensor);
    if (prescribed === undefined) return result;
    return (toInteger(result, prescribed) - prescribed.zero) * prescribed.scale;
  };

  /** A 256-entry table for an elementwise expression of one tensor. */
  const table = (tensor: string, root: string): Quantised => {
    const x = quantised(root);
    const quantisation = options.quantisationOf(tensor);
    const { min } = dtypeRange(x.quantisation.dtype);
    const entries = Array.from({ length: 256 }, (_, index) => {
      const real = (index + min - x.quantisation.zero) * x.quantisation.scale;
      return toInteger(evaluate(tensor, root, real), quantisation);
    });
    const { dtype } = quantisation;
    const spec: TensorSpec = { dtype, shape: shapeOf(tensor) };
    const ref = push(
      { tag: 'Table', value: undefined },
      [x.ref, constant(dtype, [256], entries)],
      spec,
    );
    return { ref, spec, quantisation };
  };

  const checkAccumulator = (
    node: FloatNode,
    taps: number,
    x: Quantised,
    weights: { dtype: 'U8' | 'I8'; zero: number },
    bias: readonly number[] | undefined,
  ) => {
    const largestBias = (bias ?? []).reduce((most, b) => Math.max(most, Math.abs(b)), 0);
    const worst =
      taps *
        reach(dtypeRange(x.quantisation.dtype), x.quantisation.zero) *
        reach(dtypeRange(weights.dtype), weights.zero) +
      largestBias;
    if (worst >= 2 ** 31) {
      throw refuse(
        node,
        `its sums could reach ${worst}, beyond 32 bits (${taps} products, bias up to ${largestBias})`,
        'overflow',
      );
    }
  };

  /** Requantisation of a sum with these scales into `tensor`, or none for raw accumulators. */
  const finishing = (node: FloatNode, tensor: string, sumScales: number[], clamp: Clamp) => {
    const quantisation = options.quantisationOf(tensor);
    return {
      quantisation,
      requant: requantOf(quantisation, clamp),
      scale: scaleConstant(
        node,
        sumScales.map((scale) => scale / quantisation.scale),
      ),
    };
  };

  const linear = (
    node: FloatNode,
    op: Extract<FloatOp, { tag: 'Conv' | 'Dense' }>,
    tensor: string,
    clamp: Clamp,
    form: LogitsForm,
  ): { quantised: Quantised } | { accumulator: Ref; scale: number } => {
    const x = quantised(node.inputs[0] ?? '');
    const [outputs = 1] = op.weights.shape;
    const xScale = x.quantisation.scale;
    const weights = quantiseWeights(
      op.weights,
      op.bias,
      xScale,
      form === 'I32' ? 'tensor' : 'channel',
    );
    const bias = op.bias && quantiseBias(op.bias, xScale, weights.scales);
    checkAccumulator(node, op.weights.values.length / outputs, x, weights, bias);
    const inputs = [
      x.ref,
      constant(weights.dtype, op.weights.shape, weights.values),
      ...(bias ? [constant('I32', [outputs], bias)] : []),
    ];
    const common = {
      xZero: x.quantisation.zero,
      wZero: weights.zero,
      bias: bias !== undefined,
    };
    const asOp = (requant: Requant | undefined): Op =>
      op.tag === 'Dense'
        ? { tag: 'MatMul', value: { ...common, requant } }
        : {
            tag: 'Conv',
            value: {
              groups: op.groups,
              strides: op.strides,
              pads: op.pads,
              dilations: op.dilations,
              ...common,
              requant,
            },
          };
    const shape = shapeOf(tensor);
    const sumScales = weights.scales.map((scale) => scale * xScale);
    const [only = 1] = sumScales;
    if (form === 'I32' && sumScales.every((scale) => scale === only)) {
      const accumulator = push(asOp(undefined), inputs, { dtype: 'I32', shape });
      return { accumulator, scale: only };
    }
    const end = finishing(node, tensor, sumScales, clamp);
    const spec: TensorSpec = { dtype: end.quantisation.dtype, shape };
    const ref = push(asOp(end.requant), [...inputs, end.scale], spec);
    return { quantised: { ref, spec, quantisation: end.quantisation } };
  };

  /** A scaling per channel that could not be folded: a convolution with one tap per channel. */
  const affine = (
    node: FloatNode,
    op: Extract<FloatOp, { tag: 'Affine' }>,
    tensor: string,
    clamp: Clamp,
  ): Quantised => {
    const x = quantised(node.inputs[0] ?? '');
    const shape = shapeOf(tensor);
    const [batch = 1, channels = 1] = shape;
    const weights = quantiseWeights(
      { shape: [channels, 1, 1, 1], values: op.scale },
      op.shift,
      x.quantisation.scale,
      'channel',
    );
    const bias = quantiseBias(op.shift, x.quantisation.scale, weights.scales);
    checkAccumulator(node, 1, x, weights, bias);
    const end = finishing(
      node,
      tensor,
      weights.scales.map((scale) => scale * x.quantisation.scale),
      clamp,
    );
    const plane = shape.length === 4 ? shape : [batch, channels, 1, 1];
    const source =
      shape.length === 4
        ? x.ref
        : push({ tag: 'Reshape', value: undefined }, [x.ref], {
            dtype: x.spec.dtype,
            shape: plane,
          });
    const spec: TensorSpec = { dtype: end.quantisation.dtype, shape };
    const conv = push(
      {
        tag: 'Conv',
        value: {
          groups: channels,
          strides: [1, 1],
          pads: [0, 0, 0, 0],
          dilations: [1, 1],
          xZero: x.quantisation.zero,
          wZero: weights.zero,
          bias: true,
          requant: end.requant,
        },
      },
      [
        source,
        constant('I8', [channels, 1, 1, 1], weights.values),
        constant('I32', [channels], bias),
        end.scale,
      ],
      { ...spec, shape: plane },
    );
    const ref =
      shape.length === 4 ? conv : push({ tag: 'Reshape', value: undefined }, [conv], spec);
    return { ref, spec, quantisation: end.quantisation };
  };

  const averagePool = (
    node: FloatNode,
    window: PoolWindow,
    tensor: string,
    clamp: Clamp,
  ): Quantised => {
    const x = quantised(node.inputs[0] ?? '');
    const count = window.kernel[0] * window.kernel[1];
    const end = finishing(node, tensor, [x.quantisation.scale / count], clamp);
    const spec: TensorSpec = { dtype: end.quantisation.dtype, shape: shapeOf(tensor) };
    const ref = push(
      {
        tag: 'SumPool',
        value: { window, xZero: x.quantisation.zero, requant: end.requant },
      },
      [x.ref, end.scale],
      spec,
    );
    return { ref, spec, quantisation: end.quantisation };
  };

  /** The sum of two tensors: integer weights in the ratio of their scales. */
  const addition = (node: FloatNode, tensor: string, clamp: Clamp): Quantised => {
    const a = quantised(node.inputs[0] ?? '');
    const b = quantised(node.inputs[1] ?? '');
    const [aScale, bScale] = [a.quantisation.scale, b.quantisation.scale];
    const unit = aScale === bScale ? aScale : Math.max(aScale, bScale) / MAX_ADD_WEIGHT;
    const weight = (scale: number) => Math.max(1, Math.round(scale / unit));
    const end = finishing(node, tensor, [unit], clamp);
    const spec: TensorSpec = { dtype: end.quantisation.dtype, shape: shapeOf(tensor) };
    const ref = push(
      {
        tag: 'Add',
        value: {
          aZero: a.quantisation.zero,
          aMul: weight(aScale),
          bZero: b.quantisation.zero,
          bMul: weight(bScale),
          requant: end.requant,
        },
      },
      [a.ref, b.ref, end.scale],
      spec,
    );
    return { ref, spec, quantisation: end.quantisation };
  };

  /** Brings a tensor to the quantisation that is prescribed for it, if that is another. */
  const requantised = (node: FloatNode, from: Quantised, tensor: string): Quantised => {
    const wanted = graph.prescribed.get(tensor);
    if (wanted === undefined || sameQuantisation(wanted, from.quantisation)) return from;
    const spec: TensorSpec = { dtype: wanted.dtype, shape: from.spec.shape };
    const ref = push(
      {
        tag: 'Requantise',
        value: { xZero: from.quantisation.zero, requant: requantOf(wanted, NO_CLAMP) },
      },
      [from.ref, scaleConstant(node, [from.quantisation.scale / wanted.scale])],
      spec,
    );
    return { ref, spec, quantisation: wanted };
  };

  /** An operator that only moves elements: the quantisation passes through. */
  const moving = (node: FloatNode, op: (x: Quantised) => Op): Quantised => {
    const x = quantised(node.inputs[0] ?? '');
    const spec: TensorSpec = { dtype: x.spec.dtype, shape: shapeOf(node.output) };
    const ref = push(op(x), [x.ref], spec);
    return requantised(node, { ref, spec, quantisation: x.quantisation }, node.output);
  };

  const build = (tensor: string): Quantised => {
    const clamped = clampedSum(tensor);
    if (clamped !== undefined) {
      const { sum, clamp } = clamped;
      switch (sum.op.tag) {
        case 'Conv':
        case 'Dense': {
          const result = linear(sum, sum.op, tensor, clamp, 'U8');
          if ('quantised' in result) return result.quantised;
          throw refuse(sum, 'gave no 8-bit tensor');
        }
        case 'Affine':
          return affine(sum, sum.op, tensor, clamp);
        case 'AveragePool':
          return averagePool(sum, sum.op.window, tensor, clamp);
        default:
          return addition(sum, tensor, clamp);
      }
    }
    const root = rootOf(tensor);
    if (root !== tensor) return table(tensor, root);
    const node = producers.get(tensor);
    if (node === undefined) throw new CompileError('malformed', `nothing computes "${tensor}"`);
    const { op } = node;
    switch (op.tag) {
      case 'MaxPool':
        return moving(node, () => ({ tag: 'MaxPool', value: op.window }));
      case 'Reshape':
        return moving(node, () => ({ tag: 'Reshape', value: undefined }));
      case 'Transpose':
        return moving(node, () => ({ tag: 'Transpose', value: { perm: op.perm } }));
      case 'Pad':
        return moving(node, (x) => ({
          tag: 'Pad',
          value: { pads: op.pads, value: toInteger(op.value, x.quantisation) },
        }));
      case 'FakeQuantise':
        return requantised(node, quantised(node.inputs[0] ?? ''), tensor);
      case 'Binary':
        throw refuse(
          node,
          `${op.fn} of two different tensors is not supported; supported: Add, or any function of a single tensor`,
        );
      case 'ArgMax':
        throw refuse(node, 'its index can only be an output of the model');
      case 'Conv':
      case 'Dense':
      case 'Affine':
      case 'AveragePool':
      case 'Map':
        throw refuse(node, 'was not lowered');
    }
  };

  const quantised = (tensor: string): Quantised => {
    const known = done.get(tensor);
    if (known !== undefined) return known;
    const result = build(tensor);
    done.set(tensor, result);
    return result;
  };

  const inputs = graph.inputs.map(({ name, shape }, index) => {
    const quantisation = options.quantisationOf(name);
    const spec: TensorSpec = { dtype: quantisation.dtype, shape };
    requests.push(spec);
    done.set(name, { ref: { tag: 'Request', value: index }, spec, quantisation });
    return { name, quantisation };
  });

  const outputs: LoweredOutput[] = [];
  const nodeOf = (ref: Ref, name: string): number => {
    if (ref.tag === 'Node') return ref.value;
    throw new CompileError(
      'unsupported-operator',
      `output "${name}" is not computed from the inputs`,
      {
        tensor: name,
      },
    );
  };
  const largest = (
    source: Ref,
    shape: readonly number[],
    axis: number,
    keepDims: boolean,
  ): number =>
    nodeOf(
      push({ tag: 'ArgMax', value: { axis, keepDims } }, [source], {
        dtype: 'I32',
        shape: keepDims
          ? shape.map((d, i) => (i === axis ? 1 : d))
          : shape.filter((_, i) => i !== axis),
      }),
      'label',
    );

  for (const name of graph.outputs) {
    const node = producers.get(name);
    if (node?.op.tag === 'ArgMax') {
      const x = quantised(node.inputs[0] ?? '');
      const { axis, keepDims } = node.op;
      const index = largest(x.ref, x.spec.shape, axis, keepDims);
      outputs.push({ name, node: index, quantisation: undefined });
      continue;
    }
    const isRaw =
      options.logits === 'I32' &&
      node !== undefined &&
      (node.op.tag === 'Dense' || node.op.tag === 'Conv') &&
      !graph.prescribed.has(name) &&
      !consumers.has(name);
    const raw =
      isRaw && (node.op.tag === 'Dense' || node.op.tag === 'Conv')
        ? linear(node, node.op, name, NO_CLAMP, 'I32')
        : { quantised: quantised(name) };
    if ('quantised' in raw) {
      const { ref, quantisation } = raw.quantised;
      const { scale, zero } = quantisation;
      outputs.push({ name, node: nodeOf(ref, name), quantisation: { scale, zero } });
    } else {
      const index = nodeOf(raw.accumulator, name);
      outputs.push({ name, node: index, quantisation: { scale: raw.scale, zero: 0 } });
    }
    const shape = shapeOf(name);
    const source = outputs.at(-1)?.node ?? 0;
    if (options.label && graph.outputs.length === 1 && shape.length >= 2 && (shape[1] ?? 1) > 1) {
      const index = largest({ tag: 'Node', value: source }, shape, 1, false);
      outputs.push({ name: 'label', node: index, quantisation: undefined });
    }
  }

  const result: Graph = {
    header: {
      kernelVersion: kernelVersionOf(nodes),
      layoutVersion: LAYOUT_VERSION,
      nodeCount: nodes.length,
      initialiserCount: initialisers.length,
      inputs: requests,
      outputs: outputs.map(({ node }) => node),
    },
    initialisers,
    nodes,
  };
  for (const { spec, data } of initialisers) {
    if (data.length !== byteLength(spec)) {
      throw new CompileError('malformed', 'an initialiser has not the length of its shape');
    }
  }
  return { graph: result, inputs, outputs };
};
