/** What is known of a model's tensors while its nodes are read, and the context of each node. */
import { CompileError } from '../errors.ts';
import { evaluateOp } from '../float/evaluate.ts';
import type {
  ActivationQuantisation,
  FloatGraph,
  FloatOp,
  QuantisedConstant,
} from '../float/graph.ts';
import { sizeOf } from '../float/shapes.ts';
import { nodeLabel } from './attributes.ts';
import type { OperatorContext, TensorKind, TypedConstant } from './context.ts';
import { asType } from './fold.ts';
import type { NodeProto } from './schema.ts';

/** Elements of one constant that is worked out at import, and of all of them. */
const MAX_FOLDED = 2 ** 22;
const MAX_FOLDED_ALTOGETHER = 2 ** 25;

/** Integers that stand for a computed tensor. */
interface Integers {
  source: string;
  quantisation: ActivationQuantisation;
  /** The tensor of reals behind them, once somebody asked for it. */
  reals?: string;
}

export interface ImportState {
  addConstant(name: string, constant: TypedConstant): void;
  isConstant(name: string): boolean;
  /** An input of the model; with `dtype`, of integers that the model dequantises. */
  addInput(name: string, shape: number[], dtype: 'U8' | 'I8' | undefined): void;
  contextOf(node: NodeProto, opset: number): OperatorContext;
  /** Takes the node's output for a tensor of its first input's shape. False when that is not known. */
  pretend(node: NodeProto): boolean;
  /** The graph with these outputs. Throws a `CompileError` when one is not computed. */
  finish(outputs: readonly string[]): FloatGraph;
}

const sameQuantisation = (a: ActivationQuantisation, b: ActivationQuantisation): boolean =>
  a.dtype === b.dtype && a.scale === b.scale && a.zero === b.zero;

/** The integers of a constant after a move that is a mere relabelling, if they can be followed. */
const movedIntegers = (
  op: FloatOp,
  { quantised, shape }: TypedConstant,
  to: readonly number[],
): QuantisedConstant | undefined => {
  if (quantised === undefined) return undefined;
  const whole = quantised.scales.length === 1;
  switch (op.tag) {
    case 'Reshape': {
      if (whole) return quantised;
      // The axis is still there if as many elements lie before it and behind it.
      const before = sizeOf(shape.slice(0, quantised.axis));
      const axis = to.findIndex(
        (d, i) => d === shape[quantised.axis] && sizeOf(to.slice(0, i)) === before,
      );
      return axis === -1 ? undefined : { ...quantised, axis };
    }
    case 'Transpose': {
      const values = evaluateOp(op, [{ shape, values: quantised.values }], to);
      const axis = whole ? quantised.axis : op.perm.indexOf(quantised.axis);
      return { ...quantised, values: Int16Array.from(values), axis };
    }
    default:
      return undefined;
  }
};

