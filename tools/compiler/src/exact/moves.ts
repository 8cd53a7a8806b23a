/** Operators that choose, order or repeat elements, and compute none. */
import type { GraphNode, TensorSpec } from '@veritrace/referee/graph';
import { readElements } from '../model/tensors.ts';
import type { Range } from './bounds.ts';
import { EXACT_LIMIT, reach } from './bounds.ts';
import { finished } from './requantise.ts';
import {
  type Context,
  carriedValue,
  carrierOf,
  cast,
  fitsCarrier,
  indices,
  integersOf,
  integerValue,
  moved,
  scalar,
  type Value,
} from './values.ts';

type Attributes<Tag extends GraphNode['op']['tag']> = Extract<
  GraphNode['op'],
  { tag: Tag }
>['value'];

const union = (ranges: readonly Range[]): Range => ({
  min: Math.min(...ranges.map(({ min }) => min)),
  max: Math.max(...ranges.map(({ max }) => max)),
});

export const reshaped = (context: Context, node: GraphNode): Value => {
  const { builder } = context;
  const x = context.resolve(node, 0);
  const shape = indices(builder, node.output.shape);
  return moved(context, x, node.output, x.range, (name) => builder.op('Reshape', [name, shape]));
};

export const transposed = (
  context: Context,
  node: GraphNode,
  { perm }: Attributes<'Transpose'>,
): Value => {
  const { builder } = context;
  const x = context.resolve(node, 0);
  return moved(context, x, node.output, x.range, (name) =>
    builder.op('Transpose', [name], { perm }),
  );
};

export const padded = (
  context: Context,
  node: GraphNode,
  { pads, value }: Attributes<'Pad'>,
): Value => {
  const { builder } = context;
  const x = context.resolve(node, 0);
  const amounts = [...pads.map(([before]) => before), ...pads.map(([, after]) => after)];
  const constant = indices(builder, amounts);
  const range = union([x.range, { min: value, max: value }]);
  return moved(context, x, node.output, range, (name, { type, zero }) =>
    builder.op('Pad', [name, constant, scalar(builder, type, value - zero)], { mode: 'constant' }),
  );
};

export const pooled = (
  context: Context,
  node: GraphNode,
  { kernel, strides, pads }: Attributes<'MaxPool'>,
): Value => {
  const { builder } = context;
  const x = context.resolve(node, 0);
  return moved(
    context,
    x,
    node.output,
    x.range,
    (name) => builder.op('MaxPool', [name], { kernel_shape: kernel, strides, pads }),
    'carriers',
  );
};

/** One after the other: as integers where all are, else as carriers under the first one's zero point. */
export const joined = (
  context: Context,
  node: GraphNode,
  { axis }: Attributes<'Concat'>,
): Value => {
  const { builder } = context;
  const parts = node.inputs.map((_, input) => context.resolve(node, input));
  const range = union(parts.map((part) => part.range));
  const zero = parts.flatMap((part) => [...part.carriers.keys()])[0];
  const isInteger = parts.every(
    ({ ints, constant }) => ints !== undefined || constant !== undefined,
  );
  if (isInteger || zero === undefined || !fitsCarrier(range, zero)) {
    const names = parts.map((part) => integersOf(builder, part));
    return integerValue(node.output, range, builder.op('Concat', names, { axis }));
  }
  const names = parts.map((part) => carrierOf(builder, part, zero));
  return carriedValue(node.output, range, zero, builder.op('Concat', names, { axis }));
};

