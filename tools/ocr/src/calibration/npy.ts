/** NumPy's file format, version 1.0, for float32 arrays. */

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0];
const ALIGNMENT = 64;

/** The bytes of a `.npy` file of little-endian float32 values. */
export const encodeNpy = (values: Float32Array, shape: readonly number[]): Uint8Array => {
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  if (size !== values.length) {
    throw new RangeError(`[${shape.join(',')}] takes ${size} values, not ${values.length}`);
  }
  const dimensions = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${dimensions}), }`;
  const before = MAGIC.length + 2;
  const total = Math.ceil((before + header.length + 1) / ALIGNMENT) * ALIGNMENT;
  const bytes = new Uint8Array(total + 4 * values.length);
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC);
  view.setUint16(MAGIC.length, total - before, true);
  bytes.set(new TextEncoder().encode(`${header.padEnd(total - before - 1)}\n`), before);
  values.forEach((value, index) => {
    view.setFloat32(total + 4 * index, value, true);
  });
  return bytes;
};
