/**
 * The operators of the kernels written a second time, from their definition and with plain loops, so that the
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

/** What leaves 32 bits, clamped to them. */
const clamp32 = (value: number): number => Math.min(Math.max(value, -(2 ** 31)), 2 ** 31 - 1);

const clampBig = (value: bigint): bigint => {
  const [low, high] = [-(2n ** 31n), 2n ** 31n - 1n];
  return value < low ? low : value > high ? high : value;
};

/** Singles' quotient and root, requantised: two roundings more. */
const finishSingle = (single: number, scale: number, { zero, min, max }: Requant): number =>
  Math.min(Math.max(roundEven(Math.fround(single * scale)) + zero, min), max);

/** Index into a tensor of `shape` that is broadcast to an output of a higher or equal rank. */
const broadcastIndex = (shape: readonly number[], position: readonly number[]): number => {
  const strides = stridesOf(shape);
  const skip = position.length - shape.length;
  return shape.reduce(
    (sum, size, axis) => sum + (size === 1 ? 0 : at(position, axis + skip) * at(strides, axis)),
    0,
  );
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
    case 'ConvTranspose': {
      const { groups, strides, pads, dilations, xZero, wZero, bias, requant } = op.value;
      const w = need(inputs[1]);
      const finish = finisher(requant, inputs[2 + (bias ? 1 : 0)]);
      const [batches, channels, height, width] = x.shape as [number, number, number, number];
      const [outputs, depth, kh, kw] = w.shape as [number, number, number, number];
      const [, , outHeight, outWidth] = output.shape as [number, number, number, number];
      const sums = new Float64Array(count);
      // Every element of x is scattered over the outputs it contributes to.
      for (let n = 0; n < batches; n++) {
        for (let o = 0; o < outputs; o++) {
          const first = Math.floor(o / (outputs / groups)) * depth;
          for (let c = 0; c < depth; c++) {
            for (let h = 0; h < height; h++) {
              for (let v = 0; v < width; v++) {
                const from = ((n * channels + first + c) * height + h) * width + v;
                for (let i = 0; i < kh; i++) {
                  for (let j = 0; j < kw; j++) {
                    const row = h * strides[0] + i * dilations[0] - pads[0];
                    const column = v * strides[1] + j * dilations[1] - pads[1];
                    if (row < 0 || row >= outHeight || column < 0 || column >= outWidth) continue;
                    const to = ((n * outputs + o) * outHeight + row) * outWidth + column;
                    const weight = at(w.data, ((o * depth + c) * kh + i) * kw + j) - wZero;
                    sums[to] = at(sums, to) + (at(x.data, from) - xZero) * weight;
                  }
                }
              }
            }
          }
        }
      }
      return out((index, position) => {
        const o = at(position, 1);
        return finish(at(sums, index) + (bias ? at(need(inputs[2]).data, o) : 0), o);
      });
    }
    case 'BatchMatMul': {
      const { aZero, bZero, requant } = op.value;
      const b = need(inputs[1]);
      const finish = finisher(requant, inputs[2]);
      const [, rows, depth] = x.shape as [number, number, number];
      const [batches, columns] = b.shape as [number, number];
      return out((_, position) => {
        const [g, m, n] = position as [number, number, number];
        const matrix = batches === 1 ? 0 : g;
        let sum = 0;
        for (let k = 0; k < depth; k++) {
          sum +=
            (at(x.data, (g * rows + m) * depth + k) - aZero) *
            (at(b.data, (matrix * columns + n) * depth + k) - bZero);
        }
        return finish(sum, 0);
      });
    }
    case 'WeightedSum': {
      const { aZero, aMul, bZero, bMul, requant } = op.value;
      const b = need(inputs[1]);
      const finish = finisher(requant, inputs[2]);
      return out((_, position) => {
        const left = at(x.data, broadcastIndex(x.shape, position)) - aZero;
        const right = at(b.data, broadcastIndex(b.shape, position)) - bZero;
        // Below 2^50: exact in a double.
        return finish(clamp32(left * aMul + right * bMul), 0);
      });
    }
    case 'Product': {
      const { aZero, bZero, requant } = op.value;
      const b = need(inputs[1]);
      const finish = finisher(requant, inputs[2]);
      return out((_, position) => {
        const left = at(x.data, broadcastIndex(x.shape, position)) - aZero;
        const right = at(b.data, broadcastIndex(b.shape, position)) - bZero;
        return finish(Number(clampBig(BigInt(left) * BigInt(right))), 0);
      });
    }
    case 'Quotient': {
      const { aZero, bZero, requant } = op.value;
      const b = need(inputs[1]);
      const scale = at(need(inputs[2]).data, 0);
      return out((_, position) => {
        const above = clamp32(at(x.data, broadcastIndex(x.shape, position)) - aZero);
        const below = clamp32(at(b.data, broadcastIndex(b.shape, position)) - bZero);
        const single = Math.fround(Math.fround(above) / Math.fround(Math.max(below, 1)));
        return finishSingle(single, scale, requant);
      });
    }
    case 'SquareRoot': {
      const scale = at(need(inputs[1]).data, 0);
      return out((index) => {
        const under = Math.max(clamp32(at(x.data, index) - op.value.xZero), 0);
        const single = Math.fround(Math.sqrt(Math.fround(under)));
        return finishSingle(single, scale, op.value.requant);
      });
    }
    case 'Concat': {
      const { axis } = op.value;
      return out((_, position) => {
        let place = at(position, axis);
        for (const part of inputs) {
          if (place < dim(part.shape, axis)) {
            const inside = position.map((value, d) => (d === axis ? place : value));
            return at(part.data, broadcastIndex(part.shape, inside));
          }
          place -= dim(part.shape, axis);
        }
        throw new RangeError('an output past the last input');
      });
    }
    case 'Slice': {
      const strides = stridesOf(x.shape);
      return out((_, position) =>
        at(
          x.data,
          op.value.ranges.reduce(
            (sum, [start, step], d) => sum + (start + at(position, d) * step) * at(strides, d),
            0,
          ),
        ),
      );
    }
    case 'Gather': {
      const { axis } = op.value;
      const places = need(inputs[1]);
      const size = dim(x.shape, axis);
      const inner = at(stridesOf(x.shape), axis);
      const picked = elementCount(places.shape);
      return out((index) => {
        const tail = index % inner;
        const place = Math.floor(index / inner) % picked;
        const head = Math.floor(index / inner / picked);
        const from = Math.min(Math.max(at(places.data, place), 0), size - 1);
        return at(x.data, (head * size + from) * inner + tail);
      });
    }
    case 'Resize': {
      const { xZero, requant } = op.value;
      const [rows, columns] = [need(inputs[1]), need(inputs[2])];
      const [, channels, height, width] = x.shape as [number, number, number, number];
      const finish = finisher(requant, inputs[3]);
      const placed = (place: number, size: number) => {
        const index = Math.floor(place / 256);
        const weight = Math.min(place - index * 256, 128);
        const first = Math.min(Math.max(index, 0), size - 1);
        return { first, second: Math.min(first + 1, size - 1), weight };
      };
      return out((_, position) => {
        const [n, c, i, j] = position as [number, number, number, number];
        const row = placed(at(rows.data, i), height);
        const column = placed(at(columns.data, j), width);
        const pixel = (h: number, v: number) =>
          at(x.data, ((n * channels + c) * height + h) * width + v);
        if (requant === undefined) return pixel(row.first, column.first);
        const sum =
          (pixel(row.first, column.first) - xZero) * (128 - row.weight) * (128 - column.weight) +
          (pixel(row.first, column.second) - xZero) * (128 - row.weight) * column.weight +
          (pixel(row.second, column.first) - xZero) * row.weight * (128 - column.weight) +
          (pixel(row.second, column.second) - xZero) * row.weight * column.weight;
        return finish(sum, 0);
      });
    }
    case 'Reduce': {
      const { reduction, axes, keepDims, xZero, requant } = op.value;
      const finish = finisher(requant, inputs[1]);
      const kept = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
      const strides = stridesOf(kept);
      const gathered = Array.from({ length: elementCount(kept) }, (): number[] => []);
      for (let index = 0; index < x.data.length; index++) {
        const position = coordinates(index, x.shape);
        const to = position.reduce(
          (sum, place, axis) => sum + (axes.includes(axis) ? 0 : place * at(strides, axis)),
          0,
        );
        gathered[to]?.push(at(x.data, index));
      }
      if (!keepDims && output.shape.length !== x.shape.length - axes.length) {
        throw new RangeError('an output of another rank');
      }
      return gathered.map((elements) => {
        if (reduction === 'Max') return elements.reduce((best, value) => Math.max(best, value));
        if (reduction === 'Min') return elements.reduce((best, value) => Math.min(best, value));
        const total = elements.reduce((sum, value) => {
          const term = BigInt(value - xZero);
          return sum + (reduction === 'Sum' ? term : term * term);
        }, 0n);
        return finish(Number(clampBig(total)), 0);
      });
    }
    case 'Lookup': {
      const table = need(inputs[1]);
      const lowest = x.data instanceof Int8Array ? -128 : 0;
      return out((index) => at(table.data, at(x.data, index) - lowest));
    }
    case 'TopK': {
      const { axis, largest, indices } = op.value;
      const size = dim(x.shape, axis);
      const inner = at(stridesOf(x.shape), axis);
      return out((index, position) => {
        const outer = Math.floor(index / inner / dim(output.shape, axis));
        const start = outer * size * inner + (index % inner);
        const lane = Array.from({ length: size }, (_, k) => ({
          k,
          value: at(x.data, start + k * inner),
        }));
        lane.sort((a, b) => (largest ? b.value - a.value : a.value - b.value) || a.k - b.k);
        const chosen = lane[at(position, axis)];
        if (chosen === undefined) throw new RangeError('more asked for than there is');
        return indices ? chosen.k : chosen.value;
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
