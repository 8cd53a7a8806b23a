/** Operators that move elements about without changing them. */
import type { FloatOp } from '../../float/graph.ts';
import { broadcastShape, sameShape, sizeOf } from '../../float/shapes.ts';
import { readAttributes, unsupportedAttribute } from '../attributes.ts';
import type { Importer, OperatorContext } from '../context.ts';
import { at, axesOf, integers, normalAxes, normalAxis, reshaped, single } from './shared.ts';

export const reshape: Importer = (context) => {
  const attributes = readAttributes(context.node, ['allowzero']);
  if (attributes.int('allowzero', 0) !== 0) {
    throw unsupportedAttribute(context.node, 'allowzero', 1, '0');
  }
  const from = context.shapeOf(0);
  const wanted = integers(context, 1, 'the shape').map((d, axis) => {
    if (d !== 0) return d;
    const kept = from[axis];
    if (kept === undefined) throw context.refuse(`keeps dimension ${axis} of [${from.join(',')}]`);
    return kept;
  });
  if (wanted.filter((d) => d === -1).length > 1) {
    throw context.refuse(`the shape [${wanted.join(',')}] leaves more than one dimension open`);
  }
  const known = wanted.filter((d) => d !== -1).reduce((total, d) => total * d, 1);
  reshaped(
    context,
    wanted.map((d) => (d === -1 ? sizeOf(from) / known : d)),
  );
};

export const flatten: Importer = (context) => {
  const attributes = readAttributes(context.node, ['axis']);
  const from = context.shapeOf(0);
  const given = attributes.int('axis', 1);
  const axis = given === from.length ? given : normalAxis(context, given, from.length);
  reshaped(context, [sizeOf(from.slice(0, axis)), sizeOf(from.slice(axis))]);
};

export const squeeze: Importer = (context) => {
  const attributes = readAttributes(context.node, context.opset < 13 ? ['axes'] : []);
  const from = context.shapeOf(0);
  const given = axesOf(context, attributes, 13, 1);
  const axes = given && normalAxes(context, given, from.length);
  if (axes?.some((axis) => from[axis] !== 1)) throw context.refuse('a squeezed dimension is not 1');
  reshaped(
    context,
    from.filter((d, axis) => (axes ? !axes.includes(axis) : d !== 1)),
  );
};

export const unsqueeze: Importer = (context) => {
  const attributes = readAttributes(context.node, context.opset < 13 ? ['axes'] : []);
  const shape = [...context.shapeOf(0)];
  const given = axesOf(context, attributes, 13, 1);
  if (given === undefined) throw context.refuse('axes are missing');
  for (const axis of normalAxes(context, given, shape.length + given.length)) {
    shape.splice(axis, 0, 1);
  }
  reshaped(context, shape);
};

export const transpose: Importer = (context) => {
  const attributes = readAttributes(context.node, ['perm']);
  const from = context.shapeOf(0);
  const perm = attributes.ints('perm') ?? from.map((_, axis) => from.length - 1 - axis);
  if (
    !sameShape(
      [...perm].sort((a, b) => a - b),
      from.map((_, axis) => axis),
    )
  ) {
    throw unsupportedAttribute(context.node, 'perm', perm, 'a permutation of the dimensions');
  }
  context.emit(
    { tag: 'Transpose', perm },
    [context.operand(0)],
    perm.map((axis) => at(from, axis)),
  );
};

export const pad: Importer = (context) => {
  const attributes = readAttributes(
    context.node,
    context.opset < 11 ? ['mode', 'pads', 'value'] : ['mode'],
  );
  const mode = attributes.string('mode', 'constant');
  if (mode !== 'constant') throw unsupportedAttribute(context.node, 'mode', mode, 'constant');
  const from = context.shapeOf(0);
  const amounts =
    context.opset < 11 ? (attributes.ints('pads') ?? []) : integers(context, 1, 'pads');
  const value = () => {
    if (context.opset < 11) return attributes.float('value', 0);
    return context.has(2) ? single(context, 2) : 0;
  };
  const constant = value();
  if (constant === undefined) throw context.refuse('the padding value must be a constant scalar');
  const axes = context.has(3)
    ? integers(context, 3, 'axes').map((axis) => normalAxis(context, axis, from.length))
    : from.map((_, axis) => axis);
  if (amounts.length !== 2 * axes.length || amounts.some((amount) => amount < 0)) {
    throw context.refuse('pads must be two amounts per dimension, none negative');
  }
  const pads = from.map((): [number, number] => [0, 0]);
  axes.forEach((axis, index) => {
    pads[axis] = [at(amounts, index), at(amounts, index + axes.length)];
  });
  context.emit(
    { tag: 'Pad', pads, value: constant },
    [context.operand(0)],
    from.map((d, axis) => d + at(at(pads, axis), 0) + at(at(pads, axis), 1)),
  );
};

