/** Which nodes of the float graph melt into others: clamps into sums, elementwise expressions of one tensor into tables. */

import { applyBinary } from '../float/binary.ts';
import type { FloatGraph, FloatNode, FloatOp, Unary } from '../float/graph.ts';
import { applyUnary } from '../float/unary.ts';
import { type Ending, NO_ENDING, toInteger } from './context.ts';

export interface Expressions {
  /** The sum a tensor comes from, with the clamps and factors between, when nothing else sees what lies between. */
  endedSum(tensor: string): { sum: FloatNode; ending: Ending } | undefined;
  /** The one tensor an elementwise expression is a function of; the tensor itself when it is not such an expression. */
  rootOf(tensor: string): string;
  /** The expression's value where its root has this one. */
  evaluate(tensor: string, root: string, value: number): number;
}

/** Whether a positive factor behind the sum goes into its scale. Version 1 never did that. */
const takesFactor = ({ op }: FloatNode): boolean =>
  op.tag === 'MatMul' ||
  op.tag === 'BinaryConstant' ||
  op.tag === 'Resize' ||
  op.tag === 'Reduce' ||
  (op.tag === 'Binary' && op.fn !== 'Add');

/** An ending with one more step behind it. */
const endedBy = (ending: Ending, unary: Unary): Ending => {
  switch (unary.fn) {
    case 'Clip': {
      const through = (value: number) => Math.min(Math.max(value, unary.min), unary.max);
      return { ...ending, min: through(ending.min), max: through(ending.max) };
    }
    case 'MulScalar':
      return {
        factor: ending.factor * unary.scalar,
        min: ending.min * unary.scalar,
        max: ending.max * unary.scalar,
      };
    default:
      throw new RangeError(`${unary.fn} does not end a sum`);
  }
};

export const createExpressions = (
  graph: FloatGraph,
  producers: ReadonlyMap<string, FloatNode>,
  consumers: ReadonlyMap<string, readonly FloatNode[]>,
): Expressions => {
  /** Operators whose sums are requantised, so that a clamp behind them is free. */
  const isSum = (node: FloatNode): boolean => {
    switch (node.op.tag) {
      case 'Conv':
      case 'ConvTranspose':
      case 'Dense':
      case 'Affine':
      case 'AveragePool':
      case 'MatMul':
      case 'BinaryConstant':
        return true;
      case 'Binary':
        return rootOf(node.output) === node.output;
      case 'Resize':
        return node.op.mode === 'linear';
      case 'Reduce':
        return node.op.reduction !== 'Max' && node.op.reduction !== 'Min';
      case 'Map':
      case 'MaxPool':
      case 'Reshape':
      case 'Transpose':
      case 'Pad':
      case 'ArgMax':
      case 'FakeQuantise':
      case 'Concat':
      case 'Slice':
      case 'Gather':
      case 'Softmax':
      case 'LayerNorm':
      case 'TopK':
        return false;
    }
  };

  const endedSum: Expressions['endedSum'] = (tensor) => {
    // From the outermost inwards.
    const steps: Unary[] = [];
    let name = tensor;
    for (;;) {
      const node = producers.get(name);
      if (node === undefined) return undefined;
      if (isSum(node)) {
        if (steps.some(({ fn }) => fn !== 'Clip') && !takesFactor(node)) return undefined;
        return { sum: node, ending: steps.toReversed().reduce(endedBy, NO_ENDING) };
      }
      const [input] = node.inputs;
      if (node.op.tag !== 'Map' || input === undefined) return undefined;
      const { unary } = node.op;
      const isFolded = unary.fn === 'Clip' || (unary.fn === 'MulScalar' && unary.scalar > 0);
      const isPrivate =
        consumers.get(input)?.length === 1 &&
        !graph.prescribed.has(input) &&
        !graph.outputs.includes(input);
      if (!isFolded || !isPrivate) return undefined;
      steps.push(unary);
      name = input;
    }
  };

  const roots = new Map<string, string>();
  const rootOf = (tensor: string): string => {
    const known = roots.get(tensor);
    if (known !== undefined) return known;
    const node = producers.get(tensor);
    const find = (): string => {
      if (node === undefined) return tensor;
      if (node.op.tag !== 'Map' && node.op.tag !== 'Binary') return tensor;
      if (node.op.tag === 'Map' && endedSum(tensor) !== undefined) return tensor;
      const [first, ...others] = node.inputs.map(rootOf);
      return first !== undefined && others.every((other) => other === first) ? first : tensor;
    };
    const root = find();
    roots.set(tensor, root);
    return root;
  };

  const evaluate: Expressions['evaluate'] = (tensor, root, value) => {
    if (tensor === root) return value;
    const node = producers.get(tensor);
    if (node === undefined) return value;
    const inputs = node.inputs.map((input) => evaluate(input, root, value));
    const [a = 0, b = 0] = inputs;
    const compute = (op: FloatOp): number => {
      if (op.tag === 'Map') return applyUnary(op.unary, a);
      if (op.tag !== 'Binary') throw new RangeError(`${op.tag} is not elementwise`);
      return applyBinary(op.fn, a, b);
    };
    const result = compute(node.op);
    const prescribed = graph.prescribed.get(tensor);
    if (prescribed === undefined) return result;
    return (toInteger(result, prescribed) - prescribed.zero) * prescribed.scale;
  };

  return { endedSum, rootOf, evaluate };
};
