/** Matrix products. */
import { broadcastShape, sameShape, sizeOf } from '../../float/shapes.ts';
import { readAttributes } from '../attributes.ts';
import type { Importer, OperatorContext, TypedConstant } from '../context.ts';
import { at, constantOf, trimmed } from './shared.ts';

/** `[K, N]` as `[N, K]`, with the integers behind it. */
export const transposedMatrix = (constant: TypedConstant): TypedConstant => {
  const [rows = 0, columns = 0] = constant.shape;
  const turn = (from: ArrayLike<number>, to: Float64Array | Int16Array) => {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        to[column * rows + row] = at(from, row * columns + column);
      }
    }
    return to;
  };
  const { quantised } = constant;
  return {
    type: constant.type,
    shape: [columns, rows],
    values: turn(constant.values, new Float64Array(rows * columns)),
    ...(quantised && {
      quantised: {
        ...quantised,
        values: turn(quantised.values, new Int16Array(rows * columns)) as Int16Array,
        axis: 1 - quantised.axis,
      },
    }),
  };
};

/** A constant times a number. */
export const scaledConstant = (constant: TypedConstant, factor: number): TypedConstant => {
  if (factor === 1) return constant;
  const { quantised, ...rest } = constant;
  return {
    ...rest,
    values: Float64Array.from(constant.values, (value) => value * factor),
    ...(quantised &&
      factor > 0 && {
        quantised: { ...quantised, scales: quantised.scales.map((scale) => scale * factor) },
      }),
  };
};

/** Emits `x [.., M, K] · weights [N, K]^T + bias` under the node's output. */
export const emitDense = (
  context: OperatorContext,
  input: string,
  shape: readonly number[],
  weights: TypedConstant,
  bias?: Float64Array,
): void => {
  const [columns = 0, depth = 0] = weights.shape;
  const op = { tag: 'Dense', weights, bias } as const;
  if (shape.length === 2) {
    context.emit(op, [input], [at(shape, 0), columns]);
    return;
  }
  const rows = sizeOf(shape) / depth;
  const [flat, wide] = [context.inner('flat'), context.fresh('rows')];
  context.emit({ tag: 'Reshape' }, [input], [rows, depth], flat);
  context.emit(op, [flat], [rows, columns], wide);
  context.emit({ tag: 'Reshape' }, [wide], [...shape.slice(0, -1), columns]);
};

const unfit = (context: OperatorContext, a: readonly number[], b: readonly number[]) =>
  context.refuse(`[${a.join(',')}] times [${b.join(',')}] does not fit`);

export const gemm: Importer = (context) => {
  const attributes = readAttributes(context.node, ['alpha', 'beta', 'transA', 'transB']);
  const [alpha, beta] = [attributes.float('alpha', 1), attributes.float('beta', 1)];
  const [a, b] = [context.shapeOf(0), context.shapeOf(1)];
  if (a.length !== 2 || b.length !== 2) throw unfit(context, a, b);
  const turnA = attributes.int('transA', 0) === 1;
  const turnB = attributes.int('transB', 0) === 1;
  const [rows, depth] = turnA ? [at(a, 1), at(a, 0)] : [at(a, 0), at(a, 1)];
  const [other, columns] = turnB ? [at(b, 1), at(b, 0)] : [at(b, 0), at(b, 1)];
  if (depth !== other) throw unfit(context, a, b);
  const turned = (index: number): string => {
    const name = context.inner(`turned${index}`);
    const [first, second] = index === 0 ? [rows, depth] : [other, columns];
    context.emit(
      { tag: 'Transpose', perm: [1, 0] },
      [context.tensor(index)],
      [first, second],
      name,
    );
    return name;
  };
  const given = context.has(2) ? constantOf(context, 2, 'C') : undefined;
  if (given && broadcastShape(given.shape, [rows, columns])?.join() !== [rows, columns].join()) {
    throw context.refuse(`C has shape [${given.shape.join(',')}]; supported: [${columns}]`);
  }
  const perColumn =
    given === undefined ||
    sizeOf(given.shape) === 1 ||
    sameShape(trimmed(given.shape), trimmed([columns]));
  const bias =
    given && perColumn
      ? Float64Array.from(
          { length: columns },
          (_, column) => beta * at(given.values, given.values.length === 1 ? 0 : column),
        )
      : undefined;
  const constant = context.constant(1);
  const input = turnA ? turned(0) : context.tensor(0);
  const addend = given && !perColumn ? scaledConstant(given, beta) : undefined;
  const shape = [rows, columns];
  if (constant !== undefined) {
    const weights = scaledConstant(turnB ? constant : transposedMatrix(constant), alpha);
    const output = addend ? context.inner('product') : undefined;
    context.emit({ tag: 'Dense', weights, bias }, [input], shape, output);
    if (addend && output) {
      context.emit(
        { tag: 'BinaryConstant', fn: 'Add', constant: addend, side: 1 },
        [output],
        shape,
      );
    }
    return;
  }
  const right = turnB ? turned(1) : context.tensor(1);
  const steps: { tag: 'scale' | 'add' }[] = [];
  if (alpha !== 1) steps.push({ tag: 'scale' });
  if (given !== undefined) steps.push({ tag: 'add' });
  let last = steps.length === 0 ? undefined : context.inner('product');
  context.emit({ tag: 'MatMul' }, [input, right], shape, last);
  steps.forEach(({ tag }, index) => {
    if (last === undefined) return;
    const from = last;
    last = index === steps.length - 1 ? undefined : context.inner('scaled');
    if (tag === 'scale') {
      context.emit({ tag: 'Map', unary: { fn: 'MulScalar', scalar: alpha } }, [from], shape, last);
    } else if (given !== undefined) {
      const sum = scaledConstant(given, beta);
      context.emit(
        { tag: 'BinaryConstant', fn: 'Add', constant: sum, side: 1 },
        [from],
        shape,
        last,
      );
    }
  });
};

