/** Reductions along axes, and choices along one. */
import type { FloatOp, Unary } from '../../float/graph.ts';
import { sameShape } from '../../float/shapes.ts';
import { readAttributes, unsupportedAttribute } from '../attributes.ts';
import type { Importer, OperatorContext } from '../context.ts';
import { asType } from '../fold.ts';
import { at, axesOf, normalAxes, normalAxis, single } from './shared.ts';

type Reduction = Extract<FloatOp, { tag: 'Reduce' }>['reduction'];

/** What an ONNX reduction is made of. */
interface Recipe {
  before?: Unary;
  reduction: Reduction;
  after?: Unary;
  /** Opset from which the axes are an input. */
  since: 13 | 18;
}

const RECIPES = {
  ReduceSum: { reduction: 'Sum', since: 13 },
  ReduceMean: { reduction: 'Mean', since: 18 },
  ReduceMax: { reduction: 'Max', since: 18 },
  ReduceMin: { reduction: 'Min', since: 18 },
  ReduceSumSquare: { reduction: 'SumOfSquares', since: 18 },
  ReduceL1: { before: { fn: 'Abs' }, reduction: 'Sum', since: 18 },
  ReduceL2: { reduction: 'SumOfSquares', after: { fn: 'Sqrt' }, since: 18 },
  ReduceLogSum: { reduction: 'Sum', after: { fn: 'Log' }, since: 18 },
  ReduceLogSumExp: { before: { fn: 'Exp' }, reduction: 'Sum', after: { fn: 'Log' }, since: 18 },
} satisfies Record<string, Recipe>;

export type ReductionName = keyof typeof RECIPES;
export const REDUCTIONS = Object.keys(RECIPES) as ReductionName[];

interface Reduced {
  axes: number[];
  keepDims: boolean;
  shape: number[];
}

/** Axes and output shape; `undefined` when nothing is reduced. */
const reducedOf = (context: OperatorContext, since: 13 | 18): Reduced | undefined => {
  const attributes = readAttributes(
    context.node,
    context.opset < since ? ['axes', 'keepdims'] : ['keepdims', 'noop_with_empty_axes'],
  );
  const from = context.shapeOf(0);
  const given = axesOf(context, attributes, since, 1) ?? [];
  const noop = context.opset >= since && attributes.int('noop_with_empty_axes', 0) === 1;
  if (given.length === 0 && noop) return undefined;
  const axes =
    given.length === 0 ? from.map((_, axis) => axis) : normalAxes(context, given, from.length);
  const keepDims = attributes.int('keepdims', 1) === 1;
  return {
    axes,
    keepDims,
    shape: keepDims
      ? from.map((d, axis) => (axes.includes(axis) ? 1 : d))
      : from.filter((_, axis) => !axes.includes(axis)),
  };
};

export const reduction = (name: ReductionName): Importer => {
  const recipe: Recipe = RECIPES[name];
  return (context) => {
    const reduced = reducedOf(context, recipe.since);
    const from = context.shapeOf(0);
    let input = context.operand(0);
    if (recipe.before) {
      const output = context.inner('each');
      context.emit({ tag: 'Map', unary: recipe.before }, [input], from, output);
      input = output;
    }
    const finish = (output: string, shape: readonly number[]) => {
      if (recipe.after) context.emit({ tag: 'Map', unary: recipe.after }, [output], shape);
    };
    if (reduced === undefined) {
      // Nothing to reduce: only what is done to each element remains.
      const squared = recipe.reduction === 'SumOfSquares';
      const output = recipe.after ? context.inner('sum') : undefined;
      if (squared) {
        context.emit({ tag: 'Map', unary: { fn: 'PowScalar', scalar: 2 } }, [input], from, output);
      } else {
        context.emit({ tag: 'Reshape' }, [input], from, output);
      }
      if (output) finish(output, from);
      return;
    }
    const { axes, keepDims, shape } = reduced;
    // A mean over the plane is a pool.
    if (recipe.reduction === 'Mean' && from.length === 4 && sameShape(axes, [2, 3])) {
      if (context.constant(0) === undefined) {
        const [, , height = 1, width = 1] = from;
        const window = {
          kernel: [height, width] as [number, number],
          strides: [1, 1] as [number, number],
          pads: [0, 0, 0, 0] as [number, number, number, number],
        };
        const kept = keepDims ? undefined : context.fresh('kept');
        const pooled = [...from.slice(0, 2), 1, 1];
        context.emit({ tag: 'AveragePool', window }, [input], pooled, kept);
        if (kept) context.emit({ tag: 'Reshape' }, [kept], shape);
        return;
      }
    }
    const output = recipe.after ? context.inner('sum') : undefined;
    context.emit(
      { tag: 'Reduce', reduction: recipe.reduction, axes, keepDims },
      [input],
      shape,
      output,
    );
    if (output) finish(output, shape);
  };
};

