/** What the importer of an ONNX operator sees and does. */
import type { CompileError } from '../errors.ts';
import type { ActivationQuantisation, Constant, FloatOp } from '../float/graph.ts';
import type { NodeProto } from './schema.ts';

/** A constant with its element type, one of `TENSOR_TYPE`. */
export type TypedConstant = Constant & { type: number };

/**
 * What a computed tensor holds besides reals: `index` counts elements (`ArgMax`, `TopK`), `sum` is an integer
 * accumulator. Most operators refuse both.
 */
export type TensorKind = 'index' | 'sum';

export interface OperatorContext {
  readonly node: NodeProto;
  readonly opset: number;
  /** The node as messages name it. */
  readonly label: string;
  /** How many inputs are listed, absent ones included. */
  readonly inputCount: number;
  /** Names of the outputs, empty where one is not wanted. */
  readonly outputs: readonly string[];
  /** Shape of input `index`. Throws when it is absent. */
  shapeOf(index: number): number[];
  /** Whether input `index` is given. */
  has(index: number): boolean;
  /** The constant behind input `index`, if it is one. */
  constant(index: number): TypedConstant | undefined;
  /** The computed tensor behind input `index`. Throws when it is constant, absent, or of a kind that is not in `kinds`. */
  tensor(index: number, kinds?: readonly TensorKind[]): string;
  /** As `tensor`, but a constant will do: `emit` works out what becomes of it. */
  operand(index: number): string;
  /** What input `index` holds besides reals. */
  kindOf(index: number): TensorKind | undefined;
  /** Declares what an output holds. */
  setKind(output: string, kind: TensorKind): void;
  /**
   * Adds a step; without `output` it produces the node's first output. If all inputs are constant the output is a
   * constant, worked out now. Throws when the shape is impossible.
   */
  emit(op: FloatOp, inputs: readonly string[], shape: readonly number[], output?: string): void;
  /** A name for a tensor of our own, whose values are those of the node's output in another shape. */
  fresh(suffix: string): string;
  /** A name for a tensor of our own that the file does not have. */
  inner(suffix: string): string;
  /** An output is constant. */
  setConstant(constant: TypedConstant, output?: string): void;
  /** An output is input `index` under another name. */
  alias(index: number, output?: string): void;
  /** Input `index` quantised; the output holds the integers. */
  quantise(index: number, quantisation: ActivationQuantisation): void;
  /** An output holds the integers of a tensor of ours. */
  quantiseTensor(tensor: string, quantisation: ActivationQuantisation, output?: string): void;
  /** The reals behind the integers of input `index`, under the node's output or `output`. */
  dequantise(index: number, quantisation: ActivationQuantisation, output?: string): void;
  /** The reals behind the integers of input `index`, as a tensor, if a `quantisation` fits them. */
  realsOf(index: number, quantisation: ActivationQuantisation): string;
  /** The quantisation of the integers of input `index`, if it is known. */
  quantisationOf(index: number): ActivationQuantisation | undefined;
  /** The type of input `index`, if that is an input of the model which holds integers. */
  integerInput(index: number): 'U8' | 'I8' | undefined;
  /** Elements that constants worked out at import may still have, all together. Throws when `count` is beyond it. */
  spend(count: number): void;
  /** An error that names the node. */
  refuse(message: string, code?: CompileError['code']): CompileError;
}

export type Importer = (context: OperatorContext) => void;
