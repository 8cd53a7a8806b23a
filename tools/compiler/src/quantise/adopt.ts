/** Which tensors are produced in the quantisation of the `Concat` they end in, so that nothing is rounded twice. */
import type { ActivationQuantisation, FloatGraph, FloatNode } from '../float/graph.ts';

/** Whether the quantisation of its input passes through an operator. */
const passesThrough = ({ op }: FloatNode): boolean => {
  switch (op.tag) {
    case 'MaxPool':
    case 'Reshape':
    case 'Transpose':
    case 'Slice':
    case 'Gather':
    case 'Pad':
      return true;
    case 'Resize':
      return op.mode === 'nearest';
    case 'Reduce':
      return op.reduction === 'Max' || op.reduction === 'Min';
    case 'TopK':
      return op.output === 'values';
    case 'Conv':
    case 'ConvTranspose':
    case 'Dense':
    case 'Affine':
    case 'Map':
    case 'Binary':
    case 'BinaryConstant':
    case 'MatMul':
    case 'AveragePool':
    case 'Concat':
    case 'Softmax':
    case 'LayerNorm':
    case 'ArgMax':
    case 'FakeQuantise':
      return false;
  }
};

/**
 * Quantisations that tensors take over from a `Concat`: those that only it reads, at once or through operators that move
 * elements, and whose own quantisation is neither prescribed nor seen by anybody else.
 */
export const adoptions = (
  graph: FloatGraph,
  consumers: ReadonlyMap<string, readonly FloatNode[]>,
  quantisationOf: (tensor: string) => ActivationQuantisation,
): Map<string, ActivationQuantisation> => {
  const producers = new Map(graph.nodes.map((node) => [node.output, node]));
  const adopted = new Map<string, ActivationQuantisation>();
  const adopt = (tensor: string, reader: FloatNode, quantisation: ActivationQuantisation) => {
    const producer = producers.get(tensor);
    const isPrivate =
      producer !== undefined &&
      (consumers.get(tensor) ?? []).every((consumer) => consumer === reader) &&
      !graph.prescribed.has(tensor) &&
      !graph.outputs.includes(tensor);
    if (!isPrivate || producer.op.tag === 'FakeQuantise') return;
    const [source] = producer.inputs;
    if (passesThrough(producer) && source !== undefined) adopt(source, producer, quantisation);
    else adopted.set(tensor, quantisation);
  };
  // From the last, so that a Concat in a Concat already knows what it has taken over.
  for (const node of graph.nodes.toReversed()) {
    if (node.op.tag !== 'Concat') continue;
    const quantisation = adopted.get(node.output) ?? quantisationOf(node.output);
    for (const input of node.inputs) adopt(input, node, quantisation);
  }
  return adopted;
};
