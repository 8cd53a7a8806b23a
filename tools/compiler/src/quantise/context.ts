/** What the lowering of each operator sees and does. */
import type { DType, Op, Ref, Requant, TensorSpec } from '@veritrace/referee/graph';
import type { CompileError } from '../errors.ts';
import type { ActivationQuantisation, FloatGraph, FloatNode } from '../float/graph.ts';
import { dtypeRange } from '../model/tensors.ts';

/** A tensor of the canonical graph that stands for reals. */
export interface Quantised {
  ref: Ref;
  spec: TensorSpec;
  quantisation: ActivationQuantisation;
}

/** What is folded into the operator before it: a positive factor, then a clamp in reals. */
export interface Ending {
  factor: number;
  min: number;
  max: number;
}

export const NO_ENDING: Ending = {
  factor: 1,
  min: Number.NEGATIVE_INFINITY,
  max: Number.POSITIVE_INFINITY,
};

/** The requantisation of a sum, with the scale that is the node's last input. */
export interface Finish {
  quantisation: ActivationQuantisation;
  requant: Requant;
  scale: Ref;
}

export interface Lowering {
  readonly graph: FloatGraph;
  /** The node that computes a tensor. */
  producerOf(tensor: string): FloatNode | undefined;
  consumersOf(tensor: string): readonly FloatNode[];
  /** Throws when the tensor has none. */
  shapeOf(tensor: string): number[];
  /** An error that names the node. */
  refuse(node: FloatNode, message: string, code?: CompileError['code']): CompileError;
  /** An initialiser; equal ones are shared. */
  constant(dtype: DType, shape: number[], values: ArrayLike<number>): Ref;
  /** Scales as an initialiser. Throws when one is not within 2^±60. */
  scales(node: FloatNode, scales: number[]): Ref;
  push(op: Op, inputs: Ref[], output: TensorSpec): Ref;
  /** The canonical tensor of a computed tensor. */
  quantised(tensor: string): Quantised;
  /** Quantisation a tensor is to have, given that its operator chooses one. */
  quantisationOf(tensor: string): ActivationQuantisation;
  /** Requantisation of sums with these scales into `tensor`. */
  finish(node: FloatNode, tensor: string, sumScales: number[], ending: Ending): Finish;
  /** Largest distance from its mean that an element of a `LayerNorm`'s input had in calibration, if that is known. */
  centredReach(tensor: string): number | undefined;
}

export const sameQuantisation = (a: ActivationQuantisation, b: ActivationQuantisation): boolean =>
  a.dtype === b.dtype && a.scale === b.scale && a.zero === b.zero;

/** The integer nearest to a real, clamped to the type. */
export const toInteger = (
  value: number,
  { dtype, scale, zero }: ActivationQuantisation,
): number => {
  const { min, max } = dtypeRange(dtype);
  if (Number.isNaN(value)) return zero;
  return Math.min(max, Math.max(min, Math.round(value / scale) + zero));
};

/** The requantisation into these integers, clamped to these reals. */
export const requantOf = (
  quantisation: ActivationQuantisation,
  { min, max }: Pick<Ending, 'min' | 'max'>,
): Requant => ({
  zero: quantisation.zero,
  min: toInteger(min, quantisation),
  max: toInteger(max, quantisation),
});

/** A requantisation into 32-bit integers within `±reach`, with zero point 0. */
export const wideRequant = (reach: number): Requant => ({ zero: 0, min: -reach, max: reach });

/** The same elements under another shape; nothing when the shape is the same. */
export const reshaped = ({ push }: Lowering, x: Quantised, shape: number[]): Quantised => {
  if (x.spec.shape.join() === shape.join()) return x;
  const spec: TensorSpec = { dtype: x.spec.dtype, shape };
  return { ...x, ref: push({ tag: 'Reshape', value: undefined }, [x.ref], spec), spec };
};
