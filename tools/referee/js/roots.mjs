// Roots of many tensors, in the module or, of layout version 2, by a native BLAKE3 over the module's memory. Plain
// JavaScript, since a thread of the committer starts without the loader that the rest of the project runs by.
import { compact } from 'scale-ts';
import { exchange } from './exchange.mjs';

const TENSOR_ROOTS = 14;
const ROOTS_OF_TILES = 34;

/** The layout whose tiles are the chunks of BLAKE3. */
const CHUNKED = 2;

/** So many bytes are brought into committed order before they are hashed: they stay in the processor's nearer cache. */
const SLAB_BYTES = 1 << 17;

/** A region of the module's memory that grows with what is asked of it. */
const createRegion = (exports) => {
  let pointer = 0;
  let size = 0;
  return (wanted) => {
    if (wanted > size) {
      if (size > 0) exports.release(pointer, size);
      size = 0;
      pointer = exports.alloc(wanted) >>> 0;
      size = wanted;
    }
    return pointer;
  };
};

/**
 * @param {import('./roots.d.mts').TurningExports} exports the module's
 * @param {import('./roots.d.mts').NativeHash | undefined} native
 * @returns {import('./roots.d.mts').Rooter}
 */
export const createRooter = (exports, native) => {
  const source = createRegion(exports);
  const slab = createRegion(exports);
  // A view is made when it is used: memory that grows leaves earlier ones behind.
  const view = (pointer, length) => new Uint8Array(exports.memory.buffer, pointer, length);

  /** Root over the tiles of a tensor each of whose images is transposed. */
  const turned = (data, { images, rows, columns, size }) => {
    const image = rows * columns * size;
    const count = Math.min(columns, Math.max(1, Math.floor(SLAB_BYTES / (rows * size))));
    const from = source(image);
    const to = slab(rows * count * size);
    if (images === 1 && count === columns) {
      view(from, image).set(data);
      exports.turn(from, to, rows, columns, 0, columns, size);
      return native.hash(view(to, image));
    }
    const hasher = native.stream();
    for (let at = 0; at < images; at += 1) {
      view(from, image).set(data.subarray(at * image, (at + 1) * image));
      for (let first = 0; first < columns; first += count) {
        const some = Math.min(count, columns - first);
        exports.turn(from, to, rows, columns, first, some, size);
        hasher.update(view(to, rows * some * size));
      }
    }
    return hasher.digest();
  };

  const natively = (tensors) => {
    const parts = [Uint8Array.of(ROOTS_OF_TILES, CHUNKED), compact.enc(tensors.length)];
    for (const { spec, data, turn } of tensors) {
      parts.push(spec, turn === undefined ? native.hash(data) : turned(data, turn));
    }
    return exchange(exports, parts);
  };

  const inModule = (layout, tensors) =>
    exchange(exports, [
      Uint8Array.of(TENSOR_ROOTS, layout),
      compact.enc(tensors.length),
      ...tensors.flatMap(({ spec, data }) => [spec, compact.enc(data.length), data]),
    ]);

  return (layout, batches) => {
    const tensors = batches.flat();
    const isNative =
      layout === CHUNKED && native !== undefined && tensors.every(({ fits }) => fits);
    return isNative
      ? [natively(tensors)]
      : // What was written into the module is still in the processor's cache when it is hashed.
        batches.map((batch) => inModule(layout, batch));
  };
};
