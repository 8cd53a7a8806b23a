/**
 * The operators of kernel version 1 written a second time, from their definition and with plain loops, so that the
 * exact program is judged by something that shares no line with it. For tests.
 */
import { elementCount, type Graph, type GraphNode, type Requant } from '@veritrace/referee/graph';
import { readElements, writeElements } from '../model/tensors.ts';

interface Tensor {
  shape: number[];
  /** Integers; for a scale, singles. */
  data: ArrayLike<number>;
}

/** To the nearest integer, halves to even. Exact for every double. */
const roundEven = (value: number): number => {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest < 0.5) return floor;
  if (rest > 0.5) return floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
};

const requantise = (sum: number, scale: number, { zero, min, max }: Requant): number => {
  const product = Math.fround(Math.fround(sum) * scale);
  return Math.min(Math.max(roundEven(product) + zero, min), max);
};

const stridesOf = (shape: readonly number[]): number[] => {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) {
    strides[axis] = (strides[axis + 1] ?? 1) * (shape[axis + 1] ?? 1);
  }
  return strides;
};

const at = (data: ArrayLike<number>, index: number): number => {
  const value = data[index];
  if (value === undefined) throw new RangeError(`no element ${index}`);
  return value;
};

/** Coordinates of row-major index `linear`. */
const coordinates = (linear: number, shape: readonly number[]): number[] =>
  stridesOf(shape).map((stride, axis) => Math.floor(linear / stride) % (shape[axis] ?? 1));

const dim = (shape: readonly number[], axis: number): number => at(shape, axis);

/** `finish(sum, channel)`: the sum itself, or requantised by the scale of that channel. */
const finisher = (requant: Requant | undefined, scale: Tensor | undefined) => {
  if (requant === undefined || scale === undefined) return (sum: number) => sum;
  const perChannel = scale.data.length > 1;
  return (sum: number, channel: number) =>
    requantise(sum, at(scale.data, perChannel ? channel : 0), requant);
};

const need = (tensor: Tensor | undefined): Tensor => {
  if (tensor === undefined) throw new RangeError('a node lacks an input');
  return tensor;
};

