/** The models that read text, as workers run them on pages: every node's output, to the last bit. */

import { fileURLToPath } from 'node:url';
import { createExactSession, type OptimisationLevel } from '@veritrace/compiler';
import { createReferee } from '@veritrace/referee';
import { expect, it, vi } from 'vitest';
import { loadModel, type Model } from './model.ts';
import { compiledOcrModel, ocrReader, readPageFile } from './ocr.ts';

// Both are compiled where the cache has none.
vi.setConfig({ testTimeout: 600_000 });

const LEVELS: readonly OptimisationLevel[] = ['disabled', 'basic', 'extended', 'all'];
const PAGES = ['receipt.png', 'letter.png', 'menu.png', 'form-poor.jpg', 'sign-photographed.jpg'];

const referee = createReferee();

const modelOf = async (name: 'detector' | 'recogniser') => {
  const dir = await compiledOcrModel(name, referee);
  return { model: await loadModel(dir, name, referee), reader: await ocrReader(name, dir) };
};

/** Node and byte of the first difference; `undefined` where there is none. */
const firstDifference = (expected: readonly Uint8Array[], got: readonly Uint8Array[]) => {
  for (const [node, want] of expected.entries()) {
    const have = got[node];
    if (have !== undefined && Buffer.compare(want, have) === 0) continue;
    return { node, byte: want.findIndex((value, at) => value !== have?.[at]) };
  }
  return undefined;
};

/** The referee's outputs, once every configuration has given the same. */
const exactly = async ({ loaded }: Model, inputs: readonly Uint8Array[]) => {
  const expected = inputs.map((bytes) => loaded.evaluate([bytes]));
  for (const graphOptimizationLevel of LEVELS) {
    for (const threads of [1, 2]) {
      const session = await createExactSession(loaded.graph, { graphOptimizationLevel, threads });
      for (const [index, bytes] of inputs.entries()) {
        const got = await session.run([bytes]);
        expect(got).toHaveLength(loaded.header.nodeCount);
        const place = `level ${graphOptimizationLevel}, ${threads} threads, input ${index}`;
        expect(firstDifference(expected[index] ?? [], got), place).toBeUndefined();
      }
      await session.dispose();
    }
  }
  return expected;
};

it('gives the referee’s bits at every level and number of threads, for pages and their lines', async () => {
  const [detector, recogniser] = [await modelOf('detector'), await modelOf('recogniser')];
  const { reader: finder } = detector;
  const { reader } = recogniser;
  if (finder.kind !== 'detector' || reader.kind !== 'recogniser') throw new Error('other models');
  const pages = await Promise.all(
    PAGES.map((name) =>
      readPageFile(
        fileURLToPath(new URL(`../../../../scenarios/inputs/pages/${name}`, import.meta.url)),
      ),
    ),
  );
  const maps = await exactly(
    detector.model,
    pages.map((page) => finder.input(page)),
  );
  const [output = 0] = detector.model.loaded.header.outputs;
  const lines = pages.flatMap((page, index) =>
    finder.lines(page, maps[index]?.[output] ?? new Uint8Array()).slice(0, 1),
  );
  expect(lines).toHaveLength(PAGES.length);
  const read = await exactly(
    recogniser.model,
    lines.map((line) => reader.input(line)),
  );
  const [answer = 0] = recogniser.model.loaded.header.outputs;
  expect(reader.text(read[0]?.[answer] ?? new Uint8Array())).toBe('THE CORNER SHOP');
});
