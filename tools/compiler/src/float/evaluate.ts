/**
 * What each float operator means, in double precision: the plain definition, written to be read. It fills constants at
 * import and is the yardstick of the tests; models are run by ONNX Runtime.
 */
import { applyBinary } from './binary.ts';
import type { FloatOp, PoolWindow, ResizePlace } from './graph.ts';
import { broadcastStrides, sizeOf, stridesOf, walk } from './shapes.ts';
import { applyUnary } from './unary.ts';

/** A tensor in row-major order. */
export interface FloatTensor {
  shape: readonly number[];
  values: ArrayLike<number>;
}

type Values = Float64Array;

const get = (values: ArrayLike<number>, index: number): number => values[index] ?? 0;

/** `a ∘ b` with broadcasting. */
export const evaluateBinary = (
  compute: (a: number, b: number) => number,
  a: FloatTensor,
  b: FloatTensor,
  shape: readonly number[],
): Values => {
  const result = new Float64Array(sizeOf(shape));
  walk(shape, broadcastStrides(a.shape, shape), (source, target) => {
    result[target] = get(a.values, source);
  });
  walk(shape, broadcastStrides(b.shape, shape), (source, target) => {
    result[target] = compute(get(result, target), get(b.values, source));
  });
  return result;
};

/** Output positions along one dimension that see the input at a tap: first, end, and the input's index at the first. */
const reachable = (
  input: number,
  output: number,
  stride: number,
  offset: number,
): { first: number; end: number } => ({
  first: Math.max(0, Math.ceil(-offset / stride)),
  end: Math.min(output, Math.floor((input - 1 - offset) / stride) + 1),
});

const convolution = (
  op: Extract<FloatOp, { tag: 'Conv' | 'ConvTranspose' }>,
  x: FloatTensor,
  shape: readonly number[],
): Values => {
  const [batch = 1, channels = 1, height = 1, width = 1] = x.shape;
  const [, outputs = 1, outHeight = 1, outWidth = 1] = shape;
  const [, depth = 1, kernelHeight = 1, kernelWidth = 1] = op.weights.shape;
  const input = Float64Array.from(x.values);
  const result = new Float64Array(sizeOf(shape));
  const groupOutputs = outputs / op.groups;
  const forward = op.tag === 'Conv';
  // A transposed convolution is the same walk with the roles of input and output places exchanged.
  const [nearHeight, nearWidth] = forward ? [outHeight, outWidth] : [height, width];
  const [farHeight, farWidth] = forward ? [height, width] : [outHeight, outWidth];
  const [strideHeight, strideWidth] = op.strides;
  for (let n = 0; n < batch; n++) {
    for (let o = 0; o < outputs; o++) {
      const outBase = (n * outputs + o) * outHeight * outWidth;
      result.fill(op.bias ? get(op.bias, o) : 0, outBase, outBase + outHeight * outWidth);
      const firstChannel = Math.floor(o / groupOutputs) * depth;
      for (let c = 0; c < depth; c++) {
        const inBase = (n * channels + firstChannel + c) * height * width;
        for (let kh = 0; kh < kernelHeight; kh++) {
          const rowOffset = kh * op.dilations[0] - op.pads[0];
          const rows = reachable(farHeight, nearHeight, strideHeight, rowOffset);
          for (let kw = 0; kw < kernelWidth; kw++) {
            const weight = get(
              op.weights.values,
              ((o * depth + c) * kernelHeight + kh) * kernelWidth + kw,
            );
            const columnOffset = kw * op.dilations[1] - op.pads[1];
            const columns = reachable(farWidth, nearWidth, strideWidth, columnOffset);
            const count = columns.end - columns.first;
            const [fromStep, toStep] = forward ? [strideWidth, 1] : [1, strideWidth];
            for (let row = rows.first; row < rows.end; row++) {
              const far =
                (row * strideHeight + rowOffset) * farWidth +
                columnOffset +
                columns.first * strideWidth;
              const near = row * nearWidth + columns.first;
              let from = inBase + (forward ? far : near);
              let to = outBase + (forward ? near : far);
              for (let column = 0; column < count; column++) {
                result[to] = (result[to] as number) + weight * (input[from] as number);
                from += fromStep;
                to += toStep;
              }
            }
          }
        }
      }
    }
  }
  return result;
};

