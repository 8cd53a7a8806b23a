/** The model whose output is larger than a claim: what lies in the repository, and what it computes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createReferee } from '@veritrace/referee';
import { describe, expect, it } from 'vitest';
import { createExactSession } from './exact/session.ts';
import { compileFrame, FRAME_FOLDER, frameOnnx } from './frame.ts';
import { readCompiled } from './model/folder.ts';

const referee = createReferee();

describe('digits-frame', () => {
  it('is what its program writes', async () => {
    const at = (path: string) => readFileSync(join(FRAME_FOLDER, path));
    expect(Buffer.compare(frameOnnx(), at('model.onnx'))).toBe(0);
    expect(Buffer.compare((await compileFrame()).graphBin, at('compiled/graph.bin'))).toBe(0);
  });

  it('answers with more bytes than a claim carries, and with those of the referee', async () => {
    const { graph, graphBin } = await readCompiled(join(FRAME_FOLDER, 'compiled'));
    const input = Uint8Array.from({ length: 64 }, (_, pixel) => (pixel * 5) % 17);
    const loaded = referee.loadGraph(graphBin);
    const session = await createExactSession(graph);
    const outputs = await session.run([input]);
    expect(outputs.map((output) => Buffer.from(output).toString('base64'))).toEqual(
      loaded.evaluate([input]).map((output) => Buffer.from(output).toString('base64')),
    );
    expect(outputs.at(-1)?.length).toBeGreaterThan(64 * 1024);
    await session.dispose();
    loaded.free();
  });
});
