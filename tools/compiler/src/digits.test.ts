/** The scenarios' models: accurate, reproducible, and what lies in the repository. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createReferee } from '@veritrace/referee';
import { describe, expect, it } from 'vitest';
import {
  compileDigits,
  correctCompiled,
  correctOnnx,
  DIGIT_MODELS,
  digitFolder,
  digitImages,
  digitOnnx,
} from './digits.ts';
import { conformance } from './exact/conformance.ts';
import { createExactSession } from './exact/session.ts';
import { manifestOf, readCompiled } from './model/folder.ts';
import { quantiseValues } from './values.ts';

const referee = createReferee();

describe.each(DIGIT_MODELS)('%s', (model) => {
  it.each(['float', 'qdq'] as const)(
    'loses at most one point of accuracy compiled from %s',
    async (variant) => {
      const float = await correctOnnx(digitOnnx(model, 'float'));
      const compiled = await correctCompiled(await compileDigits(model, variant));
      const onePoint = digitImages('test').labels.length / 100;
      expect(float).toBeGreaterThan(95 * onePoint);
      expect(compiled).toBeGreaterThanOrEqual(float - onePoint);
    },
  );

  it('compiles to the bytes in the repository', async () => {
    const compiled = await compileDigits(model);
    const folder = digitFolder(model);
    expect(Buffer.compare(compiled.graphBin, readFileSync(join(folder, 'graph.bin')))).toBe(0);
    const manifest: unknown = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
    expect(manifest).toEqual(JSON.parse(JSON.stringify(manifestOf(compiled, referee))));
  });

  it('takes the pixels themselves as input', async () => {
    const { manifest } = await readCompiled(digitFolder(model));
    expect(manifest.inputs[0]?.quantisation).toEqual({ scale: 1 / 16, zero: 0 });
    expect(manifest.outputs.map(({ name }) => name)).toEqual(['logits', 'label']);
  });

  it('gives the bits of the referee on every held-out image', async () => {
    const { graph, graphBin, manifest } = await readCompiled(digitFolder(model));
    const [input] = manifest.inputs;
    if (input === undefined) throw new Error('no input');
    const loaded = referee.loadGraph(graphBin);
    const session = await createExactSession(graph);
    for (const image of digitImages('test').images) {
      const request = [quantiseValues(input.spec, input.quantisation, image)];
      const got = await session.run(request);
      expect(got.map((bytes) => Buffer.from(bytes).toString('hex'))).toEqual(
        loaded.evaluate(request).map((bytes) => Buffer.from(bytes).toString('hex')),
      );
    }
    await session.dispose();
    loaded.free();
  });

  it('conforms on this machine', async () => {
    const { graph } = await readCompiled(digitFolder(model));
    const report = await conformance(graph, referee);
    expect(report).toMatchObject({ passed: true });
    expect(report.vectors).toBeGreaterThan(50);
  });
});