const pool = (
  { kernel, strides, pads }: PoolWindow,
  x: FloatTensor,
  shape: readonly number[],
  kind: 'max' | 'average',
): Values => {
  const [, , height = 1, width = 1] = x.shape;
  const [, , outHeight = 1, outWidth = 1] = shape;
  return Float64Array.from({ length: sizeOf(shape) }, (_, index) => {
    const column = index % outWidth;
    const row = Math.floor(index / outWidth) % outHeight;
    const plane = Math.floor(index / (outWidth * outHeight)) * height * width;
    let sum = 0;
    let most = Number.NEGATIVE_INFINITY;
    for (let kh = 0; kh < kernel[0]; kh++) {
      for (let kw = 0; kw < kernel[1]; kw++) {
        const h = row * strides[0] + kh - pads[0];
        const w = column * strides[1] + kw - pads[1];
        if (h < 0 || w < 0 || h >= height || w >= width) continue;
        const value = get(x.values, plane + h * width + w);
        sum += value;
        if (value > most) most = value;
      }
    }
    return kind === 'max' ? most : sum / (kernel[0] * kernel[1]);
  });
};

/** Matrix products of the last two dimensions; `b` is `[.., K, N]`. */
const matMul = (a: FloatTensor, b: FloatTensor, shape: readonly number[]): Values => {
  const rows = shape.at(-2) ?? 1;
  const columns = shape.at(-1) ?? 1;
  const depth = a.shape.at(-1) ?? 1;
  const leading = shape.slice(0, -2);
  const result = new Float64Array(sizeOf(shape));
  const starts = (tensor: FloatTensor, matrix: number): number[] => {
    const list: number[] = [];
    walk(leading, broadcastStrides(tensor.shape.slice(0, -2), leading), (source) => {
      list.push(source * matrix);
    });
    return list;
  };
  const [lefts, rights] = [starts(a, rows * depth), starts(b, depth * columns)];
  lefts.forEach((left, group) => {
    const right = get(rights, group);
    for (let m = 0; m < rows; m++) {
      const to = (group * rows + m) * columns;
      for (let k = 0; k < depth; k++) {
        const factor = get(a.values, left + m * depth + k);
        const from = right + k * columns;
        for (let n = 0; n < columns; n++) {
          result[to + n] = (result[to + n] as number) + factor * (b.values[from + n] as number);
        }
      }
    }
  });
  return result;
};

/** Lines of a tensor along an axis: where each starts, how long it is, and how far apart its elements are. */
const lines = (
  shape: readonly number[],
  axis: number,
): { starts: number[]; length: number; stride: number } => {
  const strides = stridesOf(shape);
  const starts: number[] = [];
  const others = shape.map((dimension, d) => (d === axis ? 1 : dimension));
  walk(others, strides, (source) => {
    starts.push(source);
  });
  return { starts, length: shape[axis] ?? 1, stride: strides[axis] ?? 1 };
};

const concat = (inputs: readonly FloatTensor[], axis: number, shape: readonly number[]): Values => {
  const result = new Float64Array(sizeOf(shape));
  const strides = stridesOf(shape);
  let start = 0;
  for (const { shape: own, values } of inputs) {
    walk(
      own,
      strides,
      (place, index) => {
        result[place] = get(values, index);
      },
      start * (strides[axis] ?? 1),
    );
    start += own[axis] ?? 0;
  }
  return result;
};

const resize = (
  x: FloatTensor,
  rows: readonly ResizePlace[],
  columns: readonly ResizePlace[],
): Values => {
  const [batch = 1, channels = 1, height = 1, width = 1] = x.shape;
  const result = new Float64Array(batch * channels * rows.length * columns.length);
  let target = 0;
  for (let plane = 0; plane < batch * channels; plane++) {
    for (const row of rows) {
      for (const column of columns) {
        const value = (h: number, w: number) =>
          get(
            x.values,
            (plane * height + Math.min(h, height - 1)) * width + Math.min(w, width - 1),
          );
        const across = (h: number) =>
          (1 - column.fraction) * value(h, column.index) +
          column.fraction * value(h, column.index + 1);
        result[target++] =
          (1 - row.fraction) * across(row.index) + row.fraction * across(row.index + 1);
      }
    }
  }
  return result;
};

