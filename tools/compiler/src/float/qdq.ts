/**
 * The float graph as other tools quantise it: `QuantizeLinear` and `DequantizeLinear` around what is computed, weights and
 * biases as integers. It is what the exact program is measured beside; nothing on chain comes of it.
 */
import { dtypeRange } from '../model/tensors.ts';
import { toInteger } from '../quantise/context.ts';
import { quantisationRole } from '../quantise/role.ts';
import { quantiseWeights } from '../quantise/weights.ts';
import { emitOnnx } from './emit.ts';
import type { ActivationQuantisation, FloatGraph, FloatNode, FloatOp } from './graph.ts';

/** Weights rounded to 8 bits, one scale for each output channel. */
const withRoundedWeights = (op: FloatOp, xScale: number | undefined): FloatOp => {
  if (op.tag !== 'Conv' && op.tag !== 'Dense') return op;
  const { dtype, values, zero, scales } = quantiseWeights(
    op.weights,
    op.bias,
    xScale ?? 1,
    'channel',
  );
  return {
    ...op,
    weights: { ...op.weights, quantised: { dtype, values, zero, scales, axis: 0 } },
  };
};

/** Whether the integers end where the clamp does: then it changes nothing, and others leave it out too. */
const isSaturation = (op: FloatOp, quantisation: ActivationQuantisation): boolean => {
  if (op.tag !== 'Map' || op.unary.fn !== 'Clip') return false;
  const { min, max } = dtypeRange(quantisation.dtype);
  return (
    toInteger(op.unary.min, quantisation) === min && toInteger(op.unary.max, quantisation) === max
  );
};

/** Bytes of the model. `chosen` are the quantisations of inputs and computed tensors; the others stay real. */
export const emitQdq = (
  graph: FloatGraph,
  chosen: ReadonlyMap<string, ActivationQuantisation>,
): Uint8Array => {
  const quantisations = new Map<string, ActivationQuantisation>();
  const shapes = new Map(graph.shapes);
  const nodes: FloatNode[] = [];
  /** What a reader of a tensor reads. */
  const read = new Map<string, string>();
  const paired = (real: string, tensor: string, quantisation: ActivationQuantisation) => {
    shapes.set(tensor, graph.shapes.get(tensor) ?? graph.shapes.get(real) ?? []);
    shapes.set(real, shapes.get(tensor) ?? []);
    quantisations.set(tensor, quantisation);
    nodes.push({
      name: tensor,
      onnxOp: 'QuantizeLinear',
      op: { tag: 'FakeQuantise', quantisation },
      inputs: [real],
      output: tensor,
    });
  };
  for (const { name, shape } of graph.inputs) {
    const quantisation = chosen.get(name);
    if (quantisation === undefined) continue;
    shapes.set(name, shape);
    paired(name, `${name}/quantised`, quantisation);
    read.set(name, `${name}/quantised`);
  }
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((tensor) => read.get(tensor) ?? tensor);
    const source = quantisations.get(inputs[0] ?? '');
    const op = withRoundedWeights(node.op, source?.scale);
    // What only moves elements is done on integers where its input has them.
    const passed = quantisationRole(op) === 'passes' ? source : undefined;
    const quantisation = chosen.get(node.output) ?? passed;
    if (quantisation === undefined) {
      nodes.push({ ...node, op, inputs });
      continue;
    }
    const [input] = inputs;
    if (input !== undefined && isSaturation(op, quantisation)) {
      paired(input, node.output, quantisation);
      continue;
    }
    const real = `${node.output}/real`;
    nodes.push({ ...node, op, inputs, output: real });
    paired(real, node.output, quantisation);
  }
  return emitOnnx({ ...graph, nodes, shapes }, { quantisations }).onnx;
};
