/** Normalisations over batches, layers and groups, and Softmax. */
import { broadcastShape, broadcastStrides, sizeOf, walk } from '../../float/shapes.ts';
import { readAttributes, unsupportedAttribute } from '../attributes.ts';
import type { Importer, OperatorContext } from '../context.ts';
import { at, constantOf, normalAxis, onlyFirstOutput } from './shared.ts';

/** One constant value for each channel. */
const perChannelInput = (
  context: OperatorContext,
  index: number,
  what: string,
  channels: number,
): Float64Array => {
  const { values } = constantOf(context, index, what);
  if (values.length !== channels) throw context.refuse(`${what} has not one value per channel`);
  return Float64Array.from(values);
};

/** Emits `input * scale + shift` per index of dimension 1 under the node's output, whatever the rank. */
const emitAffine = (
  context: OperatorContext,
  input: string,
  shape: readonly number[],
  scale: Float64Array,
  shift: Float64Array,
): void => {
  const op = { tag: 'Affine', scale, shift } as const;
  if (shape.length === 2 || shape.length === 4) {
    context.emit(op, [input], shape);
    return;
  }
  const [batch = 1, channels = 1] = shape;
  const plane = [batch, channels, 1, sizeOf(shape.slice(2))];
  const [narrow, wide] = [context.inner('plane'), context.fresh('wide')];
  context.emit({ tag: 'Reshape' }, [input], plane, narrow);
  context.emit(op, [narrow], plane, wide);
  context.emit({ tag: 'Reshape' }, [wide], shape);
};

export const batchNormalization: Importer = (context) => {
  onlyFirstOutput(context);
  const attributes = readAttributes(context.node, [
    'epsilon',
    'momentum',
    'spatial',
    'training_mode',
  ]);
  if (attributes.int('training_mode', 0) !== 0) {
    throw unsupportedAttribute(context.node, 'training_mode', 1, '0');
  }
  if (attributes.int('spatial', 1) !== 1) {
    throw unsupportedAttribute(context.node, 'spatial', 0, '1');
  }
  const epsilon = attributes.float('epsilon', 1e-5);
  const shape = context.shapeOf(0);
  if (shape.length < 2) {
    throw context.refuse(`input has rank ${shape.length}; supported: 2 and more`);
  }
  const read = (index: number, what: string) => perChannelInput(context, index, what, at(shape, 1));
  const [gamma, beta] = [read(1, 'the scale'), read(2, 'the shift')];
  const [mean, variance] = [read(3, 'the mean'), read(4, 'the variance')];
  const scale = gamma.map((g, c) => g / Math.sqrt(at(variance, c) + epsilon));
  const shift = beta.map((b, c) => b - at(mean, c) * at(scale, c));
  emitAffine(context, context.tensor(0), shape, scale, shift);
};

export const layerNormalization: Importer = (context) => {
  onlyFirstOutput(context);
  const attributes = readAttributes(context.node, ['axis', 'epsilon', 'stash_type']);
  const shape = context.shapeOf(0);
  const axis = normalAxis(context, attributes.int('axis', -1), shape.length);
  const inner = shape.slice(axis);
  const spread = (index: number, what: string): Float64Array | undefined => {
    if (!context.has(index)) return undefined;
    const constant = constantOf(context, index, what);
    if (broadcastShape(constant.shape, inner)?.join() !== inner.join()) {
      throw context.refuse(
        `${what} [${constant.shape.join(',')}] does not fit [${inner.join(',')}]`,
      );
    }
    const values = new Float64Array(sizeOf(inner));
    walk(inner, broadcastStrides(constant.shape, inner), (source, target) => {
      values[target] = at(constant.values, source);
    });
    return values;
  };
  context.emit(
    {
      tag: 'LayerNorm',
      axes: inner.length,
      epsilon: attributes.float('epsilon', 1e-5),
      scale: spread(1, 'the scale'),
      shift: spread(2, 'the shift'),
    },
    [context.tensor(0)],
    shape,
  );
};

/** Each of `groups` of channels normalised over itself and the plane, then scaled and shifted per channel. */
const emitGroups = (
  context: OperatorContext,
  groups: number,
  epsilon: number,
  scale: Float64Array,
  shift: Float64Array,
): void => {
  const shape = context.shapeOf(0);
  const [batch = 1] = shape;
  const lines = [batch, groups, sizeOf(shape) / batch / groups];
  const [flat, normal, back] = [
    context.inner('flat'),
    context.inner('normal'),
    context.inner('back'),
  ];
  context.emit({ tag: 'Reshape' }, [context.tensor(0)], lines, flat);
  context.emit(
    { tag: 'LayerNorm', axes: 1, epsilon, scale: undefined, shift: undefined },
    [flat],
    lines,
    normal,
  );
  context.emit({ tag: 'Reshape' }, [normal], shape, back);
  emitAffine(context, back, shape, scale, shift);
};

export const instanceNormalization: Importer = (context) => {
  const attributes = readAttributes(context.node, ['epsilon']);
  const shape = context.shapeOf(0);
  if (shape.length < 3)
    throw context.refuse(`input has rank ${shape.length}; supported: 3 and more`);
  const channels = at(shape, 1);
  emitGroups(
    context,
    channels,
    attributes.float('epsilon', 1e-5),
    perChannelInput(context, 1, 'the scale', channels),
    perChannelInput(context, 2, 'the shift', channels),
  );
};

export const groupNormalization: Importer = (context) => {
  const attributes = readAttributes(context.node, ['epsilon', 'num_groups', 'stash_type']);
  const shape = context.shapeOf(0);
  if (shape.length < 3)
    throw context.refuse(`input has rank ${shape.length}; supported: 3 and more`);
  const channels = at(shape, 1);
  const groups = attributes.int('num_groups', 0);
  if (groups < 1 || channels % groups !== 0) {
    throw unsupportedAttribute(
      context.node,
      'num_groups',
      groups,
      `a divisor of the ${channels} channels`,
    );
  }
  // One value per group before opset 21, one per channel from it on.
  const read = (index: number, what: string): Float64Array => {
    if (context.opset >= 21) return perChannelInput(context, index, what, channels);
    const values = perChannelInput(context, index, what, groups);
    const size = channels / groups;
    return Float64Array.from({ length: channels }, (_, c) => at(values, Math.floor(c / size)));
  };
  const epsilon = attributes.float('epsilon', 1e-5);
  emitGroups(context, groups, epsilon, read(1, 'the scale'), read(2, 'the shift'));
};

export const softmax: Importer = (context) => {
  const attributes = readAttributes(context.node, ['axis']);
  const shape = context.shapeOf(0);
  const input = context.tensor(0);
  const axis = normalAxis(
    context,
    attributes.int('axis', context.opset < 13 ? 1 : -1),
    shape.length,
  );
  if (context.opset >= 13 || axis === shape.length - 1) {
    context.emit({ tag: 'Softmax', axis }, [input], shape);
    return;
  }
  // Before opset 13 everything from the axis on is one line.
  const lines = [sizeOf(shape.slice(0, axis)), sizeOf(shape.slice(axis))];
  const [flat, wide] = [context.inner('flat'), context.fresh('wide')];
  context.emit({ tag: 'Reshape' }, [input], lines, flat);
  context.emit({ tag: 'Softmax', axis: 1 }, [flat], lines, wide);
  context.emit({ tag: 'Reshape' }, [wide], shape);
};
