/** Pools over the plane. */
import type { FloatOp, PoolWindow } from '../../float/graph.ts';
import { type Attributes, readAttributes, unsupportedAttribute } from '../attributes.ts';
import type { Importer, OperatorContext } from '../context.ts';
import { emitOnPlane, type Plane, pairOf, planeOf, sliding } from './convolution.ts';
import { at, onlyFirstOutput } from './shared.ts';

const POOL_ATTRIBUTES = [
  'auto_pad',
  'ceil_mode',
  'dilations',
  'kernel_shape',
  'pads',
  'strides',
] as const;

type Shape4 = [number, number, number, number];

const poolWindow = (
  context: OperatorContext,
  attributes: Attributes,
): { window: PoolWindow; plane: Plane; shape: Shape4 } => {
  const plane = planeOf(context);
  const [batch, channels] = plane.shape;
  const kernel = pairOf(context, attributes, 'kernel_shape', [0, 0], plane.spatial);
  if (kernel[0] < 1) {
    throw unsupportedAttribute(
      context.node,
      'kernel_shape',
      null,
      'an integer for each spatial dimension',
    );
  }
  const { strides, pads, dilations, out } = sliding(context, attributes, kernel, plane);
  if (dilations.some((dilation, axis) => dilation !== 1 && at(kernel, axis) > 1)) {
    throw unsupportedAttribute(context.node, 'dilations', dilations, '[1,1]');
  }
  if (pads.some((pad, side) => pad >= at(kernel, side % 2))) {
    throw unsupportedAttribute(context.node, 'pads', pads, 'less than the window');
  }
  return { window: { kernel, strides, pads }, plane, shape: [batch, channels, ...out] };
};

export const maxPool: Importer = (context) => {
  onlyFirstOutput(context);
  const attributes = readAttributes(context.node, [...POOL_ATTRIBUTES, 'storage_order']);
  const { window, plane, shape } = poolWindow(context, attributes);
  emitOnPlane(context, { tag: 'MaxPool', window }, plane, shape);
};

/** An average over the window as the pool's attributes count it. */
export const averageWindow = (
  context: OperatorContext,
  attributes: Attributes,
): { window: PoolWindow; plane: Plane; shape: Shape4 } => {
  const given = attributes.ints('pads') ?? [];
  const pooled = poolWindow(context, attributes);
  const { window, plane } = pooled;
  const included = attributes.int('count_include_pad', 0) === 1;
  const asGiven =
    plane.spatial === 2 ? given : given.length === 2 ? [0, at(given, 0), 0, at(given, 1)] : [];
  const grown = window.pads.some((pad, side) => pad !== (asGiven[side] ?? 0));
  const padded = window.pads.some((pad) => pad > 0);
  if (padded && (!included || grown)) {
    throw unsupportedAttribute(
      context.node,
      'pads',
      window.pads,
      'no padding (also none by auto_pad or ceil_mode), or count_include_pad = 1',
    );
  }
  return pooled;
};

export const AVERAGE_ATTRIBUTES = [...POOL_ATTRIBUTES, 'count_include_pad'] as const;

export const averagePool: Importer = (context) => {
  const attributes = readAttributes(context.node, AVERAGE_ATTRIBUTES);
  const { window, plane, shape } = averageWindow(context, attributes);
  emitOnPlane(context, { tag: 'AveragePool', window }, plane, shape);
};

/** The window that is the whole plane. */
export const wholePlane = (
  context: OperatorContext,
): { window: PoolWindow; plane: Plane; shape: Shape4 } => {
  const plane = planeOf(context);
  const [batch, channels, height, width] = plane.shape;
  return {
    window: { kernel: [height, width], strides: [1, 1], pads: [0, 0, 0, 0] },
    plane,
    shape: [batch, channels, 1, 1],
  };
};

const global =
  (tag: 'AveragePool' | 'MaxPool'): Importer =>
  (context) => {
    readAttributes(context.node, []);
    const { window, plane, shape } = wholePlane(context);
    const op: FloatOp = { tag, window };
    emitOnPlane(context, op, plane, shape);
  };

export const globalAveragePool = global('AveragePool');
export const globalMaxPool = global('MaxPool');
