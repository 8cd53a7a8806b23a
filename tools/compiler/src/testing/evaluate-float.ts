/** Runs a float graph in double precision, operator by operator. */
import { evaluateOp, type FloatTensor } from '../float/evaluate.ts';
import type { FloatGraph } from '../float/graph.ts';

/**
 * Values of every tensor of the graph, inputs first. Inputs are real values, row-major, in the order of the graph's.
 * Prescribed quantisations are left aside, except where they are steps of their own (`FakeQuantise`).
 */
export const evaluateFloat = (
  graph: FloatGraph,
  inputs: readonly ArrayLike<number>[],
): Map<string, FloatTensor> => {
  const tensors = new Map<string, FloatTensor>();
  graph.inputs.forEach(({ name, shape }, index) => {
    const values = inputs[index];
    if (values === undefined) throw new RangeError(`no values for input "${name}"`);
    tensors.set(name, { shape, values });
  });
  for (const { op, inputs: names, output } of graph.nodes) {
    const shape = graph.shapes.get(output);
    const operands = names.map((name) => {
      const tensor = tensors.get(name);
      if (tensor === undefined) throw new RangeError(`"${name}" is read before it is computed`);
      return tensor;
    });
    if (shape === undefined) throw new RangeError(`tensor "${output}" has no shape`);
    const values = evaluateOp(op, operands, shape);
    tensors.set(output, { shape, values });
  }
  return tensors;
};

/** Values of the graph's outputs, in order. */
export const evaluateOutputs = (
  graph: FloatGraph,
  inputs: readonly ArrayLike<number>[],
): FloatTensor[] => {
  const tensors = evaluateFloat(graph, inputs);
  return graph.outputs.map((name) => {
    const tensor = tensors.get(name);
    if (tensor === undefined) throw new RangeError(`output "${name}" is not computed`);
    return tensor;
  });
};
