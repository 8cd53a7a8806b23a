/** Operators that bring the elements along axes together. */
import type { GraphNode } from '@veritrace/referee/graph';
import { elementCount } from '../model/tensors.ts';
import { EXACT_LIMIT, type Range, reach } from './bounds.ts';
import { finished } from './requantise.ts';
import {
  type Context,
  carrierOf,
  cast,
  clampedWide,
  clampRange,
  differenceOf,
  fitsCarrier,
  indices,
  integersOf,
  integerValue,
  moved,
  rangeOfDifference,
  type Value,
} from './values.ts';

type Attributes<Tag extends GraphNode['op']['tag']> = Extract<
  GraphNode['op'],
  { tag: Tag }
>['value'];

const squaredRange = (range: Range): Range => {
  const worst = reach(range, 0);
  const holdsZero = range.min <= 0 && range.max >= 0;
  const least = holdsZero ? 0 : Math.min(Math.abs(range.min), Math.abs(range.max));
  return { min: least * least, max: worst * worst };
};

/** Sums, sums of squares, maxima and minima over axes. */
export const reducedOver = (
  context: Context,
  node: GraphNode,
  { reduction, axes, keepDims, xZero, requant }: Attributes<'Reduce'>,
): Value => {
  const { builder } = context;
  const x = context.resolve(node, 0);
  const keepdims = keepDims ? 1 : 0;
  switch (reduction) {
    case 'Max':
    case 'Min': {
      const opType = reduction === 'Max' ? 'ReduceMax' : 'ReduceMin';
      return moved(
        context,
        x,
        node.output,
        x.range,
        (name) =>
          axes.length === 0
            ? builder.op('Identity', [name])
            : builder.op(opType, [name], { axes, keepdims }),
        'carriers',
      );
    }
    case 'Sum':
    case 'SumOfSquares': {
      const isSquared = reduction === 'SumOfSquares';
      const count = elementCount(axes.map((axis) => x.spec.shape[axis] ?? 1));
      const differences = rangeOfDifference(x.range, xZero);
      const terms = isSquared ? squaredRange(differences) : differences;
      const term = isSquared ? clampRange(terms) : terms;
      const range = { min: term.min * count, max: term.max * count };
      const collapse = (name: string) =>
        axes.length === 0
          ? name
          : builder.op('ReduceSum', [name, indices(builder, axes)], { keepdims });
      if (fitsCarrier(x.range, xZero) && reach(terms, 0) * count <= EXACT_LIMIT) {
        const carrier = carrierOf(builder, x, xZero);
        const each = isSquared ? builder.op('Mul', [carrier, carrier]) : carrier;
        return finished(context, node, { form: 'float', name: collapse(each) }, range, requant);
      }
      const difference = differenceOf(builder, x, xZero);
      // None of the squares is negative, so that a sum of clamped ones is clamped if that of exact ones is, and a sum that
      // is rounded stays far beyond the clamp.
      const each = isSquared
        ? clampedWide(builder, builder.op('Mul', [difference, difference]), terms)
        : difference;
      // Sums of mixed sign that could leave 2^53 on the way are made in int64.
      const sum =
        isSquared || reach(terms, 0) * count <= 2 ** 53
          ? collapse(each)
          : cast(builder, collapse(cast(builder, each, 'int64')), 'float64');
      const name = cast(builder, clampedWide(builder, sum, range), 'int32');
      return finished(context, node, { form: 'int', name }, range, requant);
    }
  }
};

/** The index of the first largest element along an axis. */
export const largestIndex = (
  context: Context,
  node: GraphNode,
  { axis, keepDims }: Attributes<'ArgMax'>,
): Value => {
  const { builder } = context;
  const x = context.resolve(node, 0);
  const zero = x.carriers.keys().next().value ?? 0;
  const source = fitsCarrier(x.range, 0) ? carrierOf(builder, x, zero) : integersOf(builder, x);
  const found = builder.op('ArgMax', [source], {
    axis,
    keepdims: keepDims ? 1 : 0,
    select_last_index: 0,
  });
  const range = { min: 0, max: (x.spec.shape[axis] ?? 1) - 1 };
  return integerValue(node.output, range, cast(builder, found, 'int32'));
};
