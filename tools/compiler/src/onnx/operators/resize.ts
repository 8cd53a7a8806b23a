/** Resize and Upsample of the plane. */
import type { ResizePlace } from '../../float/graph.ts';
import { type Attributes, readAttributes, unsupportedAttribute } from '../attributes.ts';
import type { Importer, OperatorContext } from '../context.ts';
import { emitOnPlane, planeOf } from './convolution.ts';
import { at, normalAxis } from './shared.ts';

const COORDINATES = [
  'half_pixel',
  'half_pixel_symmetric',
  'pytorch_half_pixel',
  'align_corners',
  'asymmetric',
  'tf_half_pixel_for_nn',
] as const;
type Coordinates = (typeof COORDINATES)[number];

/** `truncate`, up for smaller and down for larger outputs, is what ONNX Runtime does for files that cannot say. */
const ROUNDINGS = ['round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil'] as const;
type Rounding = (typeof ROUNDINGS)[number] | 'truncate';

const { fround } = Math;

/** A dimension of the plane before and after. */
interface Dimension {
  input: number;
  output: number;
  /** Output places per input place. */
  scale: number;
}

/** Where output place `place` lies in the input, in singles as ONNX Runtime computes it. */
const coordinate = (
  mode: Coordinates,
  { input, output, scale }: Dimension,
  place: number,
): number => {
  const half = () => fround(fround(fround(place + 0.5) / scale) - 0.5);
  switch (mode) {
    case 'asymmetric':
      return fround(place / scale);
    case 'half_pixel':
      return half();
    case 'pytorch_half_pixel':
      return output > 1 ? half() : 0;
    case 'align_corners':
      return output === 1 ? 0 : fround(fround(place * (input - 1)) / (output - 1));
    case 'tf_half_pixel_for_nn':
      return fround(fround(place + 0.5) / scale);
    case 'half_pixel_symmetric': {
      const adjustment = fround(output / fround(scale * input));
      const offset = fround((input / 2) * fround(1 - adjustment));
      return fround(offset + half());
    }
  }
};

const rounded = (rounding: Rounding, value: number, shrinks: boolean): number => {
  switch (rounding) {
    case 'floor':
      return Math.floor(value);
    case 'ceil':
      return Math.ceil(value);
    case 'round_prefer_floor':
      return Math.ceil(value - 0.5);
    case 'round_prefer_ceil':
      return Math.floor(value + 0.5);
    case 'truncate':
      return shrinks ? Math.ceil(value) : Math.trunc(value);
  }
};

const placesOf = (
  mode: 'nearest' | 'linear',
  coordinates: Coordinates,
  rounding: Rounding,
  dimension: Dimension,
): ResizePlace[] =>
  Array.from({ length: dimension.output }, (_, place) => {
    const last = dimension.input - 1;
    if (dimension.output === dimension.input && dimension.scale === 1) {
      return { index: place, fraction: 0 };
    }
    const value = coordinate(coordinates, dimension, place);
    if (mode === 'nearest') {
      const index = rounded(rounding, value, dimension.scale < 1);
      return { index: Math.min(last, Math.max(0, index)), fraction: 0 };
    }
    const within = Math.min(last, Math.max(0, value));
    const index = Math.floor(within);
    return { index, fraction: within - index };
  });

interface Sizes {
  /** For each dimension of the tensor. */
  scales: number[];
  output: number[];
}

/** Constant floats, or `undefined` when the input is absent or empty. */
const listOf = (context: OperatorContext, index: number, what: string): number[] | undefined => {
  if (!context.has(index)) return undefined;
  const constant = context.constant(index);
  if (constant === undefined) throw context.refuse(`${what} must be constant`);
  return constant.values.length === 0 ? undefined : Array.from(constant.values);
};

const sizesOf = (
  context: OperatorContext,
  given: { scales: number[] | undefined; sizes: number[] | undefined },
  axes: readonly number[],
): Sizes => {
  const from = context.shapeOf(0);
  const scales = from.map(() => 1);
  const output = [...from];
  const list = given.scales ?? given.sizes;
  if (list === undefined || list.length !== axes.length) {
    throw context.refuse('neither scales nor sizes are given for each of its axes');
  }
  axes.forEach((axis, index) => {
    const [value, size] = [at(list, index), at(from, axis)];
    if (!(value > 0) || !Number.isFinite(value)) {
      throw context.refuse(`${value} is no scale or size`);
    }
    const wanted = given.scales ? Math.floor(fround(size * fround(value))) : value;
    output[axis] = wanted;
    scales[axis] = given.scales ? fround(value) : fround(wanted / size);
  });
  return { scales, output };
};