const reduce = (op: Extract<FloatOp, { tag: 'Reduce' }>, x: FloatTensor): Values => {
  const kept = x.shape.map((dimension, axis) => (op.axes.includes(axis) ? 1 : dimension));
  const start = { Sum: 0, Mean: 0, SumOfSquares: 0, Max: -Infinity, Min: Infinity }[op.reduction];
  const result = new Float64Array(sizeOf(kept)).fill(start);
  walk(x.shape, broadcastStrides(kept, x.shape), (to, from) => {
    const [sum, value] = [get(result, to), get(x.values, from)];
    switch (op.reduction) {
      case 'Sum':
      case 'Mean':
        result[to] = sum + value;
        break;
      case 'SumOfSquares':
        result[to] = sum + value * value;
        break;
      case 'Max':
        result[to] = Math.max(sum, value);
        break;
      case 'Min':
        result[to] = Math.min(sum, value);
        break;
    }
  });
  const count = sizeOf(x.shape) / sizeOf(kept);
  return op.reduction === 'Mean' ? result.map((sum) => sum / count) : result;
};

const softmax = (x: FloatTensor, axis: number): Values => {
  const result = Float64Array.from(x.values);
  const { starts, length, stride } = lines(x.shape, axis);
  for (const start of starts) {
    let most = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < length; i++) most = Math.max(most, get(result, start + i * stride));
    let sum = 0;
    for (let i = 0; i < length; i++) {
      const power = Math.exp(get(result, start + i * stride) - most);
      result[start + i * stride] = power;
      sum += power;
    }
    for (let i = 0; i < length; i++) {
      result[start + i * stride] = get(result, start + i * stride) / sum;
    }
  }
  return result;
};

const layerNorm = (op: Extract<FloatOp, { tag: 'LayerNorm' }>, x: FloatTensor): Values => {
  const length = sizeOf(x.shape.slice(x.shape.length - op.axes));
  const result = Float64Array.from(x.values);
  for (let start = 0; start < result.length; start += length) {
    const line = result.subarray(start, start + length);
    const mean = line.reduce((sum, value) => sum + value, 0) / length;
    const variance = line.reduce((sum, value) => sum + (value - mean) ** 2, 0) / length;
    const deviation = Math.sqrt(variance + op.epsilon);
    line.forEach((value, index) => {
      const scale = op.scale ? get(op.scale, index) : 1;
      const shift = op.shift ? get(op.shift, index) : 0;
      line[index] = ((value - mean) / deviation) * scale + shift;
    });
  }
  return result;
};

/** The first `count` places of each line in order; the first on a tie. */
const ordered = (
  x: FloatTensor,
  axis: number,
  largest: boolean,
  count: number,
  note: (line: number, rank: number, index: number, value: number) => void,
): void => {
  const { starts, length, stride } = lines(x.shape, axis);
  starts.forEach((start, line) => {
    const value = (index: number) => get(x.values, start + index * stride);
    const order = Array.from({ length }, (_, index) => index).sort(
      (a, b) => (largest ? value(b) - value(a) : value(a) - value(b)) || a - b,
    );
    order.slice(0, count).forEach((index, rank) => {
      note(line, rank, index, value(index));
    });
  });
};

const moved = (
  x: FloatTensor,
  shape: readonly number[],
  strides: readonly number[],
  offset = 0,
): Values => {
  const result = new Float64Array(sizeOf(shape));
  walk(
    shape,
    strides,
    (source, target) => {
      result[target] = get(x.values, source);
    },
    offset,
  );
  return result;
};

