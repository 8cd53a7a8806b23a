import { fileURLToPath } from 'node:url';
import type { conformance } from '@veritrace/compiler';
import { createReferee } from '@veritrace/referee';
import { expect, it } from 'vitest';
import { loadModel } from './load-model.ts';
import { proveModels } from './prove-models.ts';

const referee = createReferee();
const model = await loadModel(
  fileURLToPath(new URL('../../../scenarios/models/digits-mlp/compiled', import.meta.url)),
  referee,
);
const logger = { info: () => undefined };
const cuda = { executionProvider: 'cuda', threads: 1 } as const;

it('refuses a model that a card computes otherwise, and says where', async () => {
  const asked: unknown[] = [];
  const compare: typeof conformance = async (graph, _, options) => {
    asked.push([graph === model.loaded.graph, options]);
    const mismatch = {
      subject: 'node',
      node: 2,
      op: 'MatMul',
      vector: 'channel 7 at its largest',
      byte: 31,
      got: 4,
      expected: 5,
    } as const;
    return { passed: false, vectors: 9, bytes: 90, mismatch };
  };
  await expect(proveModels([model], cuda, { referee, logger, compare })).rejects.toThrow(
    /digits-mlp is not computed on cuda .*: node 2 \(MatMul\) on channel 7 at its largest, byte 31: 4, not 5\. Nothing was served/,
  );
  expect(asked).toEqual([[true, cuda]]);
});

it('serves one that it computes right, and does not compare on the processor', async () => {
  let compared = 0;
  const compare: typeof conformance = async () => {
    compared++;
    return { passed: true, vectors: 9, bytes: 90 };
  };
  await proveModels([model, model], cuda, { referee, logger, compare });
  expect(compared).toBe(2);
  await proveModels(
    [model],
    { executionProvider: 'cpu', threads: 1 },
    { referee, logger, compare },
  );
  expect(compared).toBe(2);
});

it('ends with the signal', async () => {
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(proveModels([model], cuda, { referee, logger, signal })).rejects.toThrow('enough');
});
