// How a message gets into the wasm module and its answer out. Plain JavaScript, since a thread of the committer starts
// without the loader that the rest of the project runs by.

/**
 * @param {import('./exchange.d.mts').Exports} exports the module's
 * @param {readonly Uint8Array[]} parts those of one message
 * @returns {Uint8Array} the answer, on memory of its own
 */
export const exchange = (exports, parts) => {
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  const pointer = exports.alloc(size) >>> 0;
  // The view is made after `alloc`, which may have grown the memory and detached older views.
  const message = new Uint8Array(exports.memory.buffer, pointer, size);
  let at = 0;
  for (const part of parts) {
    message.set(part, at);
    at += part.length;
  }
  const packed = BigInt.asUintN(64, exports.call(pointer, size));
  exports.release(pointer, size);
  const start = Number(packed >> 32n);
  const length = Number(packed & 0xffff_ffffn);
  const answer = new Uint8Array(exports.memory.buffer, start, length).slice();
  exports.release(start, length);
  return answer;
};
