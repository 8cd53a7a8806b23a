/** Arithmetic on constants, with the types of the file: what exporters compute from shapes, and of weights. */
import { evaluateBinary } from '../float/evaluate.ts';
import { broadcastShape, broadcastStrides, sizeOf, walk } from '../float/shapes.ts';
import type { OperatorContext, TypedConstant } from './context.ts';
import { TENSOR_TYPE } from './schema.ts';

const INTEGERS = new Map<number, { min: number; max: number }>([
  [TENSOR_TYPE.UINT8, { min: 0, max: 255 }],
  [TENSOR_TYPE.INT8, { min: -128, max: 127 }],
  [TENSOR_TYPE.INT32, { min: -(2 ** 31), max: 2 ** 31 - 1 }],
  [TENSOR_TYPE.INT64, { min: -(2 ** 63), max: 2 ** 63 }],
  [TENSOR_TYPE.BOOL, { min: 0, max: 1 }],
]);

export const isInteger = (type: number): boolean => INTEGERS.has(type);

/** Values as an element type holds them: singles are rounded, integers cut and wrapped. */
export const asType = (
  type: number,
  values: ArrayLike<number>,
): Float64Array | Float32Array | number[] => {
  if (type === TENSOR_TYPE.FLOAT) return Float32Array.from(values);
  if (type === TENSOR_TYPE.BOOL) return Array.from(values, (value) => Number(value !== 0));
  const range = INTEGERS.get(type);
  if (range === undefined || type === TENSOR_TYPE.INT64) {
    const cut = range === undefined ? (value: number) => value : Math.trunc;
    return Float64Array.from(values, cut);
  }
  const count = range.max - range.min + 1;
  return Array.from(values, (value) => {
    const whole = Math.trunc(value);
    return Number.isFinite(whole)
      ? ((((whole - range.min) % count) + count) % count) + range.min
      : range.min;
  });
};

export type FoldFunction =
  | 'Add'
  | 'Sub'
  | 'Mul'
  | 'Div'
  | 'Pow'
  | 'Min'
  | 'Max'
  | 'Mod'
  | 'Equal'
  | 'Greater'
  | 'GreaterOrEqual'
  | 'Less'
  | 'LessOrEqual'
  | 'And'
  | 'Or'
  | 'Xor'
  | 'Not'
  | 'Where';

const LOGICAL: ReadonlySet<FoldFunction> = new Set<FoldFunction>([
  'Equal',
  'Greater',
  'GreaterOrEqual',
  'Less',
  'LessOrEqual',
  'And',
  'Or',
  'Xor',
  'Not',
]);

const compute = (fn: Exclude<FoldFunction, 'Where' | 'Not'>, integer: boolean) => {
  return (a: number, b: number): number => {
    switch (fn) {
      case 'Add':
        return a + b;
      case 'Sub':
        return a - b;
      case 'Mul':
        return a * b;
      case 'Div':
        return integer ? Math.trunc(a / b) : a / b;
      case 'Pow':
        return a ** b;
      case 'Min':
        return Math.min(a, b);
      case 'Max':
        return Math.max(a, b);
      case 'Mod':
        return integer ? a - b * Math.floor(a / b) : a % b;
      case 'Equal':
        return Number(a === b);
      case 'Greater':
        return Number(a > b);
      case 'GreaterOrEqual':
        return Number(a >= b);
      case 'Less':
        return Number(a < b);
      case 'LessOrEqual':
        return Number(a <= b);
      case 'And':
        return Number(a !== 0 && b !== 0);
      case 'Or':
        return Number(a !== 0 || b !== 0);
      case 'Xor':
        return Number((a !== 0) !== (b !== 0));
    }
  };
};

/** Sets the node's output to a function of constants. Throws a `CompileError` when shapes do not fit. */
export const foldArithmetic = (
  context: OperatorContext,
  fn: FoldFunction,
  ...operands: readonly TypedConstant[]
): void => {
  const [first, second, third] = operands;
  if (first === undefined) throw context.refuse('has no input', 'malformed');
  const joint = operands
    .map(({ shape }) => shape)
    .reduce((a, b) => {
      const shape = broadcastShape(a, b);
      if (shape === undefined) throw context.refuse('shapes of constants do not broadcast');
      return shape;
    });
  context.spend(sizeOf(joint) * operands.length);
  if (fn === 'Not') {
    const values = Array.from(first.values, (value) => Number(value === 0));
    context.setConstant({ type: TENSOR_TYPE.BOOL, shape: joint, values });
    return;
  }
  if (fn === 'Where') {
    if (second === undefined || third === undefined) {
      throw context.refuse('takes three inputs', 'malformed');
    }
    const spread = ({ shape, values }: TypedConstant): number[] => {
      const result: number[] = [];
      walk(joint, broadcastStrides(shape, joint), (source) => {
        result.push(values[source] ?? 0);
      });
      return result;
    };
    const [yes, no] = [spread(second), spread(third)];
    const values = spread(first).map((test, index) => (test ? yes[index] : no[index]) ?? 0);
    context.setConstant({ type: second.type, shape: joint, values });
    return;
  }
  const integer = isInteger(first.type);
  if (
    integer &&
    (fn === 'Div' || fn === 'Mod') &&
    second &&
    Array.from(second.values).includes(0)
  ) {
    throw context.refuse('divides integers by zero', 'malformed');
  }
  const result = operands.slice(1).reduce((total, operand) => {
    const shape = broadcastShape(total.shape, operand.shape) ?? joint;
    return {
      type: total.type,
      shape,
      values: evaluateBinary(compute(fn, integer), total, operand, shape),
    };
  }, first);
  const type = LOGICAL.has(fn) ? TENSOR_TYPE.BOOL : first.type;
  context.setConstant({ type, shape: result.shape, values: asType(type, result.values) });
};
