/** Traces made on a thread beside: the same leaves, errors that are told or mended, and threads that end. */
import { type Committer, createCommitter, createReferee } from '@veritrace/referee';
import { describe, expect, it } from 'vitest';
import { quiet } from './testing/quiet-logger.ts';
import { toyInput, toyModel } from './testing/toy-model.ts';
import { createTracer } from './tracer.ts';
import type { Logger } from './types.ts';

const referee = createReferee();
const model = toyModel(referee);
const outputs = model.loaded.evaluate([toyInput(1)]);
const leaves = model.loaded.trace(outputs);

/** A committer that does what it is told in turn, then what the real one does; and how often each was made and ended. */
const failing = (times: number) => {
  const seen = { made: 0, ended: 0, asked: 0 };
  const create = (): Committer => {
    seen.made += 1;
    const real = createCommitter();
    return {
      tensorRoots: async (tensors, layoutVersion) => {
        seen.asked += 1;
        if (seen.asked <= times) throw new Error('a thread of the committer has ended');
        return real.tensorRoots(tensors, layoutVersion);
      },
      dispose: async () => {
        seen.ended += 1;
        await real.dispose();
      },
    };
  };
  return { seen, create };
};

const warning = (): { logger: Logger; warnings: string[] } => {
  const warnings: string[] = [];
  return { logger: { ...quiet, warn: (_, message) => warnings.push(message) }, warnings };
};

describe('a tracer', () => {
  it('gives the leaves that the referee gives, from a thread', async () => {
    const { seen, create } = failing(0);
    const tracer = createTracer({ logger: quiet, create, leastBytes: 0 });
    expect(await tracer.trace(model, outputs)).toEqual(leaves);
    expect(await Promise.all([1, 2, 3].map(() => tracer.trace(model, outputs)))).toEqual([
      leaves,
      leaves,
      leaves,
    ]);
    expect(seen).toEqual({ made: 1, ended: 0, asked: 4 });
    await tracer.dispose();
    expect(seen.ended).toBe(1);
  });

  it('starts no thread for what is small, and none before it is needed', async () => {
    const { seen, create } = failing(0);
    const tracer = createTracer({ logger: quiet, create });
    expect(await tracer.trace(model, outputs)).toEqual(leaves);
    await tracer.dispose();
    expect(seen).toEqual({ made: 0, ended: 0, asked: 0 });
  });

  it('goes on when a thread is lost, says so, and starts another', async () => {
    const { seen, create } = failing(1);
    const { logger, warnings } = warning();
    const tracer = createTracer({ logger, create, leastBytes: 0 });
    expect(await tracer.trace(model, outputs)).toEqual(leaves);
    expect(warnings).toEqual(['cannot commit to outputs on a thread beside']);
    expect(await tracer.trace(model, outputs)).toEqual(leaves);
    expect(seen).toEqual({ made: 2, ended: 1, asked: 2 });
    await tracer.dispose();
  });

  it('refuses outputs that are not those of the nodes', async () => {
    const tracer = createTracer({ logger: quiet, leastBytes: 0 });
    await expect(tracer.trace(model, outputs.slice(1))).rejects.toThrow();
    const longer = outputs.map((output, node) =>
      node === 0 ? new Uint8Array(output.length + 1) : output,
    );
    await expect(tracer.trace(model, longer)).rejects.toThrow();
    await tracer.dispose();
  });

  it('answers nobody once it was disposed of', async () => {
    const tracer = createTracer({ logger: quiet, leastBytes: 0 });
    const asked = tracer.trace(model, outputs);
    const refused = expect(asked).rejects.toThrow('has ended');
    await tracer.dispose();
    await refused;
    await expect(tracer.trace(model, outputs)).rejects.toThrow('disposed');
  });
});
