// One thread of a committer: the module once more, which answers requests that were put together elsewhere.
import { parentPort, workerData } from 'node:worker_threads';
import { nativeHash } from './native.mjs';
import { createRooter } from './roots.mjs';

const { exports } = new WebAssembly.Instance(workerData.module, {});
const rootsOf = createRooter(exports, workerData.native ? nativeHash() : undefined);

parentPort.on('message', ({ id, layout, batches }) => {
  try {
    parentPort.postMessage({ id, answers: rootsOf(layout, batches) });
  } catch (error) {
    parentPort.postMessage({ id, failed: String(error) });
  }
});