/** The ranges that are the whole of a tensor. */
const whole = (shape: readonly number[]): [number, number][] => shape.map(() => [0, 1]);

export const slice: Importer = (context) => {
  const old = context.opset < 10;
  const attributes = readAttributes(context.node, old ? ['axes', 'ends', 'starts'] : []);
  const from = context.shapeOf(0);
  const list = (name: 'starts' | 'ends', index: number): number[] => {
    if (!old) return integers(context, index, name);
    const values = attributes.ints(name);
    if (values === undefined) throw unsupportedAttribute(context.node, name, null, 'integers');
    return values;
  };
  const [starts, ends] = [list('starts', 1), list('ends', 2)];
  const axes =
    (old
      ? attributes.ints('axes')
      : context.has(3)
        ? integers(context, 3, 'axes')
        : undefined
    )?.map((axis) => normalAxis(context, axis, from.length)) ?? starts.map((_, axis) => axis);
  const steps = !old && context.has(4) ? integers(context, 4, 'steps') : starts.map(() => 1);
  if (
    ends.length !== starts.length ||
    axes.length !== starts.length ||
    steps.length !== starts.length ||
    new Set(axes).size !== axes.length ||
    axes.some((axis) => axis >= from.length)
  ) {
    throw context.refuse('starts, ends, axes and steps do not fit each other and the tensor');
  }
  const ranges = whole(from);
  const shape = [...from];
  axes.forEach((axis, index) => {
    const step = at(steps, index);
    if (!Number.isInteger(step) || step < 1) {
      throw unsupportedAttribute(context.node, 'steps', steps, 'positive integers');
    }
    const length = at(from, axis);
    const place = (value: number) =>
      Math.min(length, Math.max(0, value < 0 ? value + length : value));
    const [start, end] = [place(at(starts, index)), place(at(ends, index))];
    ranges[axis] = [start, step];
    shape[axis] = Math.max(0, Math.ceil((end - start) / step));
  });
  context.emit({ tag: 'Slice', ranges }, [context.operand(0)], shape);
};

export const split: Importer = (context) => {
  const attributes = readAttributes(
    context.node,
    context.opset < 13 ? ['axis', 'split'] : ['axis', 'num_outputs'],
  );
  const from = context.shapeOf(0);
  const axis = normalAxis(context, attributes.int('axis', 0), from.length);
  const length = at(from, axis);
  const { outputs } = context;
  const count = attributes.int('num_outputs', outputs.length);
  if (count !== outputs.length) {
    throw unsupportedAttribute(
      context.node,
      'num_outputs',
      count,
      `${outputs.length}, as many as there are`,
    );
  }
  const given =
    context.opset < 13
      ? attributes.ints('split')
      : context.has(1)
        ? integers(context, 1, 'the sizes')
        : undefined;
  const part = Math.ceil(length / count);
  const sizes = given ?? outputs.map((_, index) => Math.min(part, length - index * part));
  if (
    sizes.length !== outputs.length ||
    sizes.some((size) => !Number.isInteger(size) || size < 1) ||
    sizes.reduce((sum, size) => sum + size, 0) !== length
  ) {
    throw context.refuse(`parts [${sizes.join(',')}] do not add up to ${length}`);
  }
  let start = 0;
  sizes.forEach((size, index) => {
    const ranges = whole(from);
    ranges[axis] = [start, 1];
    start += size;
    const name = at(outputs, index);
    if (name === '') return;
    const shape = from.map((d, i) => (i === axis ? size : d));
    context.emit({ tag: 'Slice', ranges }, [context.operand(0)], shape, name);
  });
};