export const createImportState = (): ImportState => {
  const constants = new Map<string, TypedConstant>();
  const aliases = new Map<string, string>();
  const kinds = new Map<string, TensorKind>();
  /** By the name of the integers. */
  const quantised = new Map<string, Integers>();
  /** Inputs of integers, whose quantisation the model says later. */
  const integerInputs = new Map<string, { shape: number[]; dtype: 'U8' | 'I8' }>();
  /** Names under which such an input is known as reals. */
  const realNames = new Set<string>();
  const graph: FloatGraph = {
    inputs: [],
    outputs: [],
    nodes: [],
    shapes: new Map(),
    prescribed: new Map(),
    observedAs: new Map(),
  };
  let folded = 0;

  const resolve = (name: string): string => aliases.get(name) ?? name;
  const shapeOfName = (name: string): number[] | undefined => {
    const known = graph.shapes.get(name) ?? constants.get(name)?.shape;
    if (known !== undefined) return known;
    const integers = quantised.get(name);
    if (integers !== undefined) return graph.shapes.get(integers.source);
    return integerInputs.get(name)?.shape;
  };

  const contextOf = (node: NodeProto, opset: number): OperatorContext => {
    const label = nodeLabel(node);
    const place = { node: label, op: node.opType };
    const refuse = (message: string, code: CompileError['code'] = 'unsupported-shape') =>
      new CompileError(code, `${node.opType} "${label}": ${message}`, place);
    const [first = ''] = node.output;
    const rawAt = (index: number): string => {
      const name = node.input[index];
      if (!name) throw refuse(`input ${index} is missing`, 'malformed');
      return name;
    };
    const inputAt = (index: number): string => resolve(rawAt(index));
    const define = (name: string): string => {
      if (shapeOfName(name) !== undefined || aliases.has(name)) {
        throw refuse(`tensor "${name}" is defined twice`, 'malformed');
      }
      return name;
    };
    const unique = (suffix: string): string => {
      const wanted = `${first || label}/${suffix}`;
      let name = wanted;
      for (let n = 2; shapeOfName(name) !== undefined || aliases.has(name); n++) {
        name = `${wanted}${n}`;
      }
      return name;
    };
    const spend = (count: number) => {
      folded += count;
      if (!(count <= MAX_FOLDED) || folded > MAX_FOLDED_ALTOGETHER) {
        throw refuse(
          `works out a constant of ${count} elements; supported: ${MAX_FOLDED} in one, ${MAX_FOLDED_ALTOGETHER} in all`,
          'too-large',
        );
      }
    };
    const tensor = (index: number, allowed: readonly TensorKind[] = []): string => {
      const name = inputAt(index);
      const kind = kinds.get(rawAt(index));
      if (kind !== undefined && !allowed.includes(kind)) {
        throw refuse(
          kind === 'index'
            ? `works on indices ("${name}"); supported: indices as outputs`
            : `works on 32-bit sums ("${name}"); cast them to float and multiply them by their scale`,
        );
      }
      const integers = integerInputs.has(name) && !realNames.has(rawAt(index));
      if (graph.shapes.has(name) && !integers) return name;
      if (constants.has(name)) throw refuse(`input ${index} must not be constant`);
      if (quantised.has(name) || integers) {
        throw refuse(`works on the integers "${name}"; put it behind their DequantizeLinear`);
      }
      throw refuse(`input "${name}" is not known yet; nodes must be in order`, 'malformed');
    };
    const setConstant = (constant: TypedConstant, output = first) => {
      constants.set(define(output), constant);
    };
    const emit: OperatorContext['emit'] = (op, inputs, shape, output = first) => {
      const known = inputs.map((name) => constants.get(name));
      if (known.length > 0 && known.every((constant) => constant !== undefined)) {
        const [source] = known;
        if (source === undefined || shape.some((d) => !Number.isSafeInteger(d) || d < 0)) {
          throw refuse(`its output would have shape [${shape.join(',')}]`);
        }
        spend(sizeOf(shape) + (op.tag === 'Reduce' ? source.values.length : 0));
        const integers = movedIntegers(op, source, shape);
        const values =
          op.tag === 'Reshape'
            ? source.values
            : integers && op.tag === 'Transpose'
              ? evaluateOp(op, known, shape)
              : asType(source.type, evaluateOp(op, known, shape));
        const { type } = source;
        const result = { type, shape: [...shape], values };
        setConstant(integers ? { ...result, quantised: integers } : result, output);
        return;
      }
      define(output);
      if (
        shape.some((d) => !Number.isSafeInteger(d) || d < 1) ||
        !Number.isSafeInteger(sizeOf(shape))
      ) {
        throw refuse(`its output would have shape [${shape.join(',')}]`);
      }
      graph.shapes.set(output, [...shape]);
      graph.nodes.push({
        name: label,
        onnxOp: node.opType,
        op,
        inputs: [...inputs],
        output,
      });
    };
    /** The integers of a model's input become known. */
    const prescribeInput = (name: string, quantisation: ActivationQuantisation) => {
      const input = graph.inputs.find((candidate) => candidate.name === name);
      const integers = integerInputs.get(name);
      if (!input || !integers) throw refuse(`"${name}" is not an input`, 'malformed');
      if (integers.dtype !== quantisation.dtype) {
        throw refuse(`its zero point has not the type of "${name}"`, 'malformed');
      }
      if (input.quantisation && !sameQuantisation(input.quantisation, quantisation)) {
        throw refuse(`"${name}" is dequantised in two ways`);
      }
      input.quantisation = quantisation;
      graph.shapes.set(name, integers.shape);
      graph.prescribed.set(name, quantisation);
    };
    const integersAt = (index: number, quantisation: ActivationQuantisation): Integers => {
      const name = inputAt(index);
      const integers = quantised.get(name);
      if (integers === undefined) throw refuse(`"${name}" is neither quantised nor an input`);
      if (!sameQuantisation(integers.quantisation, quantisation)) {
        throw refuse('its scale or zero point is not that of the QuantizeLinear before it');
      }
      return integers;
    };
    const pairUp = ({ source, quantisation }: Integers, output: string) => {
      const shape = graph.shapes.get(source);
      if (shape === undefined) throw refuse(`"${source}" is not known here`, 'malformed');
      emit({ tag: 'FakeQuantise', quantisation }, [source], shape, output);
    };
    return {
      node,
      opset,
      label,
      refuse,
      inputCount: node.input.length,
      outputs: node.output,
      has: (index) => Boolean(node.input[index]),
      constant: (index) => constants.get(inputAt(index)),
      shapeOf(index) {
        const name = inputAt(index);
        const shape = shapeOfName(name);
        if (shape === undefined) {
          throw refuse(`input "${name}" is not known yet; nodes must be in order`, 'malformed');
        }
        return shape;
      },
      tensor,
      operand(index) {
        const name = inputAt(index);
        return constants.has(name) ? name : tensor(index);
      },
      kindOf: (index) => kinds.get(rawAt(index)),
      setKind(output, kind) {
        kinds.set(output, kind);
      },
      emit,
      fresh(suffix) {
        const name = unique(suffix);
        graph.observedAs.set(name, first);
        return name;
      },
      inner: unique,
      setConstant,
      alias(index, output = first) {
        const kind = kinds.get(rawAt(index));
        if (shapeOfName(inputAt(index)) === undefined) {
          throw refuse(
            `input "${rawAt(index)}" is not known yet; nodes must be in order`,
            'malformed',
          );
        }
        aliases.set(define(output), inputAt(index));
        if (realNames.has(rawAt(index))) realNames.add(output);
        if (kind !== undefined && node.opType !== 'Cast') kinds.set(output, kind);
      },
      quantise(index, quantisation) {
        quantised.set(define(first), { source: tensor(index), quantisation });
      },
      quantiseTensor(source, quantisation, output = first) {
        quantised.set(define(output), { source, quantisation });
      },
      dequantise(index, quantisation, output = first) {
        const name = inputAt(index);
        if (integerInputs.has(name)) {
          prescribeInput(name, quantisation);
          aliases.set(define(output), name);
          realNames.add(output);
        } else {
          pairUp(integersAt(index, quantisation), output);
        }
      },
      realsOf(index, quantisation) {
        const name = inputAt(index);
        if (integerInputs.has(name)) {
          prescribeInput(name, quantisation);
          return name;
        }
        const integers = integersAt(index, quantisation);
        if (integers.reals === undefined) {
          integers.reals = `${name}/reals`;
          pairUp(integers, define(integers.reals));
        }
        return integers.reals;
      },
      quantisationOf(index) {
        const name = inputAt(index);
        if (integerInputs.has(name) && !realNames.has(rawAt(index))) {
          return graph.prescribed.get(name);
        }
        return quantised.get(name)?.quantisation;
      },
      integerInput: (index) => integerInputs.get(inputAt(index))?.dtype,
      spend,
    };
  };

  return {
    addConstant(name, constant) {
      constants.set(name, constant);
    },
    isConstant: (name) => constants.has(name),
    addInput(name, shape, dtype) {
      if (dtype === undefined) graph.shapes.set(name, shape);
      else integerInputs.set(name, { shape, dtype });
      graph.inputs.push({ name, shape, quantisation: undefined });
    },
    contextOf,
    pretend(node) {
      const shape = shapeOfName(resolve(node.input[0] ?? ''));
      const [output] = node.output;
      if (shape === undefined || !output) return false;
      graph.shapes.set(output, shape);
      return true;
    },
    finish(outputs) {
      for (const name of outputs) {
        const integers = quantised.get(resolve(name));
        if (integers !== undefined && !graph.shapes.has(name)) {
          // A model that ends in integers: the same tensor, with the quantisation it prescribes.
          const shape = graph.shapes.get(integers.source);
          if (shape === undefined) {
            throw new CompileError('malformed', `output "${name}" is not computed`, {
              tensor: name,
            });
          }
          graph.nodes.push({
            name,
            onnxOp: 'QuantizeLinear',
            op: { tag: 'FakeQuantise', quantisation: integers.quantisation },
            inputs: [integers.source],
            output: name,
          });
          graph.shapes.set(name, shape);
        }
        const resolved = graph.shapes.has(name) ? name : resolve(name);
        if (!graph.shapes.has(resolved)) {
          throw new CompileError('malformed', `output "${name}" is not computed from the inputs`, {
            tensor: name,
          });
        }
        graph.outputs.push(resolved);
      }
      for (const { name } of graph.inputs) {
        if (!graph.shapes.has(name)) {
          throw new CompileError(
            'unsupported-shape',
            `the integer input "${name}" is not dequantised by the model`,
            { tensor: name },
          );
        }
      }
      return graph;
    },
  };
};