/** Output elements of one node. */
const evaluateNode = ({ op, output }: GraphNode, inputs: readonly Tensor[]): number[] => {
  const count = elementCount(output.shape);
  const x = need(inputs[0]);
  const out = (element: (index: number, position: number[]) => number): number[] =>
    Array.from({ length: count }, (_, index) => element(index, coordinates(index, output.shape)));

  switch (op.tag) {
    case 'Conv': {
      const { groups, strides, pads, dilations, xZero, wZero, bias, requant } = op.value;
      const w = need(inputs[1]);
      const finish = finisher(requant, inputs[2 + (bias ? 1 : 0)]);
      const [channels, height, width] = [dim(x.shape, 1), dim(x.shape, 2), dim(x.shape, 3)];
      const [outputs, depth, kh, kw] = [0, 1, 2, 3].map((axis) => dim(w.shape, axis));
      return out((_, position) => {
        const [n, o, row, column] = position as [number, number, number, number];
        let sum = bias ? at(need(inputs[2]).data, o) : 0;
        const first = Math.floor(o / ((outputs ?? 1) / groups)) * (depth ?? 1);
        for (let c = 0; c < (depth ?? 1); c++) {
          for (let i = 0; i < (kh ?? 1); i++) {
            for (let j = 0; j < (kw ?? 1); j++) {
              const h = row * strides[0] + i * dilations[0] - pads[0];
              const v = column * strides[1] + j * dilations[1] - pads[1];
              if (h < 0 || h >= height || v < 0 || v >= width) continue;
              const xs = at(x.data, ((n * channels + first + c) * height + h) * width + v);
              const ws = at(w.data, ((o * (depth ?? 1) + c) * (kh ?? 1) + i) * (kw ?? 1) + j);
              sum += (xs - xZero) * (ws - wZero);
            }
          }
        }
        return finish(sum, o);
      });
    }
    case 'MatMul': {
      const { xZero, wZero, bias, requant } = op.value;
      const w = need(inputs[1]);
      const finish = finisher(requant, inputs[2 + (bias ? 1 : 0)]);
      const depth = dim(x.shape, 1);
      return out((_, position) => {
        const [m, n] = position as [number, number];
        let sum = bias ? at(need(inputs[2]).data, n) : 0;
        for (let k = 0; k < depth; k++) {
          sum += (at(x.data, m * depth + k) - xZero) * (at(w.data, n * depth + k) - wZero);
        }
        return finish(sum, n);
      });
    }
    case 'Requantise': {
      const finish = finisher(op.value.requant, inputs[1]);
      return out((index, position) => finish(at(x.data, index) - op.value.xZero, position[1] ?? 0));
    }
    case 'Table': {
      const table = need(inputs[1]);
      const lowest = x.data instanceof Int8Array ? -128 : 0;
      return out((index) => at(table.data, at(x.data, index) - lowest));
    }
    case 'MaxPool':
    case 'SumPool': {
      const window = op.tag === 'MaxPool' ? op.value : op.value.window;
      const finish = op.tag === 'SumPool' ? finisher(op.value.requant, inputs[1]) : undefined;
      const zero = op.tag === 'SumPool' ? op.value.xZero : 0;
      const [channels, height, width] = [dim(x.shape, 1), dim(x.shape, 2), dim(x.shape, 3)];
      return out((_, position) => {
        const [n, c, row, column] = position as [number, number, number, number];
        let sum = 0;
        let best = Number.NEGATIVE_INFINITY;
        for (let i = 0; i < window.kernel[0]; i++) {
          for (let j = 0; j < window.kernel[1]; j++) {
            const h = row * window.strides[0] + i - window.pads[0];
            const v = column * window.strides[1] + j - window.pads[1];
            if (h < 0 || h >= height || v < 0 || v >= width) continue;
            const value = at(x.data, ((n * channels + c) * height + h) * width + v);
            sum += value - zero;
            best = Math.max(best, value);
          }
        }
        return finish ? finish(sum, c) : best;
      });
    }
    case 'Add': {
      const { aZero, aMul, bZero, bMul, requant } = op.value;
      const b = need(inputs[1]);
      const finish = finisher(requant, inputs[2]);
      return out((index) =>
        finish((at(x.data, index) - aZero) * aMul + (at(b.data, index) - bZero) * bMul, 0),
      );
    }
    case 'Reshape':
      return Array.from(x.data);
    case 'Transpose': {
      const strides = stridesOf(x.shape);
      return out((_, position) =>
        at(
          x.data,
          op.value.perm.reduce((sum, axis, d) => sum + at(position, d) * at(strides, axis), 0),
        ),
      );
    }
    case 'Pad': {
      const strides = stridesOf(x.shape);
      return out((_, position) => {
        let index = 0;
        for (const [axis, place] of position.entries()) {
          const from =
            place -
            at(
              op.value.pads.map(([before]) => before),
              axis,
            );
          if (from < 0 || from >= dim(x.shape, axis)) return op.value.value;
          index += from * at(strides, axis);
        }
        return at(x.data, index);
      });
    }
    case 'ArgMax': {
      const { axis } = op.value;
      const length = dim(x.shape, axis);
      const inner = at(stridesOf(x.shape), axis);
      return out((index) => {
        const start = Math.floor(index / inner) * inner * length + (index % inner);
        let best = 0;
        for (let k = 1; k < length; k++) {
          if (at(x.data, start + k * inner) > at(x.data, start + best * inner)) best = k;
        }
        return best;
      });
    }
  }
};

/** Every node's output for these request inputs, row-major little-endian bytes. */
export const evaluateReference = (graph: Graph, inputs: readonly Uint8Array[]): Uint8Array[] => {
  const tensors = (specs: Graph['initialisers']) =>
    specs.map(
      ({ spec, data }): Tensor => ({ shape: spec.shape, data: readElements(spec.dtype, data) }),
    );
  const requests = tensors(
    graph.header.inputs.map((spec, index) => ({ spec, data: inputs[index] ?? new Uint8Array() })),
  );
  const initialisers = tensors(graph.initialisers);
  const values: Tensor[] = [];
  return graph.nodes.map((node) => {
    const operands = node.inputs.map((ref) => {
      const from = { Request: requests, Initialiser: initialisers, Node: values }[ref.tag];
      return need(from[ref.value]);
    });
    const bytes = writeElements(node.output.dtype, evaluateNode(node, operands));
    values.push({ shape: node.output.shape, data: readElements(node.output.dtype, bytes) });
    return bytes;
  });
};