const emitResize = (
  context: OperatorContext,
  mode: 'nearest' | 'linear',
  coordinates: Coordinates,
  rounding: Rounding,
  { scales, output }: Sizes,
): void => {
  const plane = planeOf(context);
  const from = context.shapeOf(0);
  if (output.slice(0, 2).some((size, axis) => size !== from[axis])) {
    throw context.refuse('resizes batch or channels; supported: height and width');
  }
  const limit = 2 ** 16;
  if (output.some((size) => !Number.isInteger(size) || size < 1 || size > limit)) {
    throw context.refuse(`its output would have shape [${output.join(',')}]`);
  }
  const along = (axis: number): ResizePlace[] =>
    axis < 2
      ? [{ index: 0, fraction: 0 }]
      : placesOf(mode, coordinates, rounding, {
          input: at(from, axis),
          output: at(output, axis),
          scale: at(scales, axis),
        });
  const { spatial } = plane;
  const [rows, columns] = spatial === 2 ? [along(2), along(3)] : [along(0), along(2)];
  emitOnPlane(context, { tag: 'Resize', mode, rows, columns }, plane, [
    plane.shape[0],
    plane.shape[1],
    rows.length,
    columns.length,
  ]);
};

const modeOf = (context: OperatorContext, attributes: Attributes): 'nearest' | 'linear' => {
  const mode = attributes.string('mode', 'nearest');
  if (mode !== 'nearest' && mode !== 'linear') {
    throw unsupportedAttribute(context.node, 'mode', mode, 'nearest, linear');
  }
  return mode;
};

export const upsample: Importer = (context) => {
  const attributes = readAttributes(
    context.node,
    context.opset < 9 ? ['mode', 'scales'] : ['mode'],
  );
  const scales = context.opset < 9 ? attributes.floats('scales') : listOf(context, 1, 'the scales');
  const axes = context.shapeOf(0).map((_, axis) => axis);
  const mode = modeOf(context, attributes);
  const sizes = sizesOf(context, { scales, sizes: undefined }, axes);
  emitResize(context, mode, 'asymmetric', 'truncate', sizes);
};

export const resize: Importer = (context) => {
  if (context.opset < 11) {
    const attributes = readAttributes(context.node, ['mode']);
    const scales = listOf(context, 1, 'the scales');
    const axes = context.shapeOf(0).map((_, axis) => axis);
    const mode = modeOf(context, attributes);
    const sizes = sizesOf(context, { scales, sizes: undefined }, axes);
    emitResize(context, mode, 'asymmetric', 'truncate', sizes);
    return;
  }
  const attributes = readAttributes(context.node, [
    'antialias',
    'axes',
    'coordinate_transformation_mode',
    'cubic_coeff_a',
    'exclude_outside',
    'extrapolation_value',
    'keep_aspect_ratio_policy',
    'mode',
    'nearest_mode',
  ]);
  if (attributes.int('antialias', 0) !== 0) {
    throw unsupportedAttribute(context.node, 'antialias', 1, '0');
  }
  const policy = attributes.string('keep_aspect_ratio_policy', 'stretch');
  if (policy !== 'stretch') {
    throw unsupportedAttribute(context.node, 'keep_aspect_ratio_policy', policy, 'stretch');
  }
  const wanted = attributes.string('coordinate_transformation_mode', 'half_pixel');
  const coordinates = COORDINATES.find((name) => name === wanted);
  if (coordinates === undefined) {
    throw unsupportedAttribute(
      context.node,
      'coordinate_transformation_mode',
      wanted,
      COORDINATES.join(', '),
    );
  }
  const nearest = attributes.string('nearest_mode', 'round_prefer_floor');
  const rounding = ROUNDINGS.find((name) => name === nearest);
  if (rounding === undefined) {
    throw unsupportedAttribute(context.node, 'nearest_mode', nearest, ROUNDINGS.join(', '));
  }
  const rank = context.shapeOf(0).length;
  const axes =
    attributes.ints('axes')?.map((axis) => normalAxis(context, axis, rank)) ??
    context.shapeOf(0).map((_, axis) => axis);
  const scales = listOf(context, 2, 'the scales');
  const sizes = scales ? undefined : listOf(context, 3, 'the sizes');
  const mode = modeOf(context, attributes);
  emitResize(context, mode, coordinates, rounding, sizesOf(context, { scales, sizes }, axes));
};
