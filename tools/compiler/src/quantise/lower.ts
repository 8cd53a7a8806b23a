/** From a float graph and the quantisation of its tensors to the canonical graph. */
import {
  byteLength,
  type DType,
  type Graph,
  type GraphNode,
  type Initialiser,
  kernelVersionOf,
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
import { dtypeRange, elementCount, writeElements } from '../model/tensors.ts';
import { adoptions } from './adopt.ts';
import { layerNorm, matMul, softmax } from './attention.ts';
import {
  type Ending,
  type Lowering,
  NO_ENDING,
  type Quantised,
  requantOf,
  sameQuantisation,
  toInteger,
} from './context.ts';
import { binary, binaryConstant } from './elementwise.ts';
import { createExpressions } from './expressions.ts';
import { concat, gather, reduce, resize, slice, topValues } from './layout.ts';
import { partsOfPlane, pooledShape } from './planes.ts';
import { correctedBias, quantiseBias, quantiseWeights } from './weights.ts';

/** How the final layer's sums leave the graph. */
export type LogitsForm = 'U8' | 'I32';

export interface LowerOptions {
  /** Quantisation of a computed tensor or input; asked only for those that need one of their own. */
  quantisationOf(tensor: string): ActivationQuantisation;
  logits: LogitsForm;
  /** Largest distance from its mean that an element of a `LayerNorm`'s input had in calibration. */
  centredReach?(tensor: string): number | undefined;
  /**
   * Mean in calibration of each channel of a tensor (dimension 1). With it, what rounding the weights of a linear operator
   * does to its mean output is taken back by its bias.
   */
  meansOf?(tensor: string): ArrayLike<number> | undefined;
  /** Whether outputs of rank 2 or more get a companion `label`, the index of their largest element. */
  label: boolean;
  /** Layout version of the graph. Left out, it is 1 for a graph of kernel version 1, as graphs were before there was another. */
  layout?: LayoutVersion;
}

/** How tensors are committed to: with SHA-256 over tiles of 256 bytes, or with BLAKE3, which costs a worker much less. */
export type LayoutVersion = 1 | 2;

export interface LoweredOutput {
  name: string;
  node: number;
  quantisation: Quantisation | undefined;
}

export interface Lowered {
  graph: Graph;
  inputs: { name: string; quantisation: ActivationQuantisation }[];
  outputs: LoweredOutput[];
  /** Nodes whose integers stand for a tensor of the float graph, in order. */
  tensors: { node: number; tensor: string; quantisation: Quantisation }[];
}

const SCALE_LIMIT = 2 ** 60;

type Linear = Extract<FloatOp, { tag: 'Conv' | 'ConvTranspose' | 'Dense' }>;

/** Compiles the graph. Throws a `CompileError` on what has no exact form and on accumulators beyond 32 bits. */
export const lower = (graph: FloatGraph, options: LowerOptions): Lowered => {
  const producers = new Map(graph.nodes.map((node) => [node.output, node]));
  const consumers = consumersOf(graph);
  const { endedSum, rootOf, evaluate } = createExpressions(graph, producers, consumers);
  const initialisers: Initialiser[] = [];
  const nodes: GraphNode[] = [];
  const requests: TensorSpec[] = [];
  const done = new Map<string, Quantised>();
  const adopted = adoptions(graph, consumers, options.quantisationOf);
  const quantisationOf = (tensor: string): ActivationQuantisation =>
    adopted.get(tensor) ?? options.quantisationOf(tensor);

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
  const traced: Lowered['tensors'] = [];
  const note = (ref: Ref, tensor: string, { scale, zero }: Quantisation) => {
    if (ref.tag === 'Node') traced.push({ node: ref.value, tensor, quantisation: { scale, zero } });
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

  /** A 256-entry table for an elementwise expression of one tensor. */
  const table = (tensor: string, root: string): Quantised => {
    const x = quantised(root);
    const quantisation = quantisationOf(tensor);
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

  const finishing: Lowering['finish'] = (node, tensor, sumScales, ending) => {
    const quantisation = quantisationOf(tensor);
    return {
      quantisation,
      requant: requantOf(quantisation, ending),
      scale: scaleConstant(
        node,
        sumScales.map((scale) => (scale * ending.factor) / quantisation.scale),
      ),
    };
  };

  const linear = (
    node: FloatNode,
    op: Linear,
    tensor: string,
    ending: Ending,
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
    const means = options.meansOf?.(node.inputs[0] ?? '');
    const realBias = means
      ? correctedBias(op, weights, means, op.tag === 'Dense' ? 1 : op.groups)
      : op.bias;
    const bias = realBias && quantiseBias(realBias, xScale, weights.scales);
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
            tag: op.tag,
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
    const end = finishing(node, tensor, sumScales, ending);
    const spec: TensorSpec = { dtype: end.quantisation.dtype, shape };
    const ref = push(asOp(end.requant), [...inputs, end.scale], spec);
    return { quantised: { ref, spec, quantisation: end.quantisation } };
  };

  /** A scaling per channel that could not be folded: a convolution with one tap per channel. */
  const affine = (
    node: FloatNode,
    op: Extract<FloatOp, { tag: 'Affine' }>,
    tensor: string,
    ending: Ending,
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
      ending,
    );
    const plane = shape.length === 4 ? shape : [batch, channels, elementCount(shape.slice(2)), 1];
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
    ending: Ending,
  ): Quantised => {
    const x = quantised(node.inputs[0] ?? '');
    const count = window.kernel[0] * window.kernel[1];
    const end = finishing(node, tensor, [x.quantisation.scale / count], ending);
    const spec: TensorSpec = { dtype: end.quantisation.dtype, shape: shapeOf(tensor) };
    const parts = partsOfPlane(x.spec, window);
    if (parts !== undefined) {
      const sums = push(
        {
          tag: 'SumPool',
          value: { window: parts, xZero: x.quantisation.zero, requant: undefined },
        },
        [x.ref],
        { dtype: 'I32', shape: pooledShape(x.spec.shape, parts) },
      );
      const ref = push(
        {
          tag: 'Reduce',
          value: {
            reduction: 'Sum',
            axes: [2, 3],
            keepDims: true,
            xZero: 0,
            requant: end.requant,
          },
        },
        [sums, end.scale],
        spec,
      );
      return { ref, spec, quantisation: end.quantisation };
    }
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

  /** Brings a tensor to the quantisation that is prescribed for it, if that is another. */
  const requantised = (node: FloatNode, from: Quantised, tensor: string): Quantised => {
    const wanted = graph.prescribed.get(tensor);
    if (wanted === undefined || sameQuantisation(wanted, from.quantisation)) return from;
    const spec: TensorSpec = { dtype: wanted.dtype, shape: from.spec.shape };
    const ref = push(
      {
        tag: 'Requantise',
        value: { xZero: from.quantisation.zero, requant: requantOf(wanted, NO_ENDING) },
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

  /** A sum, with what is folded into it, as the tensor at its end. */
  const ended = (sum: FloatNode, tensor: string, ending: Ending): Quantised => {
    const { op } = sum;
    switch (op.tag) {
      case 'Conv':
      case 'ConvTranspose':
      case 'Dense': {
        const result = linear(sum, op, tensor, ending, 'U8');
        if ('quantised' in result) return result.quantised;
        throw refuse(sum, 'gave no 8-bit tensor');
      }
      case 'Affine':
        return affine(sum, op, tensor, ending);
      case 'AveragePool':
        return averagePool(sum, op.window, tensor, ending);
      case 'MatMul':
        return matMul(lowering, sum, tensor, ending);
      case 'BinaryConstant':
        return binaryConstant(lowering, sum, tensor, ending, op);
      case 'Binary': {
        const [a, b] = [quantised(sum.inputs[0] ?? ''), quantised(sum.inputs[1] ?? '')];
        return binary(lowering, sum, tensor, ending, { a, b, fn: op.fn });
      }
      case 'Resize':
        return resize(lowering, sum, op, tensor, ending);
      case 'Reduce':
        return reduce(lowering, sum, op, tensor, ending);
      default:
        throw refuse(sum, 'is no sum');
    }
  };

  const build = (tensor: string): Quantised => {
    const sum = endedSum(tensor);
    if (sum !== undefined) return ended(sum.sum, tensor, sum.ending);
    const root = rootOf(tensor);
    if (root !== tensor) return table(tensor, root);
    const node = producers.get(tensor);
    if (node === undefined) throw new CompileError('malformed', `nothing computes "${tensor}"`);
    const { op } = node;
    /** A quantisation that passes through, unless the file prescribes another behind the node. */
    const passed = (x: Quantised): Quantised => requantised(node, x, tensor);
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
      case 'Concat':
        return concat(lowering, node, op);
      case 'Slice':
        return passed(slice(lowering, node, op));
      case 'Gather':
        return passed(gather(lowering, node, op));
      case 'Resize':
        return passed(resize(lowering, node, op, tensor, NO_ENDING));
      case 'Reduce':
        return passed(reduce(lowering, node, op, tensor, NO_ENDING));
      case 'Softmax':
        return softmax(lowering, node, op);
      case 'LayerNorm':
        return layerNorm(lowering, node, op);
      case 'TopK':
        if (op.output === 'values') return passed(topValues(lowering, node, op));
        throw refuse(node, 'its indices can only be an output of the model');
      case 'ArgMax':
        throw refuse(node, 'its index can only be an output of the model');
      case 'Binary':
      case 'BinaryConstant':
      case 'MatMul':
      case 'Conv':
      case 'ConvTranspose':
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
    note(result.ref, tensor, result.quantisation);
    return result;
  };
  const lowering: Lowering = {
    graph,
    producerOf: (tensor) => producers.get(tensor),
    consumersOf: (tensor) => consumers.get(tensor) ?? [],
    shapeOf,
    refuse,
    constant,
    scales: scaleConstant,
    push,
    quantised: (tensor) => quantised(tensor),
    quantisationOf,
    finish: finishing,
    centredReach: (tensor) => options.centredReach?.(tensor),
  };

  const inputs = graph.inputs.map(({ name, shape }, index) => {
    const quantisation = quantisationOf(name);
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
    if (node?.op.tag === 'TopK' && node.op.output === 'indices') {
      const x = quantised(node.inputs[0] ?? '');
      const { axis, largest: isLargest } = node.op;
      const ref = push(
        { tag: 'TopK', value: { axis, largest: isLargest, indices: true } },
        [x.ref],
        { dtype: 'I32', shape: shapeOf(name) },
      );
      outputs.push({ name, node: nodeOf(ref, name), quantisation: undefined });
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
        ? linear(node, node.op, name, NO_ENDING, 'I32')
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
      layoutVersion: options.layout ?? (kernelVersionOf(nodes) === 1 ? 1 : 2),
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
  return { graph: result, inputs, outputs, tensors: traced };
};
