/**
 * Operators on quantised tensors (`QLinear..`, `..Integer`). They become the float operators they stand for, between
 * tensors whose quantisations the file prescribes.
 */
import type { ActivationQuantisation, Unary } from '../../float/graph.ts';
import { sameShape } from '../../float/shapes.ts';
import { readAttributes, unsupportedAttribute } from '../attributes.ts';
import type { Importer, OperatorContext, TypedConstant } from '../context.ts';
import { CONV_ATTRIBUTES, convolution, emitOnPlane } from './convolution.ts';
import { emitBinary, emitWithConstant } from './elementwise.ts';
import {
  emitDense,
  matMulConstant,
  matMulTensors,
  scaledConstant,
  transposedMatrix,
} from './matrix.ts';
import { AVERAGE_ATTRIBUTES, averageWindow, wholePlane } from './pooling.ts';
import { activationAt, dequantisedConstant, operandOf } from './quantisation.ts';
import { at, constantOf, normalAxis } from './shared.ts';

const numbers = (context: OperatorContext, index: number, what: string): number[] =>
  context.has(index) ? Array.from(constantOf(context, index, what).values) : [0];

/** The node as if its inputs and its output were real: what it emits ends in `output`. */
const onReals = (
  context: OperatorContext,
  reals: ReadonlyMap<number, string>,
  output: string,
): OperatorContext => {
  const named = (index: number) => reals.get(index) ?? context.tensor(index);
  return {
    ...context,
    outputs: [output],
    tensor: named,
    operand: named,
    emit: (op, inputs, shape, name = output) => context.emit(op, inputs, shape, name),
  };
};

/** Runs `build` with these inputs as reals, and quantises what comes out. */
const quantisedResult = (
  context: OperatorContext,
  inputs: ReadonlyMap<number, ActivationQuantisation>,
  quantisation: ActivationQuantisation | undefined,
  build: (context: OperatorContext) => void,
): void => {
  const reals = new Map(
    [...inputs].map(([index, own]) => [index, context.realsOf(index, own)] as const),
  );
  if (quantisation === undefined) {
    build(onReals(context, reals, at(context.outputs, 0)));
    return;
  }
  const output = context.inner('real');
  build(onReals(context, reals, output));
  context.quantiseTensor(output, quantisation);
};

/** A constant operand at `index`, whose scales and zero points are the next two inputs. */
const constantOperand = (
  context: OperatorContext,
  index: number,
  axis: number,
): TypedConstant | undefined => {
  const constant = context.constant(index);
  if (constant === undefined) return undefined;
  const scales = numbers(context, index + 1, 'the scale');
  const zeros = numbers(context, index + 2, 'the zero point');
  const single = scales.length === 1 && zeros.length === 1;
  return dequantisedConstant(context, constant, scales, zeros, single ? 0 : axis);
};

/** 32-bit bias in units of the product of both scales. */
const realBias = (
  context: OperatorContext,
  index: number,
  inputScale: number,
  weights: TypedConstant,
): Float64Array | undefined => {
  if (!context.has(index)) return undefined;
  const scales = weights.quantised?.scales ?? [1];
  return Float64Array.from(
    constantOf(context, index, 'the bias').values,
    (value, channel) => value * inputScale * at(scales, scales.length === 1 ? 0 : channel),
  );
};

export const qLinearConv: Importer = (context) => {
  const attributes = readAttributes(context.node, CONV_ATTRIBUTES);
  const input = activationAt(context, 1, 2);
  const weights = constantOperand(context, 3, 0);
  if (weights === undefined) throw context.refuse('the weights must be constant');
  const bias = realBias(context, 8, input.scale, weights);
  quantisedResult(context, new Map([[0, input]]), activationAt(context, 6, 7), (reals) => {
    const { op, plane, shape } = convolution(reals, attributes, weights, bias);
    emitOnPlane(reals, op, plane, shape);
  });
};

export const qLinearMatMul: Importer = (context) => {
  readAttributes(context.node, []);
  const [left, right] = [context.shapeOf(0), context.shapeOf(3)];
  const output = activationAt(context, 6, 7);
  const a = activationAt(context, 1, 2);
  if (context.constant(0) !== undefined) {
    throw context.refuse('input 0 must not be constant');
  }
  const weights = constantOperand(context, 3, right.length - 1);
  if (weights !== undefined) {
    quantisedResult(context, new Map([[0, a]]), output, (reals) =>
      matMulConstant(reals, reals.tensor(0), left, weights),
    );
    return;
  }
  const operands = new Map([
    [0, a],
    [3, activationAt(context, 4, 5)],
  ]);
  quantisedResult(context, operands, output, (reals) =>
    matMulTensors(reals, [reals.tensor(0), reals.tensor(3)], [left, right]),
  );
};

