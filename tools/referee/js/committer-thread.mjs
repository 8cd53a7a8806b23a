// One thread of a committer: the module once more, which answers requests that were put together elsewhere. Plain
// JavaScript, since a thread starts without the loader that the rest of the project runs by.
import { parentPort, workerData } from 'node:worker_threads';

const { exports } = new WebAssembly.Instance(workerData, {});

/**
 * @param {readonly Uint8Array[]} parts those of one message
 * @returns {Uint8Array} the answer, on memory of its own
 */
const exchange = (parts) => {
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  const pointer = exports.alloc(size) >>> 0;
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

parentPort.on('message', ({ id, requests }) => {
  try {
    parentPort.postMessage({ id, answers: requests.map(exchange) });
  } catch (error) {
    parentPort.postMessage({ id, failed: String(error) });
  }
});