export const concat: Importer = (context) => {
  const attributes = readAttributes(context.node, ['axis']);
  const indices = Array.from({ length: context.inputCount }, (_, index) => index);
  const shapes = indices.map((index) => context.shapeOf(index));
  const [first] = shapes;
  if (first === undefined) throw context.refuse('has no input', 'malformed');
  const axis = normalAxis(context, attributes.int('axis', 1), first.length);
  const others = (shape: readonly number[]) => shape.filter((_, i) => i !== axis);
  if (
    shapes.some(
      (shape) => shape.length !== first.length || !sameShape(others(shape), others(first)),
    )
  ) {
    throw context.refuse(`shapes ${shapes.map((s) => `[${s.join(',')}]`).join(', ')} do not fit`);
  }
  const total = shapes.reduce((sum, shape) => sum + at(shape, axis), 0);
  const shape = first.map((d, i) => (i === axis ? total : d));
  const computed = indices.filter((index) => context.constant(index) === undefined);
  if (computed.length === 0 || computed.length === indices.length) {
    // Empty constants are how exporters begin a list.
    const kept =
      computed.length === 0 ? indices.filter((i) => sizeOf(context.shapeOf(i)) > 0) : indices;
    if (kept.length === 0) {
      const constant = context.constant(0);
      if (constant) context.setConstant(constant);
      return;
    }
    context.emit(
      { tag: 'Concat', axis },
      kept.map((index) => context.operand(index)),
      shape,
    );
    return;
  }
  joinWithConstants(context, axis, shape, indices, computed);
};

/** Computed tensors with constants before or behind them: padded with zeros, to which the constants are added. */
const joinWithConstants = (
  context: OperatorContext,
  axis: number,
  shape: readonly number[],
  indices: readonly number[],
  computed: readonly number[],
): void => {
  const first = at(computed, 0);
  const last = at(computed, computed.length - 1);
  if (last - first + 1 !== computed.length) {
    throw context.refuse('has a constant between computed tensors', 'unsupported-operator');
  }
  const lengthOf = (group: readonly number[]) =>
    group.reduce((sum, index) => sum + at(context.shapeOf(index), axis), 0);
  const [before, inside] = [lengthOf(indices.slice(0, first)), lengthOf(computed)];
  const after = at(shape, axis) - before - inside;
  const middle = shape.map((d, i) => (i === axis ? inside : d));
  let joined = context.tensor(first);
  if (computed.length > 1) {
    joined = context.inner('joined');
    context.emit(
      { tag: 'Concat', axis },
      computed.map((i) => context.tensor(i)),
      middle,
      joined,
    );
  }
  const padded = context.inner('padded');
  const pads = shape.map((_, i): [number, number] => (i === axis ? [before, after] : [0, 0]));
  context.emit({ tag: 'Pad', pads, value: 0 }, [joined], shape, padded);
  const inner = sizeOf(shape.slice(axis + 1));
  const values = new Float64Array(sizeOf(shape));
  context.spend(values.length);
  let start = 0;
  for (const index of indices) {
    const run = at(context.shapeOf(index), axis) * inner;
    const constant = context.constant(index);
    for (let i = 0; constant && i < constant.values.length; i++) {
      const outer = Math.floor(i / run);
      values[outer * at(shape, axis) * inner + start + (i % run)] = at(constant.values, i);
    }
    start += run;
  }
  const constant = { shape: [...shape], values };
  context.emit({ tag: 'BinaryConstant', fn: 'Add', constant, side: 1 }, [padded], shape);
};

export const gather: Importer = (context) => {
  const attributes = readAttributes(context.node, ['axis']);
  const from = context.shapeOf(0);
  const axis = normalAxis(context, attributes.int('axis', 0), from.length);
  const size = at(from, axis);
  const indices = integers(context, 1, 'the indices').map((index) =>
    index < 0 ? index + size : index,
  );
  if (indices.some((index) => !Number.isInteger(index) || index < 0 || index >= size)) {
    throw context.refuse(`an index is beyond the ${size} of axis ${axis}`);
  }
  const shape = context.shapeOf(1);
  context.emit(
    { tag: 'Gather', axis, indices, shape },
    [context.operand(0)],
    [...from.slice(0, axis), ...shape, ...from.slice(axis + 1)],
  );
};

/** Repeats along axes: for each axis that changes, which index of it stands at each place. */
const emitRepeats = (
  context: OperatorContext,
  from: readonly number[],
  places: ReadonlyMap<number, number[]>,
): void => {
  const input = context.operand(0);
  const padded = [...from];
  const steps = [...places];
  if (!sameShape(padded, context.shapeOf(0))) {
    const wide = steps.length === 0 ? undefined : context.inner('wide');
    context.emit({ tag: 'Reshape' }, [input], padded, wide);
    if (wide === undefined) return;
    emitGathers(context, wide, padded, steps);
    return;
  }
  if (steps.length === 0) context.emit({ tag: 'Reshape' }, [input], padded);
  else emitGathers(context, input, padded, steps);
};

