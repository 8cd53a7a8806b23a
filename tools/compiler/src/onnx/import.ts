/** From the bytes of an ONNX file to a float graph of known operators and shapes. */
import { CompileError, ownEntry } from '../errors.ts';
import type { ActivationQuantisation, Constant, FloatGraph, FloatOp } from '../float/graph.ts';
import { checkSound } from '../float/sound.ts';
import { nodeLabel } from './attributes.ts';
import { readConstant } from './constants.ts';
import { runImporter } from './guard.ts';
import { checkedElements } from './limits.ts';
import { OPERATORS, supportedOperators } from './operators.ts';
import { parseModel } from './parse.ts';
import { type NodeProto, TENSOR_TYPE, type ValueInfoProto } from './schema.ts';

export interface ImportOptions {
  /** Largest file that is parsed at all, in bytes. Default 512 MiB. */
  maxBytes?: number;
  /** Shapes of inputs whose file leaves dimensions open. Without one, an open first dimension is 1. */
  shapes?: Readonly<Record<string, readonly number[]>>;
}

/** What an operator's importer sees and does. */
export interface OperatorContext {
  readonly node: NodeProto;
  readonly opset: number;
  /** The node as messages name it. */
  readonly label: string;
  /** Shape of input `index`. Throws when it is absent. */
  shapeOf(index: number): number[];
  /** Whether input `index` is given. */
  has(index: number): boolean;
  /** The constant behind input `index`, if it is one. */
  constant(index: number): (Constant & { type: number }) | undefined;
  /** The computed tensor behind input `index`. Throws when it is constant or absent. */
  tensor(index: number): string;
  /** Adds a step; without `output` it produces the node's first output. */
  emit(op: FloatOp, inputs: string[], shape: number[], output?: string): void;
  /** A name for a tensor of our own, observed as the node's output. */
  fresh(suffix: string): string;
  /** The node's output is constant. */
  setConstant(constant: Constant & { type: number }): void;
  /** The node's output is its input `index` under another name. */
  alias(index: number): void;
  /** Input `index` quantised; the output is known only to a `DequantizeLinear` after it. */
  quantise(index: number, quantisation: ActivationQuantisation): void;
  /** Takes back what `quantise` did. */
  dequantise(index: number, quantisation: ActivationQuantisation): void;
  /** An error that names the node. */
  refuse(message: string): CompileError;
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

/**
 * Reads an ONNX model. Throws a `CompileError` naming node, operator and attribute for whatever the compiler does not
 * know, and for files that are malformed, too large, or keep their weights elsewhere.
 */
export const importOnnx = (bytes: Uint8Array, options: ImportOptions = {}): FloatGraph => {
  const { graph, opset } = parseModel(bytes, options.maxBytes);
  const constants = new Map<string, Constant & { type: number }>();
  const aliases = new Map<string, string>();
  /** Integer tensors between the halves of a quantise and dequantise pair. */
  const quantised = new Map<string, { source: string; quantisation: ActivationQuantisation }>();
  /** Integer inputs that wait for their `DequantizeLinear`. */
  const integerInputs = new Map<string, number[]>();
  const result: FloatGraph = {
    inputs: [],
    outputs: [],
    nodes: [],
    shapes: new Map(),
    prescribed: new Map(),
    observedAs: new Map(),
  };

  for (const tensor of graph.initializer)
    constants.set(tensor.name, readConstant(tensor, tensor.name));
  for (const info of graph.input) {
    if (constants.has(info.name)) continue;
    const { type, shape } = staticShape(info, ownEntry(options.shapes, info.name));
    if (type === TENSOR_TYPE.UINT8 || type === TENSOR_TYPE.INT8) {
      integerInputs.set(info.name, shape);
    } else if (type === TENSOR_TYPE.FLOAT) {
      result.shapes.set(info.name, shape);
    } else {
      throw new CompileError(
        'unsupported-shape',
        `input "${info.name}" has ONNX type ${type}; supported: float32, and 8-bit integers that are dequantised`,
        { tensor: info.name },
      );
    }
    result.inputs.push({ name: info.name, shape, quantisation: undefined });
  }

  const resolve = (name: string): string => aliases.get(name) ?? name;

  for (const node of graph.node) {
    const label = nodeLabel(node);
    const place = { node: label, op: node.opType };
    const refuse = (message: string, code: CompileError['code'] = 'unsupported-shape') =>
      new CompileError(code, `${node.opType} "${label}": ${message}`, place);
    const importer = ownEntry(OPERATORS, node.opType);
    if (importer === undefined || (node.domain !== '' && node.domain !== 'ai.onnx')) {
      throw refuse(
        `this operator is not supported${node.domain ? ` (domain ${node.domain})` : ''}; supported: ${supportedOperators()}`,
        'unsupported-operator',
      );
    }
    const [output] = node.output;
    if (!output) throw refuse('has no output', 'malformed');
    const extra = node.output.slice(1).find((name) => name !== '');
    if (extra !== undefined && node.opType !== 'Dropout') {
      throw refuse(`its further output "${extra}" is not supported`, 'unsupported-operator');
    }
    const inputAt = (index: number): string => {
      const name = node.input[index];
      if (!name) throw refuse(`input ${index} is missing`, 'malformed');
      return resolve(name);
    };
    const define = (name: string) => {
      if (result.shapes.has(name) || constants.has(name) || aliases.has(name)) {
        throw refuse(`tensor "${name}" is defined twice`, 'malformed');
      }
    };
    runImporter(importer, {
      node,
      opset,
      label,
      refuse,
      has: (index) => Boolean(node.input[index]),
      constant: (index) => constants.get(inputAt(index)),
      shapeOf(index) {
        const name = inputAt(index);
        const shape = result.shapes.get(name) ?? constants.get(name)?.shape;
        if (shape !== undefined) return shape;
        if (quantised.has(name) || integerInputs.has(name)) {
          throw refuse(`works on the integers "${name}"; put it behind their DequantizeLinear`);
        }
        throw refuse(`input "${name}" is not known yet; nodes must be in order`, 'malformed');
      },
      tensor(index) {
        const name = inputAt(index);
        if (result.shapes.has(name)) return name;
        if (constants.has(name)) throw refuse(`input ${index} must not be constant`);
        throw refuse(`input "${name}" is not known yet; nodes must be in order`, 'malformed');
      },
      emit(op, inputs, shape, name = output) {
        define(name);
        if (shape.some((d) => !Number.isSafeInteger(d) || d < 1)) {
          throw refuse(`its output would have shape [${shape.join(',')}]`);
        }
        result.shapes.set(name, shape);
        result.nodes.push({ name: label, onnxOp: node.opType, op, inputs, output: name });
      },
      fresh(suffix) {
        const name = `${output}/${suffix}`;
        result.observedAs.set(name, output);
        return name;
      },
      setConstant(constant) {
        define(output);
        constants.set(output, constant);
      },
      alias(index) {
        define(output);
        aliases.set(output, inputAt(index));
      },
      quantise(index, quantisation) {
        quantised.set(output, { source: inputAt(index), quantisation });
      },
      dequantise(index, quantisation) {
        const name = inputAt(index);
        const shape = integerInputs.get(name);
        if (shape !== undefined) {
          const input = result.inputs.find((candidate) => candidate.name === name);
          if (!input || input.quantisation) throw refuse(`"${name}" is dequantised twice`);
          input.quantisation = quantisation;
          result.shapes.set(name, shape);
          result.prescribed.set(name, quantisation);
          aliases.set(output, name);
          return;
        }
        const pair = quantised.get(name);
        if (pair === undefined) throw refuse(`"${name}" is neither quantised nor an input`);
        const { dtype, scale, zero } = pair.quantisation;
        if (
          dtype !== quantisation.dtype ||
          scale !== quantisation.scale ||
          zero !== quantisation.zero
        ) {
          throw refuse('its scale or zero point is not that of the QuantizeLinear before it');
        }
        const source = result.shapes.get(pair.source);
        if (source === undefined) throw refuse(`"${pair.source}" is not known here`, 'malformed');
        this.emit({ tag: 'FakeQuantise', quantisation }, [pair.source], source);
      },
    });
  }

  for (const { name } of graph.output) {
    const known = quantised.get(name);
    if (known !== undefined) {
      // A model that ends in integers: the same tensor, with the quantisation it prescribes.
      const shape = result.shapes.get(known.source);
      if (shape === undefined) {
        throw new CompileError('malformed', `output "${name}" is not computed`, { tensor: name });
      }
      result.nodes.push({
        name,
        onnxOp: 'QuantizeLinear',
        op: { tag: 'FakeQuantise', quantisation: known.quantisation },
        inputs: [known.source],
        output: name,
      });
      result.shapes.set(name, shape);
    }
    const resolved = resolve(name);
    if (!result.shapes.has(resolved)) {
      throw new CompileError('malformed', `output "${name}" is not computed from the inputs`, {
        tensor: name,
      });
    }
    result.outputs.push(resolved);
  }
  for (const { name } of result.inputs) {
    if (!result.shapes.has(name)) {
      throw new CompileError(
        'unsupported-shape',
        `the integer input "${name}" is not dequantised by the model`,
        { tensor: name },
      );
    }
  }
  return checkSound(result);
};