export const qGemm: Importer = (context) => {
  const attributes = readAttributes(context.node, ['alpha', 'transA', 'transB']);
  if (attributes.int('transA', 0) !== 0) {
    throw unsupportedAttribute(context.node, 'transA', 1, '0');
  }
  const turned = attributes.int('transB', 0) === 1;
  const alpha = attributes.float('alpha', 1);
  const input = activationAt(context, 1, 2);
  const given = constantOperand(context, 3, turned ? 0 : 1);
  if (given === undefined) throw context.refuse('matrix B must be constant');
  const shape = context.shapeOf(0);
  const weights = scaledConstant(turned ? given : transposedMatrix(given), alpha);
  if (shape.length !== 2 || weights.shape.length !== 2 || weights.shape[1] !== shape[1]) {
    throw context.refuse(`[${shape.join(',')}] times [${given.shape.join(',')}] does not fit`);
  }
  const bias = realBias(context, 6, input.scale, weights);
  const [columns] = weights.shape;
  if (bias !== undefined && bias.length !== columns) {
    throw context.refuse(`C has ${bias.length} values; supported: ${columns}`);
  }
  const output = context.has(7) ? activationAt(context, 7, 8) : undefined;
  quantisedResult(context, new Map([[0, input]]), output, (reals) =>
    emitDense(reals, reals.tensor(0), shape, weights, bias),
  );
};

export const qLinearBinary =
  (fn: 'Add' | 'Mul'): Importer =>
  (context) => {
    readAttributes(context.node, []);
    const output = activationAt(context, 6, 7);
    const constants = [constantOperand(context, 0, 0), constantOperand(context, 3, 0)];
    const [left, right] = constants;
    if (left !== undefined && right !== undefined)
      throw context.refuse('both operands are constant');
    const computed = new Map(
      [0, 3]
        .filter((index) => context.constant(index) === undefined)
        .map((index) => [index, activationAt(context, index + 1, index + 2)] as const),
    );
    quantisedResult(context, computed, output, (reals) => {
      const [a, b] = [context.shapeOf(0), context.shapeOf(3)];
      if (right !== undefined) emitWithConstant(reals, fn, 1, right, reals.tensor(0), a);
      else if (left !== undefined) emitWithConstant(reals, fn, 0, left, reals.tensor(3), b);
      else emitBinary(reals, fn, [reals.tensor(0), reals.tensor(3)], [a, b]);
    });
  };

export const qLinearUnary =
  (known: readonly string[], read: (alpha: number) => Unary): Importer =>
  (context) => {
    const attributes = readAttributes(context.node, known);
    const unary = read(attributes.float('alpha', 0.01));
    const inputs = new Map([[0, activationAt(context, 1, 2)]]);
    quantisedResult(context, inputs, activationAt(context, 3, 4), (reals) =>
      reals.emit({ tag: 'Map', unary }, [reals.tensor(0)], context.shapeOf(0)),
    );
  };

export const qLinearSoftmax: Importer = (context) => {
  const attributes = readAttributes(context.node, ['axis', 'opset']);
  const shape = context.shapeOf(0);
  const axis = normalAxis(context, attributes.int('axis', -1), shape.length);
  if (attributes.int('opset', 13) < 13 && axis !== shape.length - 1) {
    throw unsupportedAttribute(context.node, 'axis', axis, 'the last');
  }
  const inputs = new Map([[0, activationAt(context, 1, 2)]]);
  quantisedResult(context, inputs, activationAt(context, 3, 4), (reals) =>
    reals.emit({ tag: 'Softmax', axis }, [reals.tensor(0)], shape),
  );
};

export const qLinearAveragePool =
  (global: boolean): Importer =>
  (context) => {
    const known = global ? [] : AVERAGE_ATTRIBUTES;
    const attributes = readAttributes(context.node, [...known, 'channels_last']);
    if (attributes.int('channels_last', 0) !== 0) {
      throw unsupportedAttribute(context.node, 'channels_last', 1, '0');
    }
    const inputs = new Map([[0, activationAt(context, 1, 2)]]);
    quantisedResult(context, inputs, activationAt(context, 3, 4), (reals) => {
      const { window, plane, shape } = global
        ? wholePlane(reals)
        : averageWindow(reals, attributes);
      emitOnPlane(reals, { tag: 'AveragePool', window }, plane, shape);
    });
  };

