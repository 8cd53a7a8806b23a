/** Which tensors are produced in the quantisation of the `Concat` they end in, so that nothing is rounded twice. */
import type { ActivationQuantisation, FloatGraph, FloatNode } from '../float/graph.ts';
import { quantisationRole } from './role.ts';

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
    if (quantisationRole(producer.op) === 'passes' && source !== undefined)
      adopt(source, producer, quantisation);
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
