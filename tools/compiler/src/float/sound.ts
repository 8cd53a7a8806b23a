/**
 * Whether a float graph, whatever file it came from, is one that the rest of the compiler may take at its word: shapes
 * within bounds, numbers finite, scales that a chain accepts, windows of sensible sizes.
 */
import { CompileError } from '../errors.ts';
import { checkedElements } from '../onnx/limits.ts';
import type {
  ActivationQuantisation,
  Constant,
  FloatGraph,
  FloatNode,
  FloatOp,
  Unary,
} from './graph.ts';

/** Most elements of all computed tensors together; calibration holds them all at once. */
export const MAX_TOTAL_ELEMENTS = 2 ** 28;
/** Most elements a node may read to compute its output, for each of its output's: what a sliding window covers. */
export const MAX_WINDOW = 2 ** 12;
/** Scales lie within `2^-60 ..= 2^60`, as on the chain. */
const MAX_SCALE = 2 ** 60;

type Refuse = (message: string, code?: CompileError['code']) => CompileError;

const checkFinite = (values: ArrayLike<number>, what: string, refuse: Refuse): void => {
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? Number.NaN;
    if (!Number.isFinite(value)) {
      throw refuse(`${what} ${value} at element ${index}; must be finite`, 'malformed');
    }
  }
};

const checkScale = (scale: number, refuse: Refuse): void => {
  if (!(scale >= 1 / MAX_SCALE && scale <= MAX_SCALE)) {
    throw refuse(`has the scale ${scale}; supported: 2^-60 to 2^60`, 'malformed');
  }
};

const checkQuantisation = (
  { dtype, scale, zero }: ActivationQuantisation,
  refuse: Refuse,
): void => {
  checkScale(scale, refuse);
  const [min, max] = dtype === 'U8' ? [0, 255] : [-128, 127];
  if (!Number.isInteger(zero) || zero < min || zero > max) {
    throw refuse(`has the zero point ${zero}; supported: ${min} to ${max}`, 'malformed');
  }
};

const checkConstant = (constant: Constant, what: string, refuse: Refuse): void => {
  if (constant.values.length !== checkedElements(constant.shape, what)) {
    throw refuse(`${what} do not have as many elements as their shape says`, 'malformed');
  }
  checkFinite(constant.values, `${what} hold`, refuse);
  for (const scale of constant.quantised?.scales ?? []) checkScale(scale, refuse);
};

const checkUnary = (unary: Unary, refuse: Refuse): void => {
  switch (unary.fn) {
    case 'Clip':
      // Infinite bounds are none.
      if (!(unary.min <= unary.max)) {
        throw refuse(`clips to ${unary.min} to ${unary.max}`, 'malformed');
      }
      return;
    case 'LeakyRelu':
    case 'Elu':
      checkFinite([unary.alpha], 'has the parameter', refuse);
      return;
    case 'HardSigmoid':
      checkFinite([unary.alpha, unary.beta], 'has the parameter', refuse);
      return;
    case 'AddScalar':
    case 'MulScalar':
    case 'PowScalar':
    case 'ScalarDiv':
    case 'ScalarSub':
      checkFinite([unary.scalar], 'has the constant', refuse);
      return;
    default:
      return;
  }
};

/** Sizes of a window; pads may be zero. */
const checkWindow = (sizes: readonly number[], pads: readonly number[], refuse: Refuse): void => {
  const fits = (low: number) => (value: number) =>
    Number.isInteger(value) && value >= low && value <= MAX_WINDOW;
  if (!sizes.every(fits(1)) || !pads.every(fits(0))) {
    throw refuse(
      `has a window, stride, dilation or pad beyond ${MAX_WINDOW} ([${sizes.join(',')}], pads [${pads.join(',')}])`,
    );
  }
};

const checkOp = (op: FloatOp, refuse: Refuse): void => {
  switch (op.tag) {
    case 'Conv':
    case 'ConvTranspose': {
      const [, , height = 0, width = 0] = op.weights.shape;
      checkWindow([height, width, ...op.strides, ...op.dilations], op.pads, refuse);
      checkConstant(op.weights, 'the weights', refuse);
      if (op.bias) checkFinite(op.bias, 'the bias holds', refuse);
      return;
    }
    case 'Dense':
      checkConstant(op.weights, 'the weights', refuse);
      if (op.bias) checkFinite(op.bias, 'the bias holds', refuse);
      return;
    case 'Affine':
      checkFinite(op.scale, 'scales by', refuse);
      checkFinite(op.shift, 'shifts by', refuse);
      return;
    case 'Map':
      checkUnary(op.unary, refuse);
      return;
    case 'BinaryConstant':
      checkConstant(op.constant, 'the constants', refuse);
      return;
    case 'LayerNorm':
      checkFinite([op.epsilon], 'has the epsilon', refuse);
      if (op.scale) checkFinite(op.scale, 'scales by', refuse);
      if (op.shift) checkFinite(op.shift, 'shifts by', refuse);
      return;
    case 'MaxPool':
    case 'AveragePool':
      checkWindow([...op.window.kernel, ...op.window.strides], op.window.pads, refuse);
      return;
    case 'Pad':
      checkFinite([op.value], 'pads with', refuse);
      return;
    case 'FakeQuantise':
      checkQuantisation(op.quantisation, refuse);
      return;
    case 'Resize':
    case 'Gather':
    case 'Slice':
    case 'Binary':
    case 'MatMul':
    case 'Concat':
    case 'Reduce':
    case 'Softmax':
    case 'TopK':
    case 'Reshape':
    case 'Transpose':
    case 'ArgMax':
      return;
  }
};

const refuseAt =
  ({ name, onnxOp }: FloatNode): Refuse =>
  (message, code = 'unsupported-shape') =>
    new CompileError(code, `${onnxOp} "${name}": ${message}`, { node: name, op: onnxOp });

/** Returns the graph. Throws a `CompileError` naming the node or tensor that is unsound. */
export const checkSound = (graph: FloatGraph): FloatGraph => {
  let total = 0;
  const count = (name: string, refuse: Refuse) => {
    const shape = graph.shapes.get(name);
    if (shape === undefined) throw refuse(`"${name}" is not computed`, 'malformed');
    total += checkedElements(shape, `tensor "${name}"`);
    if (total > MAX_TOTAL_ELEMENTS) {
      throw refuse(
        `up to here the tensors have ${total} elements, more than ${MAX_TOTAL_ELEMENTS}`,
        'too-large',
      );
    }
  };
  if (graph.inputs.length === 0) {
    throw new CompileError('malformed', 'the graph has no inputs; there is nothing to compute');
  }
  for (const { name } of graph.inputs) {
    count(
      name,
      (message, code = 'malformed') =>
        new CompileError(code, `input "${name}": ${message}`, { tensor: name }),
    );
  }
  for (const node of graph.nodes) {
    const refuse = refuseAt(node);
    count(node.output, refuse);
    checkOp(node.op, refuse);
  }
  for (const [name, quantisation] of graph.prescribed) {
    checkQuantisation(
      quantisation,
      (message, code = 'malformed') =>
        new CompileError(code, `tensor "${name}" ${message}`, { tensor: name }),
    );
  }
  return graph;
};
