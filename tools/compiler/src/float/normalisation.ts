/** Normalisations that exporters spell out, found again. */
import type { Constant, FloatGraph, FloatNode } from './graph.ts';
import { dropUnused, type GraphView, viewOf } from './rewrite.ts';
import { broadcastShape, broadcastStrides, sameShape, sizeOf, walk } from './shapes.ts';

/** How many of the last axes are reduced, if they are the last and stay as ones. */
const lastAxes = (node: FloatNode | undefined, reduction: string, rank: number): number => {
  if (node?.op.tag !== 'Reduce' || node.op.reduction !== reduction || !node.op.keepDims) return 0;
  const { axes } = node.op;
  const wanted = axes.map((_, index) => rank - axes.length + index);
  return sameShape(
    [...axes].sort((a, b) => a - b),
    wanted,
  )
    ? axes.length
    : 0;
};

interface Matched {
  input: string;
  axes: number;
  epsilon: number;
}

/** Whether every reader of a free tensor is among `known`. */
const onlyRead = (view: GraphView, tensor: string, known: readonly (FloatNode | undefined)[]) =>
  view.isFree(tensor) && view.readers(tensor).every((reader) => known.includes(reader));

/** `x - mean(x)` over the last axes. */
const centred = (
  view: GraphView,
  node: FloatNode | undefined,
): { input: string; axes: number } | undefined => {
  if (node?.op.tag !== 'Binary' || node.op.fn !== 'Sub') return undefined;
  const [input = '', mean = ''] = node.inputs;
  const producer = view.producer(mean);
  const axes = lastAxes(producer, 'Mean', view.shapeOf(input).length);
  const fits = axes > 0 && producer?.inputs[0] === input && view.isFree(mean);
  return fits ? { input, axes } : undefined;
};

/** The `x - mean(x)` of which `node` is the square. */
const squareOf = (view: GraphView, node: FloatNode | undefined): string | undefined => {
  if (node === undefined) return undefined;
  const [a, b] = node.inputs;
  if (node.op.tag === 'Map' && node.op.unary.fn === 'PowScalar' && node.op.unary.scalar === 2) {
    return a;
  }
  if (node.op.tag !== 'Binary' || node.op.fn !== 'Mul' || a === undefined || b === undefined) {
    return undefined;
  }
  const [left, right] = [centred(view, view.producer(a)), centred(view, view.producer(b))];
  return a === b || (left && left.input === right?.input) ? a : undefined;
};

/** `(x - mean) / sqrt(mean((x - mean)^2) + epsilon)`, which ends in `node`. */
const matchLayerNorm = (view: GraphView, node: FloatNode): Matched | undefined => {
  const [top = '', bottom = ''] = node.inputs;
  if (node.op.tag !== 'Binary') return undefined;
  const attempt = (difference: string, other: string, inverse: boolean): Matched | undefined => {
    const numerator = view.producer(difference);
    const whole = centred(view, numerator);
    let last = node;
    let root = view.privateProducer(other, last);
    if (inverse && root?.op.tag === 'Map' && root.op.unary.fn === 'Reciprocal') {
      last = root;
      root = view.privateProducer(root.inputs[0] ?? '', last);
    } else if (inverse) {
      const power =
        root?.op.tag === 'Map' && root.op.unary.fn === 'PowScalar' && root.op.unary.scalar;
      if (power !== -0.5) return undefined;
    }
    if (whole === undefined || root?.op.tag !== 'Map') return undefined;
    const { unary } = root.op;
    const isRoot =
      unary.fn === 'Sqrt' ||
      (unary.fn === 'PowScalar' && unary.scalar === (inverse && last === node ? -0.5 : 0.5));
    const sum = view.privateProducer(root.inputs[0] ?? '', root);
    if (!isRoot || sum?.op.tag !== 'Map' || sum.op.unary.fn !== 'AddScalar') return undefined;
    const epsilon = sum.op.unary.scalar;
    const variance = view.privateProducer(sum.inputs[0] ?? '', sum);
    const axes = lastAxes(variance, 'Mean', view.shapeOf(whole.input).length);
    if (variance === undefined || axes !== whole.axes || !(epsilon >= 0)) return undefined;
    const square = view.privateProducer(variance.inputs[0] ?? '', variance);
    const again = squareOf(view, square);
    if (again === undefined || square === undefined) return undefined;
    const other2 = centred(view, view.producer(again));
    const same = other2?.input === whole.input && other2.axes === axes;
    // Nobody else may want what lies between.
    const alone =
      onlyRead(view, difference, [node, square]) && onlyRead(view, again, [node, square]);
    return same && alone ? { input: whole.input, axes, epsilon } : undefined;
  };
  switch (node.op.fn) {
    case 'Div':
      return attempt(top, bottom, false);
    case 'Mul':
      return attempt(top, bottom, true) ?? attempt(bottom, top, true);
    case 'Add':
    case 'Sub':
      return undefined;
  }
};