export const sliced = (
  context: Context,
  node: GraphNode,
  { ranges }: Attributes<'Slice'>,
): Value => {
  const { builder } = context;
  const x = context.resolve(node, 0);
  const { shape } = node.output;
  // A dimension that stays whole is left out; of a tensor that stays whole, one is kept.
  const cut = ranges.flatMap(([start, step], axis) =>
    start === 0 && step === 1 && shape[axis] === x.spec.shape[axis] ? [] : [axis],
  );
  const axes = cut.length === 0 ? [0] : cut;
  const of = (pick: (start: number, step: number, size: number) => number) =>
    indices(
      builder,
      axes.map((axis) => {
        const [start, step] = ranges[axis] ?? [0, 1];
        return pick(start, step, shape[axis] ?? 1);
      }),
    );
  if (shape.length === 0) return moved(context, x, node.output, x.range, (name) => name);
  const bounds = [
    of((start) => start),
    of((start, step, size) => start + (size - 1) * step + 1),
    indices(builder, axes),
    of((_, step) => step),
  ];
  return moved(context, x, node.output, x.range, (name) => builder.op('Slice', [name, ...bounds]));
};

/** Indices in int32 and within `0 ..= size - 1`; clamped here when they are constant, else where they could be outside. */
const clampedIndices = ({ builder }: Context, value: Value, size: number): string => {
  if (value.constant !== undefined) {
    const elements = readElements(value.spec.dtype, value.constant.data);
    const inside = Array.from(elements, (index) => Math.min(Math.max(index, 0), size - 1));
    return builder.constant('int32', value.spec.shape, inside);
  }
  const ints = integersOf(builder, value);
  const wide = value.spec.dtype === 'I32' ? ints : cast(builder, ints, 'int32');
  if (value.range.min >= 0 && value.range.max < size) return wide;
  return builder.op('Clip', [
    wide,
    scalar(builder, 'int32', 0),
    scalar(builder, 'int32', size - 1),
  ]);
};

export const gathered = (
  context: Context,
  node: GraphNode,
  { axis }: Attributes<'Gather'>,
): Value => {
  const { builder } = context;
  const [x, places] = [context.resolve(node, 0), context.resolve(node, 1)];
  const index = clampedIndices(context, places, x.spec.shape[axis] ?? 1);
  return moved(context, x, node.output, x.range, (name) =>
    builder.op('Gather', [name, index], { axis }),
  );
};

/** A place of a resize: the index, the next one, and its share in 128ths. */
interface Place {
  index: number;
  next: number;
  share: number;
}

const placesOf = (plan: Value, size: number): Place[] => {
  const { constant } = plan;
  const elements = constant ? readElements(constant.spec.dtype, constant.data) : [];
  return Array.from(elements, (place) => {
    // The weight is the low byte, the index what is above it; both of a negative place too.
    const share = Math.min(place & 255, 128);
    const index = Math.min(Math.max(place >> 8, 0), size - 1);
    return { index, next: Math.min(index + 1, size - 1), share };
  });
};

/** Whole factor by which each element is repeated, if that is what the places say. */
const repeats = (places: readonly Place[], size: number): number | undefined => {
  const factor = places.length / size;
  const isRepeat = places.every(({ index }, at) => index === Math.floor(at / factor));
  return Number.isInteger(factor) && isRepeat ? factor : undefined;
};

const isWhole = (places: readonly Place[], size: number): boolean =>
  places.length === size && places.every(({ index }, at) => index === at);