/** The operator's output, of the given shape. Inputs must be as the operator wants them. */
export const evaluateOp = (
  op: FloatOp,
  inputs: readonly FloatTensor[],
  shape: readonly number[],
): Values => {
  const [x, y] = inputs;
  if (x === undefined) throw new RangeError(`${op.tag} without an input`);
  const second = (): FloatTensor => {
    if (y === undefined) throw new RangeError(`${op.tag} without a second input`);
    return y;
  };
  switch (op.tag) {
    case 'Conv':
    case 'ConvTranspose':
      return convolution(op, x, shape);
    case 'Dense': {
      const [outputs = 1, depth = 1] = op.weights.shape;
      const turned = moved(op.weights, [depth, outputs], [1, depth]);
      const product = matMul(x, { shape: [depth, outputs], values: turned }, shape);
      const { bias } = op;
      return bias ? product.map((value, index) => value + get(bias, index % outputs)) : product;
    }
    case 'Affine': {
      const inner = sizeOf(x.shape.slice(2));
      return Float64Array.from(x.values, (value, index) => {
        const channel = Math.floor(index / inner) % op.scale.length;
        return value * get(op.scale, channel) + get(op.shift, channel);
      });
    }
    case 'Map':
      return Float64Array.from(x.values, (value) => applyUnary(op.unary, value));
    case 'Binary':
      return evaluateBinary((a, b) => applyBinary(op.fn, a, b), x, second(), shape);
    case 'BinaryConstant': {
      const [a, b] = op.side === 0 ? [op.constant, x] : [x, op.constant];
      return evaluateBinary((left, right) => applyBinary(op.fn, left, right), a, b, shape);
    }
    case 'MatMul':
      return matMul(x, second(), shape);
    case 'Concat':
      return concat(inputs, op.axis, shape);
    case 'Slice': {
      const strides = stridesOf(x.shape);
      const offset = op.ranges.reduce((sum, [start], axis) => sum + start * get(strides, axis), 0);
      return moved(
        x,
        shape,
        strides.map((stride, axis) => stride * (op.ranges[axis]?.[1] ?? 1)),
        offset,
      );
    }
    case 'Gather': {
      const size = x.shape[op.axis] ?? 1;
      const inner = sizeOf(x.shape.slice(op.axis + 1));
      const chosen = op.indices.length;
      return Float64Array.from({ length: sizeOf(shape) }, (_, index) => {
        const outer = Math.floor(index / (inner * chosen));
        const source = get(op.indices, Math.floor(index / inner) % chosen);
        return get(x.values, (outer * size + source) * inner + (index % inner));
      });
    }
    case 'Resize':
      return resize(x, op.rows, op.columns);
    case 'Reduce':
      return reduce(op, x);
    case 'Softmax':
      return softmax(x, op.axis);
    case 'LayerNorm':
      return layerNorm(op, x);
    case 'TopK':
    case 'ArgMax': {
      const result = new Float64Array(sizeOf(shape));
      const top = op.tag === 'TopK';
      const count = top ? (shape[op.axis] ?? 1) : 1;
      const inner = sizeOf(x.shape.slice(op.axis + 1));
      ordered(x, op.axis, top ? op.largest : true, count, (line, rank, index, value) => {
        const to = Math.floor(line / inner) * inner * count + rank * inner + (line % inner);
        result[to] = top && op.output === 'values' ? value : index;
      });
      return result;
    }
    case 'MaxPool':
      return pool(op.window, x, shape, 'max');
    case 'AveragePool':
      return pool(op.window, x, shape, 'average');
    case 'Reshape':
      return Float64Array.from(x.values);
    case 'Transpose': {
      const strides = stridesOf(x.shape);
      return moved(
        x,
        shape,
        op.perm.map((axis) => get(strides, axis)),
      );
    }
    case 'Pad': {
      const result = new Float64Array(sizeOf(shape)).fill(op.value);
      const strides = stridesOf(shape);
      const offset = op.pads.reduce((sum, [before], axis) => sum + before * get(strides, axis), 0);
      walk(
        x.shape,
        strides,
        (place, index) => {
          result[place] = get(x.values, index);
        },
        offset,
      );
      return result;
    }
    case 'FakeQuantise': {
      const { dtype, scale, zero } = op.quantisation;
      const [min, max] = dtype === 'U8' ? [0, 255] : [-128, 127];
      return Float64Array.from(x.values, (value) => {
        const real = value / scale;
        const floor = Math.floor(real);
        const rounded = real - floor === 0.5 ? floor + (Math.abs(floor) % 2) : Math.round(real);
        return (Math.min(max, Math.max(min, rounded + zero)) - zero) * scale;
      });
    }
  }
};