const emitGathers = (
  context: OperatorContext,
  input: string,
  from: readonly number[],
  steps: readonly (readonly [number, number[]])[],
): void => {
  let last = input;
  const shape = [...from];
  steps.forEach(([axis, indices], step) => {
    shape[axis] = indices.length;
    const output = step === steps.length - 1 ? undefined : context.inner(`axis${axis}`);
    const op: FloatOp = { tag: 'Gather', axis, indices, shape: [indices.length] };
    context.emit(op, [last], [...shape], output);
    if (output !== undefined) last = output;
  });
};

export const expand: Importer = (context) => {
  readAttributes(context.node, []);
  const own = context.shapeOf(0);
  const wanted = integers(context, 1, 'the shape');
  const shape = broadcastShape(own, wanted);
  if (shape === undefined || shape.some((d) => !Number.isSafeInteger(d) || d < 1)) {
    throw context.refuse(`[${own.join(',')}] does not expand to [${wanted.join(',')}]`);
  }
  context.spend(shape.reduce((most, d) => Math.max(most, d), 0));
  const from = [...new Array<number>(shape.length - own.length).fill(1), ...own];
  const places = new Map(
    shape.flatMap((d, axis) =>
      d === from[axis] ? [] : [[axis, new Array<number>(d).fill(0)] as const],
    ),
  );
  emitRepeats(context, from, places);
};

export const tile: Importer = (context) => {
  readAttributes(context.node, []);
  const from = context.shapeOf(0);
  const repeats = integers(context, 1, 'the repeats');
  if (
    repeats.length !== from.length ||
    repeats.some((repeat) => !Number.isSafeInteger(repeat) || repeat < 1)
  ) {
    throw context.refuse(`repeats [${repeats.join(',')}] do not fit [${from.join(',')}]`);
  }
  context.spend(repeats.reduce((most, repeat, axis) => Math.max(most, repeat * at(from, axis)), 0));
  const places = new Map(
    repeats.flatMap((repeat, axis) => {
      const size = at(from, axis);
      return repeat === 1
        ? []
        : [[axis, Array.from({ length: size * repeat }, (_, index) => index % size)] as const];
    }),
  );
  emitRepeats(context, from, places);
};

/** Between channels and places of the plane: a reshape, a transposition, a reshape. */
const emitBlocks = (
  context: OperatorContext,
  split: readonly number[],
  perm: number[],
  shape: readonly number[],
): void => {
  const [wide, turned] = [context.fresh('wide'), context.fresh('turned')];
  context.emit({ tag: 'Reshape' }, [context.operand(0)], split, wide);
  context.emit(
    { tag: 'Transpose', perm },
    [wide],
    perm.map((axis) => at(split, axis)),
    turned,
  );
  context.emit({ tag: 'Reshape' }, [turned], shape);
};

const blockOf = (context: OperatorContext): { block: number; shape: number[]; mode: string } => {
  const deep = context.node.opType === 'DepthToSpace';
  const attributes = readAttributes(context.node, deep ? ['blocksize', 'mode'] : ['blocksize']);
  const shape = context.shapeOf(0);
  const block = attributes.int('blocksize', 0);
  if (shape.length !== 4) throw context.refuse(`input has rank ${shape.length}; supported: 4`);
  if (block < 1) throw unsupportedAttribute(context.node, 'blocksize', block, 'a positive integer');
  return { block, shape, mode: attributes.string('mode', 'DCR') };
};

export const depthToSpace: Importer = (context) => {
  const { block, shape, mode } = blockOf(context);
  const [batch = 1, channels = 1, height = 1, width = 1] = shape;
  const depth = channels / block ** 2;
  if (!Number.isInteger(depth)) throw context.refuse(`${channels} channels in blocks of ${block}`);
  if (mode !== 'DCR' && mode !== 'CRD') {
    throw unsupportedAttribute(context.node, 'mode', mode, 'DCR, CRD');
  }
  const output = [batch, depth, height * block, width * block];
  if (mode === 'DCR') {
    emitBlocks(context, [batch, block, block, depth, height, width], [0, 3, 4, 1, 5, 2], output);
  } else {
    emitBlocks(context, [batch, depth, block, block, height, width], [0, 1, 4, 2, 5, 3], output);
  }
};

export const spaceToDepth: Importer = (context) => {
  const { block, shape } = blockOf(context);
  const [batch = 1, channels = 1, height = 1, width = 1] = shape;
  const [rows, columns] = [height / block, width / block];
  if (!Number.isInteger(rows) || !Number.isInteger(columns)) {
    throw context.refuse(`a plane of ${height} by ${width} in blocks of ${block}`);
  }
  emitBlocks(
    context,
    [batch, channels, rows, block, columns, block],
    [0, 3, 5, 1, 2, 4],
    [batch, channels * block ** 2, rows, columns],
  );
};
