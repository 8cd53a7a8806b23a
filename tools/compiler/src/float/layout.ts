/** Moves of elements that cancel, or that are one. */
import type { FloatGraph, FloatNode, FloatOp } from './graph.ts';
import { dropUnused, viewOf } from './rewrite.ts';
import { sameShape } from './shapes.ts';

/** Whether an operator gives its only input back. */
const isIdle = (op: FloatOp, from: readonly number[], to: readonly number[]): boolean => {
  switch (op.tag) {
    case 'Reshape':
    case 'Concat':
      return sameShape(from, to);
    case 'Transpose':
      return op.perm.every((axis, index) => axis === index);
    case 'Pad':
      return op.pads.every(([before, after]) => before === 0 && after === 0);
    case 'Slice':
      return sameShape(from, to) && op.ranges.every(([start]) => start === 0);
    case 'Resize':
      return [op.rows, op.columns].every((places, axis) => {
        const whole = places.length === from[axis + 2];
        return (
          whole && places.every((place, index) => place.index === index && place.fraction === 0)
        );
      });
    default:
      return false;
  }
};

/** Two moves, the first and then the second, as one. */
const joined = (first: FloatOp, second: FloatOp): FloatOp | undefined => {
  if (first.tag === 'Reshape' && second.tag === 'Reshape') return second;
  if (first.tag === 'Transpose' && second.tag === 'Transpose') {
    return { tag: 'Transpose', perm: second.perm.map((axis) => first.perm[axis] ?? axis) };
  }
  return undefined;
};

/** Joins reshapes and transpositions that follow each other, and drops what changes nothing. */
export const mergeLayout = (graph: FloatGraph): FloatGraph => {
  const { isFree, shapeOf } = viewOf(graph);
  const renamed = new Map<string, string>();
  const resolve = (name: string): string => renamed.get(name) ?? name;
  const producers = new Map<string, FloatNode>();
  const nodes: FloatNode[] = [];
  for (const original of graph.nodes) {
    let node: FloatNode = { ...original, inputs: original.inputs.map(resolve) };
    const [input] = node.inputs;
    if (input !== undefined && node.inputs.length === 1) {
      const before = isFree(input) ? producers.get(input) : undefined;
      const op = before && joined(before.op, node.op);
      if (before && op) node = { ...node, op, inputs: before.inputs };
      const [source = input] = node.inputs;
      if (isFree(node.output) && isIdle(node.op, shapeOf(source), shapeOf(node.output))) {
        renamed.set(node.output, source);
        continue;
      }
    }
    producers.set(node.output, node);
    nodes.push(node);
  }
  return dropUnused({ ...graph, nodes });
};

/** A tensor that is only moved takes the quantisation that is prescribed for it where it arrives. */
export const spreadPrescriptions = (graph: FloatGraph): FloatGraph => {
  const { privateProducer } = viewOf(graph);
  const prescribed = new Map(graph.prescribed);
  for (const node of graph.nodes.toReversed()) {
    const [input] = node.inputs;
    const wanted = prescribed.get(node.output);
    const moves = node.op.tag === 'Reshape' || node.op.tag === 'Transpose';
    if (!moves || input === undefined || wanted === undefined || prescribed.has(input)) continue;
    if (privateProducer(input, node) !== undefined) prescribed.set(input, wanted);
  }
  return { ...graph, prescribed };
};
