/** The scalar functions behind elementwise operators, in double precision. They only ever fill tables. */
import type { Unary } from './graph.ts';

/** Abramowitz and Stegun 7.1.26: within 1.5e-7, far below a quantisation step. */
const erf = (x: number): number => {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const polynomial =
    t *
    (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return Math.sign(x) * (1 - polynomial * Math.exp(-x * x));
};

const clamp = (x: number, min: number, max: number): number => Math.min(Math.max(x, min), max);

/** The function's value, as ONNX defines the operator. May be infinite or NaN, as the float model's would be. */
export const applyUnary = (unary: Unary, x: number): number => {
  switch (unary.fn) {
    case 'Clip':
      return clamp(x, unary.min, unary.max);
    case 'LeakyRelu':
      return x < 0 ? unary.alpha * x : x;
    case 'Elu':
      return x < 0 ? unary.alpha * Math.expm1(x) : x;
    case 'HardSigmoid':
      return clamp(unary.alpha * x + unary.beta, 0, 1);
    case 'AddScalar':
      return x + unary.scalar;
    case 'MulScalar':
      return x * unary.scalar;
    case 'PowScalar':
      return x ** unary.scalar;
    case 'ScalarDiv':
      return unary.scalar / x;
    case 'ScalarSub':
      return unary.scalar - x;
    case 'Sigmoid':
      return 1 / (1 + Math.exp(-x));
    case 'Tanh':
      return Math.tanh(x);
    case 'HardSwish':
      return x * clamp(x / 6 + 0.5, 0, 1);
    case 'Softplus':
      return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    case 'Softsign':
      return x / (1 + Math.abs(x));
    case 'Exp':
      return Math.exp(x);
    case 'Log':
      return Math.log(x);
    case 'Sqrt':
      return Math.sqrt(x);
    case 'Abs':
      return Math.abs(x);
    case 'Neg':
      return -x;
    case 'Erf':
      return erf(x);
    case 'Reciprocal':
      return 1 / x;
    case 'Floor':
      return Math.floor(x);
    case 'Ceil':
      return Math.ceil(x);
  }
};
