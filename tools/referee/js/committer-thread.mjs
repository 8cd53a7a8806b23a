// One thread of a committer: the module once more, which answers requests that were put together elsewhere.
import { parentPort, workerData } from 'node:worker_threads';
import { exchange } from './exchange.mjs';

const { exports } = new WebAssembly.Instance(workerData, {});

parentPort.on('message', ({ id, requests }) => {
  try {
    parentPort.postMessage({ id, answers: requests.map((parts) => exchange(exports, parts)) });
  } catch (error) {
    parentPort.postMessage({ id, failed: String(error) });
  }
});