export const resized = (
  context: Context,
  node: GraphNode,
  { xZero, requant }: Attributes<'Resize'>,
): Value => {
  const { builder } = context;
  const x = context.resolve(node, 0);
  const [, , height = 1, width = 1] = x.spec.shape;
  const rows = placesOf(context.resolve(node, 1), height);
  const columns = placesOf(context.resolve(node, 2), width);
  const take = (name: string, places: readonly number[], axis: number) =>
    builder.op('Gather', [name, indices(builder, places)], { axis });

  if (requant === undefined) {
    const [vertical, horizontal] = [repeats(rows, height), repeats(columns, width)];
    if (vertical !== undefined && horizontal !== undefined) {
      const scales = builder.constant('float32', [4], [1, 1, vertical, horizontal]);
      return moved(
        context,
        x,
        node.output,
        x.range,
        (name) =>
          builder.op('Resize', [name, '', scales], {
            mode: 'nearest',
            coordinate_transformation_mode: 'asymmetric',
            nearest_mode: 'floor',
          }),
        'carriers',
      );
    }
    return moved(context, x, node.output, x.range, (name) => {
      const across = isWhole(columns, width)
        ? name
        : take(
            name,
            columns.map(({ index }) => index),
            3,
          );
      return isWhole(rows, height) && across !== name
        ? across
        : take(
            across,
            rows.map(({ index }) => index),
            2,
          );
    });
  }

  // At most 255 * 128 * 128, which is below 2^24, as is every product on the way.
  const blend = (name: string, places: readonly Place[], axis: 2 | 3): string => {
    const shape = axis === 2 ? [places.length, 1] : [places.length];
    const part = (index: (place: Place) => number, share: (place: Place) => number) =>
      builder.op('Mul', [
        take(name, places.map(index), axis),
        builder.constant('float32', shape, places.map(share)),
      ]);
    return builder.op('Add', [
      part(
        (place) => place.index,
        ({ share }) => 128 - share,
      ),
      part(
        (place) => place.next,
        ({ share }) => share,
      ),
    ]);
  };
  const bound = reach(x.range, xZero) * 128 * 128;
  if (bound > EXACT_LIMIT) throw new RangeError('unreachable: an operand has 8 bits');
  const name = blend(blend(carrierOf(builder, x, xZero), rows, 2), columns, 3);
  const range = { min: -bound, max: bound };
  return finished(context, node, { form: 'float', name }, range, requant);
};

/**
 * The largest or smallest elements where the runtime takes any of those that are equal: by keys of which none are. An element
 * has 32 bits and an axis no more than 2^24 places, so that a key has 56.
 */
const selectedByKeys = (
  { builder }: Context,
  x: Value,
  spec: TensorSpec,
  op: Attributes<'TopK'>,
): Value => {
  const { shape } = x.spec;
  const length = shape[op.axis] ?? 1;
  const places = Array.from({ length }, (_, place) => (op.largest ? length - 1 - place : place));
  const ranks = builder.constant(
    'int64',
    shape.map((_, axis) => (axis === op.axis ? length : 1)),
    places,
  );
  const scaled = builder.op('Mul', [
    cast(builder, integersOf(builder, x), 'int64'),
    builder.constant('int64', [], [length]),
  ]);
  const [, chosen = ''] = builder.ops(
    'TopK',
    [builder.op('Add', [scaled, ranks]), indices(builder, [spec.shape[op.axis] ?? 1])],
    { axis: op.axis, largest: op.largest ? 1 : 0, sorted: 1 },
    2,
  );
  if (op.indices) {
    return integerValue(spec, { min: 0, max: length - 1 }, cast(builder, chosen, 'int32'));
  }
  const elements = [integersOf(builder, x), chosen];
  const found = builder.op('GatherElements', elements, { axis: op.axis });
  return integerValue(spec, x.range, found, x.zeroPoint);
};

/** The largest or smallest elements. The order of the runtime's CPU provider on a tie is ours: the lower index first. */
export const selected = (context: Context, node: GraphNode, op: Attributes<'TopK'>): Value => {
  const { builder } = context;
  const x = context.resolve(node, 0);
  if (context.provider !== 'cpu') return selectedByKeys(context, x, node.output, op);
  const { shape } = node.output;
  const count = indices(builder, [shape[op.axis] ?? 1]);
  const attributes = { axis: op.axis, largest: op.largest ? 1 : 0, sorted: 1 };
  const range = op.indices ? { min: 0, max: (x.spec.shape[op.axis] ?? 1) - 1 } : x.range;
  const fits = fitsCarrier(x.range, 0);
  const zero = fits ? (x.carriers.keys().next().value ?? 0) : 0;
  // Of the integers only those of 32 bits have an implementation.
  const source = fits ? carrierOf(builder, x, zero) : integersOf(builder, x);
  const [values = '', places = ''] = builder.ops('TopK', [source, count], attributes, 2);
  if (op.indices) return integerValue(node.output, range, cast(builder, places, 'int32'));
  return fits
    ? { ...carriedValue(node.output, range, zero, values), zeroPoint: x.zeroPoint }
    : integerValue(node.output, range, values);
};
