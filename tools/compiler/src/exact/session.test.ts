/** What a session hands over. */
import { expect, it, vi } from 'vitest';
import { randomGraph, randomInputs } from './draw.ts';
import { createExactSession } from './session.ts';

// A busy machine may take many times as long as an idle one.
vi.setConfig({ testTimeout: 120_000 });

it('leaves the outputs of a run as they are, whatever comes after', async () => {
  const graph = randomGraph(12, { size: 6 });
  const session = await createExactSession(graph, { threads: 1 });
  const runs: { outputs: Uint8Array[]; copies: Uint8Array[] }[] = [];
  for (let run = 0; run < 20; run++) {
    const outputs = await session.run(randomInputs(graph, run));
    runs.push({ outputs, copies: outputs.map((bytes) => bytes.slice()) });
  }
  await session.dispose();
  const churn = await createExactSession(randomGraph(13), { threads: 1 });
  for (let run = 0; run < 20; run++) await churn.run(randomInputs(randomGraph(13), run));
  await churn.dispose();
  for (const { outputs, copies } of runs) expect(outputs).toEqual(copies);
  const distinct = new Set(runs.flatMap(({ outputs }) => outputs.map(({ buffer }) => buffer)));
  expect(distinct.size).toBe(runs.length * graph.nodes.length);
});
