/** From the bytes of an ONNX file to a float graph of known operators and shapes. */
import { asCompileError, CompileError, type CompileErrorCode, ownEntry } from '../errors.ts';
import type { FloatGraph } from '../float/graph.ts';
import { checkSound } from '../float/sound.ts';
import { nodeLabel } from './attributes.ts';
import { readConstant } from './constants.ts';
import { checkedElements } from './limits.ts';
import { importerOf, reasonFor, supportedOperators } from './operators/index.ts';
import { parseModel } from './parse.ts';
import { type GraphProto, type NodeProto, TENSOR_TYPE, type ValueInfoProto } from './schema.ts';
import { createImportState, type ImportState } from './state.ts';

export interface ImportOptions {
  /** Largest file that is parsed at all, in bytes. Default 512 MiB. */
  maxBytes?: number;
  /** Shapes of inputs whose file leaves dimensions open. Without one, an open first dimension is 1. */
  shapes?: Readonly<Record<string, readonly number[]>>;
}

const staticShape = (
  info: ValueInfoProto,
  given: readonly number[] | undefined,
): { type: number; shape: number[] } => {
  const tensor = info.type?.tensorType;
  if (!tensor) {
    throw new CompileError('unsupported-shape', `input "${info.name}" is not a tensor`, {
      tensor: info.name,
    });
  }
  if (given) {
    checkedElements(given, `the shape given for input "${info.name}"`);
    const rank = tensor.shape?.dim.length;
    if (rank !== undefined && rank !== given.length) {
      throw new CompileError(
        'invalid-option',
        `the shape given for input "${info.name}" is [${given.join(',')}]; the file has ${rank} dimensions`,
        { tensor: info.name },
      );
    }
    return { type: tensor.elemType, shape: [...given] };
  }
  const shape = (tensor.shape?.dim ?? []).map(({ dimValue, dimParam }, axis) => {
    if (dimValue > 0) return dimValue;
    if (axis === 0) return 1;
    throw new CompileError(
      'unsupported-shape',
      `input "${info.name}" leaves dimension ${axis}${dimParam ? ` (${dimParam})` : ''} open; give its shape with the option "shapes"`,
      { tensor: info.name },
    );
  });
  checkedElements(shape, `input "${info.name}"`);
  return { type: tensor.elemType, shape };
};

/** Initialisers and inputs. */
const declare = (graph: GraphProto, options: ImportOptions): ImportState => {
  const state = createImportState();
  for (const tensor of graph.initializer) {
    state.addConstant(tensor.name, readConstant(tensor, tensor.name));
  }
  for (const info of graph.input) {
    if (state.isConstant(info.name)) continue;
    const { type, shape } = staticShape(info, ownEntry(options.shapes, info.name));
    if (type === TENSOR_TYPE.FLOAT) {
      state.addInput(info.name, shape, undefined);
    } else if (type === TENSOR_TYPE.UINT8 || type === TENSOR_TYPE.INT8) {
      state.addInput(info.name, shape, type === TENSOR_TYPE.UINT8 ? 'U8' : 'I8');
    } else {
      throw new CompileError(
        'unsupported-shape',
        `input "${info.name}" has ONNX type ${type}; supported: float32, and 8-bit integers that are dequantised`,
        { tensor: info.name },
      );
    }
  }
  return state;
};

/** Runs a node's importer. Throws nothing but a `CompileError`. */
const importNode = (state: ImportState, node: NodeProto, opset: number): void => {
  const context = state.contextOf(node, opset);
  const importer = importerOf(node.domain, node.opType);
  if (importer === undefined) {
    const reason = reasonFor(node.opType);
    throw context.refuse(
      `this operator is not supported${node.domain ? ` (domain ${node.domain})` : ''}${reason ? `: ${reason}` : ''}; supported: ${supportedOperators()}`,
      'unsupported-operator',
    );
  }
  if (!node.output[0] && !node.output.some((name) => name !== '')) {
    throw context.refuse('has no output', 'malformed');
  }
  try {
    importer(context);
  } catch (cause) {
    throw asCompileError(cause, `${node.opType} "${context.label}" cannot be read`, {
      node: context.label,
      op: node.opType,
    });
  }
};

/**
 * Reads an ONNX model. Throws a `CompileError` naming node, operator and attribute for whatever the compiler does not
 * know, and for files that are malformed, too large, or keep their weights elsewhere.
 */
export const importOnnx = (bytes: Uint8Array, options: ImportOptions = {}): FloatGraph => {
  const { graph, opset } = parseModel(bytes, options.maxBytes);
  const state = declare(graph, options);
  for (const node of graph.node) importNode(state, node, opset);
  return checkSound(state.finish(graph.output.map(({ name }) => name)));
};

/** A node that the compiler does not take. */
export interface Refusal {
  /** Name of the node, or of its first output. */
  node: string;
  op: string;
  code: CompileErrorCode;
  reason: string;
}

/** Operators that are not supported but whose output has their inputs' shape, so that what follows can be judged. */
const SHAPE_KEEPING: ReadonlySet<string> = new Set([
  'Acos',
  'Acosh',
  'Asin',
  'Asinh',
  'Atan',
  'Atanh',
  'Cos',
  'Cosh',
  'CumSum',
  'Hardmax',
  'LogSoftmax',
  'LRN',
  'LpNormalization',
  'MeanVarianceNormalization',
  'Round',
  'Shrink',
  'Sign',
  'Sin',
  'Sinh',
  'Swish',
  'Tan',
  'ThresholdedRelu',
]);

/**
 * All nodes of a model that are refused, in order; none if the model can be imported. A node behind a refused one is
 * judged if the shapes it sees are known, and otherwise by its operator alone. Throws a `CompileError` when the file as
 * a whole is refused.
 */
export const refusals = (bytes: Uint8Array, options: ImportOptions = {}): Refusal[] => {
  const { graph, opset } = parseModel(bytes, options.maxBytes);
  const state = declare(graph, options);
  const found: Refusal[] = [];
  /** Outputs of refused nodes, and what depends on them. */
  const unknown = new Set<string>();
  for (const node of graph.node) {
    const blind = node.input.some((name) => unknown.has(name));
    if (blind && importerOf(node.domain, node.opType) !== undefined) {
      for (const name of node.output) unknown.add(name);
      continue;
    }
    try {
      importNode(state, node, opset);
    } catch (error) {
      if (!(error instanceof CompileError)) throw error;
      found.push({
        node: nodeLabel(node),
        op: node.opType,
        code: error.code,
        reason: error.message,
      });
      const guessed = SHAPE_KEEPING.has(node.opType) && !blind && state.pretend(node);
      if (!guessed) for (const name of node.output) unknown.add(name);
    }
  }
  return found;
};