/** `exp(x - max) / sum(exp(x - max))` along one axis, which ends in `node`; also without the subtraction. */
const matchSoftmax = (
  view: GraphView,
  node: FloatNode,
): { input: string; axis: number } | undefined => {
  if (node.op.tag !== 'Binary' || node.op.fn !== 'Div') return undefined;
  const [powers = '', total = ''] = node.inputs;
  const sum = view.privateProducer(total, node);
  const power = view.producer(powers);
  if (sum?.op.tag !== 'Reduce' || sum.op.reduction !== 'Sum' || !sum.op.keepDims) return undefined;
  const [axis, ...others] = sum.op.axes;
  if (axis === undefined || others.length > 0 || sum.inputs[0] !== powers) return undefined;
  if (power?.op.tag !== 'Map' || power.op.unary.fn !== 'Exp') return undefined;
  if (!onlyRead(view, powers, [node, sum])) return undefined;
  const [exponent = ''] = power.inputs;
  const difference = view.privateProducer(exponent, power);
  if (difference?.op.tag !== 'Binary' || difference.op.fn !== 'Sub')
    return { input: exponent, axis };
  const [input = '', most = ''] = difference.inputs;
  const max = view.privateProducer(most, difference);
  const isMax =
    max?.op.tag === 'Reduce' &&
    max.op.reduction === 'Max' &&
    max.op.keepDims &&
    max.inputs[0] === input &&
    sameShape(max.op.axes, [axis]);
  return { input: isMax ? input : exponent, axis };
};

/** Finds layer normalisations and softmaxes that are spelt out. */
export const findNormalisations = (graph: FloatGraph): FloatGraph => {
  const view = viewOf(graph);
  const nodes = graph.nodes.map((node): FloatNode => {
    const layer = matchLayerNorm(view, node);
    if (layer !== undefined) {
      const { input, axes, epsilon } = layer;
      return {
        ...node,
        op: { tag: 'LayerNorm', axes, epsilon, scale: undefined, shift: undefined },
        inputs: [input],
      };
    }
    const softmax = matchSoftmax(view, node);
    if (softmax === undefined) return node;
    return { ...node, op: { tag: 'Softmax', axis: softmax.axis }, inputs: [softmax.input] };
  });
  return dropUnused({ ...graph, nodes });
};

/** A constant spread over `inner`, if it broadcasts against a tensor of these last dimensions without growing it. */
const spread = (constant: Constant, inner: readonly number[]): Float64Array | undefined => {
  const own = constant.shape.slice(Math.max(0, constant.shape.length - inner.length));
  const leading = constant.shape.slice(0, constant.shape.length - own.length);
  if (leading.some((d) => d !== 1) || !sameShape(broadcastShape(own, inner) ?? [], inner)) {
    return undefined;
  }
  const values = new Float64Array(sizeOf(inner));
  walk(inner, broadcastStrides(own, inner), (source, target) => {
    values[target] = constant.values[source] ?? 0;
  });
  return values;
};

/** Scale and shift of every element that a step after a layer normalisation stands for. */
const stepOf = (
  { op }: FloatNode,
  inner: readonly number[],
  rank: number,
): { scale: (index: number) => number; shift: (index: number) => number } | undefined => {
  const same = (value: number) => () => value;
  if (op.tag === 'Map') {
    if (op.unary.fn === 'MulScalar') return { scale: same(op.unary.scalar), shift: same(0) };
    if (op.unary.fn === 'AddScalar') return { scale: same(1), shift: same(op.unary.scalar) };
    return undefined;
  }
  if (op.tag === 'Affine') {
    if (rank !== 2 || inner.length !== 1) return undefined;
    return { scale: (i) => op.scale[i] ?? 1, shift: (i) => op.shift[i] ?? 0 };
  }
  if (op.tag !== 'BinaryConstant') return undefined;
  const values = spread(op.constant, inner);
  if (values === undefined) return undefined;
  const value = (index: number) => values[index] ?? 0;
  switch (op.fn) {
    case 'Add':
      return { scale: same(1), shift: value };
    case 'Sub':
      return op.side === 1
        ? { scale: same(1), shift: (index) => -value(index) }
        : { scale: same(-1), shift: value };
    case 'Mul':
      return { scale: value, shift: same(0) };
    case 'Div':
      return op.side === 1 ? { scale: (index) => 1 / value(index), shift: same(0) } : undefined;
  }
};

/** Takes scalings and shifts behind layer normalisations into them. */
export const foldIntoLayerNorm = (graph: FloatGraph): FloatGraph => {
  const view = viewOf(graph);
  const nodes: FloatNode[] = [];
  const places = new Map<string, number>();
  for (const node of graph.nodes) {
    const [input = ''] = node.inputs;
    const alone = view.isFree(input) && view.readers(input).length === 1;
    const place = alone && node.inputs.length === 1 ? places.get(input) : undefined;
    const before = place === undefined ? undefined : nodes[place];
    const shape = view.shapeOf(node.output);
    if (
      place !== undefined &&
      before?.op.tag === 'LayerNorm' &&
      sameShape(shape, view.shapeOf(input))
    ) {
      const { op } = before;
      const inner = shape.slice(shape.length - op.axes);
      const step = stepOf(node, inner, shape.length);
      if (step !== undefined) {
        const at = (own: Float64Array | undefined, index: number, without: number) =>
          own?.[index] ?? without;
        const length = sizeOf(inner);
        const scale = Float64Array.from(
          { length },
          (_, index) => at(op.scale, index, 1) * step.scale(index),
        );
        const shift = Float64Array.from(
          { length },
          (_, index) => at(op.shift, index, 0) * step.scale(index) + step.shift(index),
        );
        nodes[place] = { ...before, op: { ...op, scale, shift }, output: node.output };
        places.set(node.output, place);
        continue;
      }
    }
    places.set(node.output, nodes.length);
    nodes.push(node);
  }
  return { ...graph, nodes };
};