/** Only of constants: the element counts of shapes. */
export const reduceProd: Importer = (context) => {
  const reduced = reducedOf(context, 18);
  const constant = context.constant(0);
  if (constant === undefined) {
    throw context.refuse(
      'the product of a computed tensor is not supported',
      'unsupported-operator',
    );
  }
  if (reduced === undefined) {
    context.setConstant(constant);
    return;
  }
  if (reduced.axes.length !== constant.shape.length) {
    throw unsupportedAttribute(context.node, 'axes', reduced.axes, 'all axes of a constant');
  }
  const product = Array.from(constant.values).reduce((total, value) => total * value, 1);
  context.setConstant({
    type: constant.type,
    shape: reduced.shape,
    values: asType(constant.type, [product]),
  });
};

/** Index of the largest or smallest element along an axis. */
export const argExtreme =
  (which: 'Max' | 'Min'): Importer =>
  (context) => {
    const attributes = readAttributes(context.node, ['axis', 'keepdims', 'select_last_index']);
    if (attributes.int('select_last_index', 0) !== 0) {
      throw unsupportedAttribute(context.node, 'select_last_index', 1, '0');
    }
    const from = context.shapeOf(0);
    const axis = normalAxis(context, attributes.int('axis', 0), from.length);
    const keepDims = attributes.int('keepdims', 1) === 1;
    let input = context.tensor(0);
    if (which === 'Min') {
      const negated = context.inner('negated');
      context.emit({ tag: 'Map', unary: { fn: 'Neg' } }, [input], from, negated);
      input = negated;
    }
    context.emit(
      { tag: 'ArgMax', axis, keepDims },
      [input],
      keepDims ? from.map((d, i) => (i === axis ? 1 : d)) : from.filter((_, i) => i !== axis),
    );
    context.setKind(at(context.outputs, 0), 'index');
  };

export const topK: Importer = (context) => {
  const known = context.opset < 10 ? ['axis', 'k'] : ['axis', 'largest', 'sorted'];
  const attributes = readAttributes(context.node, context.opset === 10 ? ['axis'] : known);
  const from = context.shapeOf(0);
  const axis = normalAxis(context, attributes.int('axis', -1), from.length);
  const count = context.opset < 10 ? attributes.int('k', 0) : single(context, 1);
  if (count === undefined) throw context.refuse('K must be a constant scalar');
  if (!Number.isInteger(count) || count < 1 || count > at(from, axis)) {
    throw context.refuse(`K is ${count}; supported: from 1 to ${at(from, axis)}`);
  }
  const largest = attributes.int('largest', 1) === 1;
  const shape = from.map((d, i) => (i === axis ? count : d));
  const input = context.tensor(0);
  const [values, indices] = context.outputs;
  if (values)
    context.emit({ tag: 'TopK', axis, largest, output: 'values' }, [input], shape, values);
  if (indices) {
    context.emit({ tag: 'TopK', axis, largest, output: 'indices' }, [input], shape, indices);
    context.setKind(indices, 'index');
  }
};