/** `[K, N]` out of `[1, .., 1, K, N]`. */
const asMatrix = (constant: TypedConstant): TypedConstant | undefined => {
  const { shape, quantised } = constant;
  const extra = shape.length - 2;
  if (extra < 0 || shape.slice(0, extra).some((d) => d !== 1)) return undefined;
  return {
    ...constant,
    shape: shape.slice(extra),
    ...(quantised && {
      quantised: { ...quantised, axis: Math.max(0, quantised.axis - extra) },
    }),
  };
};

/** A product with constants on the right, of inputs under these names. */
export const matMulConstant = (
  context: OperatorContext,
  input: string,
  shape: readonly number[],
  constant: TypedConstant,
): void => {
  const matrix = asMatrix(constant);
  if (
    matrix === undefined ||
    matrix.shape[0] !== (shape.at(-1) ?? 0) ||
    shape.length < Math.max(2, constant.shape.length)
  ) {
    throw context.refuse(
      `[${shape.join(',')}] times [${constant.shape.join(',')}]; supported: [.., M, K] times [K, N]`,
    );
  }
  emitDense(context, input, shape, transposedMatrix(matrix));
};

/** A product of two computed tensors. */
export const matMulTensors = (
  context: OperatorContext,
  [a, b]: readonly [string, string],
  [left, right]: readonly [readonly number[], readonly number[]],
): void => {
  const leading = broadcastShape(left.slice(0, -2), right.slice(0, -2));
  if (
    left.length < 2 ||
    right.length < 2 ||
    left.at(-1) !== right.at(-2) ||
    leading === undefined
  ) {
    throw unfit(context, left, right);
  }
  context.emit(
    { tag: 'MatMul' },
    [a, b],
    [...leading, at(left, left.length - 2), at(right, right.length - 1)],
  );
};

export const matMul: Importer = (context) => {
  readAttributes(context.node, []);
  const [left, right] = [context.shapeOf(0), context.shapeOf(1)];
  const constant = context.constant(1);
  if (constant !== undefined) {
    matMulConstant(context, context.tensor(0), left, constant);
    return;
  }
  const first = context.constant(0);
  if (first === undefined) {
    matMulTensors(context, [context.tensor(0), context.tensor(1)], [left, right]);
    return;
  }
  // w · x = (x^T · w^T)^T
  const matrix = asMatrix(first);
  const rank = right.length;
  if (
    matrix === undefined ||
    rank < Math.max(2, left.length) ||
    matrix.shape[1] !== right[rank - 2]
  ) {
    throw context.refuse(
      `[${left.join(',')}] times [${right.join(',')}]; supported: [M, K] times [.., K, N]`,
    );
  }
  const [rows = 1, depth = 1] = matrix.shape;
  const columns = at(right, rank - 1);
  const leading = right.slice(0, -2);
  const perm = right.map((_, axis) => axis);
  [perm[rank - 2], perm[rank - 1]] = [rank - 1, rank - 2];
  const turn = { tag: 'Transpose', perm } as const;
  const [turned, flat, wide] = [
    context.inner('turned'),
    context.inner('flat'),
    context.fresh('rows'),
  ];
  context.emit(turn, [context.tensor(1)], [...leading, columns, depth], turned);
  context.emit({ tag: 'Reshape' }, [turned], [sizeOf(leading) * columns, depth], flat);
  context.emit(
    { tag: 'Dense', weights: matrix, bias: undefined },
    [flat],
    [sizeOf(leading) * columns, rows],
    wide,
  );
  const back = context.fresh('back');
  context.emit({ tag: 'Reshape' }, [wide], [...leading, columns, rows], back);
  context.emit(turn, [back], [...leading, rows, columns]);
};
