/** Answers that are small: not every number of a large output, but which of them are the largest. */
import { CompileError } from '../errors.ts';
import type { FloatGraph, FloatNode } from '../float/graph.ts';

/** Which element of the last axis is the largest, or which `count` are, largest first. */
export type Head = { kind: 'argmax' } | { kind: 'topk'; count: number };

/** Of `label`, `label_2`, .. the first that no tensor has. */
const freshName = (graph: FloatGraph, base: string): string => {
  let name = base;
  for (let index = 2; graph.shapes.has(name); index++) name = `${base}_${index}`;
  return name;
};

/** The tensor whose order along the last axis an output has: what stands before a Softmax along it. */
const orderOf = (
  producers: ReadonlyMap<string, FloatNode>,
  tensor: string,
  axis: number,
): string => {
  const node = producers.get(tensor);
  const [input] = node?.inputs ?? [];
  if (node?.op.tag !== 'Softmax' || node.op.axis !== axis || input === undefined) return tensor;
  return orderOf(producers, input, axis);
};

/**
 * The graph whose outputs are indices along the last axis of those it had. Outputs that are indices already stay.
 * Throws a `CompileError` when an output has no such axis.
 */
export const withHead = (graph: FloatGraph, head: Head): FloatGraph => {
  const producers = new Map(graph.nodes.map((node) => [node.output, node]));
  const result: FloatGraph = { ...graph, nodes: [...graph.nodes], shapes: new Map(graph.shapes) };
  result.outputs = graph.outputs.map((output) => {
    const before = producers.get(output)?.op;
    if (before?.tag === 'ArgMax' || (before?.tag === 'TopK' && before.output === 'indices')) {
      return output;
    }
    const shape = graph.shapes.get(output) ?? [];
    const axis = shape.length - 1;
    const size = shape[axis] ?? 0;
    const count = head.kind === 'argmax' ? 1 : head.count;
    if (shape.length < 2 || !Number.isInteger(count) || count < 1 || count > size) {
      throw new CompileError(
        'invalid-option',
        `output "${output}" is [${shape.join(',')}]; the head ${head.kind} needs a last axis of ${Math.max(count, 2)} or more elements`,
        { tensor: output },
      );
    }
    const name = freshName(result, head.kind === 'argmax' ? 'label' : 'labels');
    const inputs = [orderOf(producers, output, axis)];
    result.nodes.push(
      head.kind === 'argmax'
        ? {
            name,
            onnxOp: 'ArgMax',
            op: { tag: 'ArgMax', axis, keepDims: false },
            inputs,
            output: name,
          }
        : {
            name,
            onnxOp: 'TopK',
            op: { tag: 'TopK', axis, largest: true, output: 'indices' },
            inputs,
            output: name,
          },
    );
    result.shapes.set(name, head.kind === 'argmax' ? shape.slice(0, -1) : shape.with(axis, count));
    return name;
  });
  return result;
};
