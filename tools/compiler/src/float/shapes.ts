/** Arithmetic on shapes, as NumPy and ONNX do it. */

/** Elements of a tensor. */
export const sizeOf = (shape: readonly number[]): number =>
  shape.reduce((total, dimension) => total * dimension, 1);

export const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((dimension, axis) => dimension === b[axis]);

/** How far apart neighbours along each dimension are in row-major order. */
export const stridesOf = (shape: readonly number[]): number[] => {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) {
    strides[axis] = (strides[axis + 1] ?? 1) * (shape[axis + 1] ?? 1);
  }
  return strides;
};

/** The shape that two shapes broadcast to; `undefined` when they do not fit. */
export const broadcastShape = (
  a: readonly number[],
  b: readonly number[],
): number[] | undefined => {
  const rank = Math.max(a.length, b.length);
  const shape: number[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const left = a[axis - (rank - a.length)] ?? 1;
    const right = b[axis - (rank - b.length)] ?? 1;
    if (left !== right && left !== 1 && right !== 1) return undefined;
    shape.push(left === 1 ? right : left);
  }
  return shape;
};

/**
 * For every element of a tensor of `shape`, in order, its index in a buffer that starts at `offset` and whose
 * neighbours along each dimension are `strides` apart. A stride of 0 repeats.
 */
export const walk = (
  shape: readonly number[],
  strides: readonly number[],
  visit: (source: number, target: number) => void,
  offset = 0,
): void => {
  const size = sizeOf(shape);
  const position = new Array<number>(shape.length).fill(0);
  let source = offset;
  for (let target = 0; target < size; target++) {
    visit(source, target);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const stride = strides[axis] ?? 0;
      const next = (position[axis] ?? 0) + 1;
      source += stride;
      if (next < (shape[axis] ?? 1)) {
        position[axis] = next;
        break;
      }
      source -= stride * next;
      position[axis] = 0;
    }
  }
};

/** Strides with which a tensor of shape `from` is read as one of shape `to`. */
export const broadcastStrides = (from: readonly number[], to: readonly number[]): number[] => {
  const own = stridesOf(from);
  const missing = to.length - from.length;
  return to.map((_, axis) => {
    const inner = axis - missing;
    return inner < 0 || from[inner] === 1 ? 0 : (own[inner] ?? 0);
  });
};
