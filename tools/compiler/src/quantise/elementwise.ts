/** Sums, products and quotients of two tensors, or of a tensor and a constant. */
import type { Ref } from '@veritrace/referee/graph';
import type {
  ActivationQuantisation,
  BinaryFunction,
  Constant,
  FloatNode,
} from '../float/graph.ts';
import { dtypeRange } from '../model/tensors.ts';
import type { Ending, Lowering, Quantised } from './context.ts';
import { quantisationOf } from './ranges.ts';

/** Largest integer weight of a sum. */
const MAX_WEIGHT = 2 ** 15;

/** Integer weights in the ratio of two scales, and the scale of the sum they make. */
export const sumWeights = (
  aScale: number,
  bScale: number,
): { unit: number; aMul: number; bMul: number } => {
  const unit = aScale === bScale ? aScale : Math.max(aScale, bScale) / MAX_WEIGHT;
  const weight = (scale: number) => Math.max(1, Math.round(scale / unit));
  return { unit, aMul: weight(aScale), bMul: weight(bScale) };
};

/** A constant as 8-bit integers of one scale, with as many dimensions as the tensor it meets. */
export const constantOperand = (
  lowering: Lowering,
  { shape, values }: Constant,
  rank: number,
): Quantised => {
  let [min, max] = [0, 0];
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? 0;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const quantisation = quantisationOf(min, max);
  const { scale, zero } = quantisation;
  const full = [...new Array<number>(Math.max(0, rank - shape.length)).fill(1), ...shape];
  const integers = Uint8Array.from(values, (value) =>
    Math.min(255, Math.max(0, Math.round(value / scale) + zero)),
  );
  return {
    ref: lowering.constant('U8', full, integers),
    spec: { dtype: 'U8', shape: full },
    quantisation,
  };
};

const finished = (
  lowering: Lowering,
  tensor: string,
  quantisation: ActivationQuantisation,
  push: (spec: { dtype: 'U8' | 'I8'; shape: number[] }) => Ref,
): Quantised => {
  const spec = { dtype: quantisation.dtype, shape: lowering.shapeOf(tensor) };
  return { ref: push(spec), spec, quantisation };
};

/** `a + b` or `a - b`: integer weights in the ratio of the scales. Where version 1's `Add` says the same, it is that. */
export const sum = (
  lowering: Lowering,
  node: FloatNode,
  tensor: string,
  ending: Ending,
  { a, b, fn }: { a: Quantised; b: Quantised; fn: 'Add' | 'Sub' },
): Quantised => {
  const { unit, aMul, bMul } = sumWeights(a.quantisation.scale, b.quantisation.scale);
  const end = lowering.finish(node, tensor, [unit], ending);
  const isPlain =
    fn === 'Add' &&
    a.spec.shape.join() === b.spec.shape.join() &&
    a.ref.tag !== 'Initialiser' &&
    b.ref.tag !== 'Initialiser';
  return finished(lowering, tensor, end.quantisation, (spec) =>
    lowering.push(
      {
        tag: isPlain ? 'Add' : 'WeightedSum',
        value: {
          aZero: a.quantisation.zero,
          aMul,
          bZero: b.quantisation.zero,
          bMul: fn === 'Sub' ? -bMul : bMul,
          requant: end.requant,
        },
      },
      [a.ref, b.ref, end.scale],
      spec,
    ),
  );
};

/** `a * b`. */
export const product = (
  lowering: Lowering,
  node: FloatNode,
  tensor: string,
  ending: Ending,
  { a, b }: { a: Quantised; b: Quantised },
): Quantised => {
  const scale = a.quantisation.scale * b.quantisation.scale;
  const end = lowering.finish(node, tensor, [scale], ending);
  return finished(lowering, tensor, end.quantisation, (spec) =>
    lowering.push(
      {
        tag: 'Product',
        value: {
          aZero: a.quantisation.zero,
          bZero: b.quantisation.zero,
          requant: end.requant,
        },
      },
      [a.ref, b.ref, end.scale],
      spec,
    ),
  );
};

/** `a / b`. A divisor must be positive throughout calibration: the chain divides by 1 where it is not. */
export const quotient = (
  lowering: Lowering,
  node: FloatNode,
  tensor: string,
  ending: Ending,
  { a, b }: { a: Quantised; b: Quantised },
): Quantised => {
  const divisor = b.quantisation;
  if (divisor.zero !== dtypeRange(divisor.dtype).min) {
    const least = (dtypeRange(divisor.dtype).min - divisor.zero) * divisor.scale;
    throw lowering.refuse(
      node,
      `its divisor reaches down to ${least.toPrecision(4)}; supported: divisors that are positive`,
    );
  }
  const scale = a.quantisation.scale / divisor.scale;
  const end = lowering.finish(node, tensor, [scale], ending);
  return finished(lowering, tensor, end.quantisation, (spec) =>
    lowering.push(
      {
        tag: 'Quotient',
        value: { aZero: a.quantisation.zero, bZero: divisor.zero, requant: end.requant },
      },
      [a.ref, b.ref, end.scale],
      spec,
    ),
  );
};

/** Any of them. */
export const binary = (
  lowering: Lowering,
  node: FloatNode,
  tensor: string,
  ending: Ending,
  { a, b, fn }: { a: Quantised; b: Quantised; fn: BinaryFunction },
): Quantised => {
  switch (fn) {
    case 'Add':
    case 'Sub':
      return sum(lowering, node, tensor, ending, { a, b, fn });
    case 'Mul':
      return product(lowering, node, tensor, ending, { a, b });
    case 'Div':
      return quotient(lowering, node, tensor, ending, { a, b });
  }
};

/** Of a tensor and a constant; dividing by one is multiplying by its inverse. */
export const binaryConstant = (
  lowering: Lowering,
  node: FloatNode,
  tensor: string,
  ending: Ending,
  { fn, constant, side }: { fn: BinaryFunction; constant: Constant; side: 0 | 1 },
): Quantised => {
  const x = lowering.quantised(node.inputs[0] ?? '');
  const rank = lowering.shapeOf(tensor).length;
  if (fn === 'Div' && side === 1) {
    const values = Float64Array.from(constant.values, (value) => 1 / value);
    if (!values.every(Number.isFinite)) throw lowering.refuse(node, 'divides by a constant zero');
    const inverse = constantOperand(lowering, { shape: constant.shape, values }, rank);
    return product(lowering, node, tensor, ending, { a: x, b: inverse });
  }
  const other = constantOperand(lowering, constant, rank);
  const [a, b] = side === 1 ? [x, other] : [other, x];
  return binary(lowering, node, tensor, ending, { a, b, fn });
};