export const qLinearConcat: Importer = (context) => {
  const attributes = readAttributes(context.node, ['axis']);
  const output = activationAt(context, 0, 1);
  const indices: number[] = [];
  for (let index = 2; index < context.inputCount; index += 3) indices.push(index);
  const inputs = new Map(
    indices.map((index) => {
      if (context.constant(index) !== undefined) {
        throw context.refuse('has a constant among its inputs', 'unsupported-operator');
      }
      return [index, activationAt(context, index + 1, index + 2)] as const;
    }),
  );
  const shapes = indices.map((index) => context.shapeOf(index));
  const [first] = shapes;
  if (first === undefined) throw context.refuse('has no input', 'malformed');
  const axis = normalAxis(context, attributes.int('axis', 1), first.length);
  const others = (shape: readonly number[]) => shape.filter((_, i) => i !== axis);
  if (shapes.some((s) => s.length !== first.length || !sameShape(others(s), others(first)))) {
    throw context.refuse(`shapes ${shapes.map((s) => `[${s.join(',')}]`).join(', ')} do not fit`);
  }
  const total = shapes.reduce((sum, shape) => sum + at(shape, axis), 0);
  quantisedResult(context, inputs, output, (reals) =>
    reals.emit(
      { tag: 'Concat', axis },
      indices.map((index) => reals.tensor(index)),
      first.map((d, i) => (i === axis ? total : d)),
    ),
  );
};

/**
 * The quantisation of the integers at input 0 whose zero point is input `zeroIndex`: the one they were quantised with,
 * or, of a model's input, steps of 1.
 */
const integersAt = (context: OperatorContext, zeroIndex: number): ActivationQuantisation => {
  const zeros = numbers(context, zeroIndex, 'the zero point');
  const [zero = 0] = zeros;
  if (zeros.length !== 1) {
    throw context.refuse('has a zero point for each row; supported: one for the whole tensor');
  }
  const dtype = context.integerInput(0);
  const known = context.quantisationOf(0) ?? (dtype && { dtype, scale: 1, zero });
  if (known === undefined) throw context.refuse('input 0 is neither quantised nor an input');
  if (known.zero !== zero) {
    throw context.refuse(`its zero point ${zero} is not that of its input, ${known.zero}`);
  }
  return known;
};

/** Constant integers at input 1 as reals, such that their products with the reals of input 0 are the integer sums. */
const integerWeights = (
  context: OperatorContext,
  zeroIndex: number,
  inputScale: number,
  axis: number,
): TypedConstant => {
  const constant = constantOf(context, 1, 'the weights');
  operandOf(context, constant.type);
  const zeros = numbers(context, zeroIndex, 'the zero point');
  return dequantisedConstant(
    context,
    constant,
    [1 / inputScale],
    zeros,
    zeros.length === 1 ? 0 : axis,
  );
};

export const convInteger: Importer = (context) => {
  const attributes = readAttributes(context.node, CONV_ATTRIBUTES);
  const input = integersAt(context, 2);
  const weights = integerWeights(context, 3, input.scale, 0);
  quantisedResult(context, new Map([[0, input]]), undefined, (reals) => {
    const { op, plane, shape } = convolution(reals, attributes, weights, undefined);
    emitOnPlane(reals, op, plane, shape);
  });
  context.setKind(at(context.outputs, 0), 'sum');
};

export const matMulInteger: Importer = (context) => {
  readAttributes(context.node, []);
  const input = integersAt(context, 2);
  const weights = integerWeights(context, 3, input.scale, context.shapeOf(1).length - 1);
  quantisedResult(context, new Map([[0, input]]), undefined, (reals) =>
    matMulConstant(reals, reals.tensor(0), context.shapeOf(0), weights),
  );
  context.setKind(at(context.outputs, 0), 'sum');
};

/** 8-bit tensors that an operator only moves about keep their quantisation. */
export const movingIntegers =
  (importer: Importer): Importer =>
  (context) => {
    const [output] = context.outputs;
    const known = new Map<number, ActivationQuantisation>();
    for (let index = 0; index < context.inputCount; index++) {
      const own = context.has(index) ? context.quantisationOf(index) : undefined;
      if (own !== undefined) known.set(index, own);
    }
    const [first] = known.values();
    if (first === undefined || output === undefined) {
      importer(context);
      return;
    }
    for (const { dtype, scale, zero } of known.values()) {
      if (dtype !== first.dtype || scale !== first.scale || zero !== first.zero) {
        throw context.refuse('joins integers of different quantisations');
      }
    }
    const reals = new Map(
      [...known].map(([index, own]) => [index, context.realsOf(index, own)] as const),
    );
    const names = context.outputs.map((name) => (name === '' ? '' : `${name}/real`));
    const single = onReals(context, reals, at(names, 0));
    importer({ ...single, outputs: names });
    names.forEach((name, index) => {
      if (name !== '') context.quantiseTensor(name, first, at(context.outputs, index));
    });
  };
