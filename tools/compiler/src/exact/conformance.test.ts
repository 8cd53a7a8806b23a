/** The self-check of a worker: passes on honest arithmetic, and notices a session that is not. */
import { createReferee } from '@veritrace/referee';
import { expect, it } from 'vitest';
import { conformance } from './conformance.ts';
import { randomGraph } from './draw.ts';

const referee = createReferee();

it('passes on random graphs, and says how much it compared', async () => {
  for (let seed = 1; seed <= 25; seed++) {
    const report = await conformance(randomGraph(seed), referee, { threads: 1 });
    expect(report, `graph ${seed}`).toMatchObject({ passed: true });
    expect(report.vectors).toBeGreaterThan(10);
    expect(report.bytes).toBeGreaterThan(0);
  }
});

it('names the node, vector and byte of the first difference', async () => {
  const graph = randomGraph(10);
  // A referee that knows another truth about the last byte of the first node.
  const lying = {
    ...referee,
    loadGraph: (bytes: Uint8Array) => {
      const loaded = referee.loadGraph(bytes);
      return {
        ...loaded,
        evaluate: (inputs: Uint8Array[]) =>
          loaded.evaluate(inputs).map((output, node) => {
            if (node !== 0) return output;
            const changed = output.slice();
            changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
            return changed;
          }),
      };
    },
  };
  const report = await conformance(graph, lying);
  expect(report).toMatchObject({
    passed: false,
    vectors: 1,
    mismatch: { subject: 'graph', node: 0, op: graph.nodes[0]?.op.tag, vector: 'smallest' },
  });
});

it('refuses what the chain would refuse', async () => {
  const graph = randomGraph(3);
  await expect(
    conformance({ ...graph, header: { ...graph.header, kernelVersion: 9 } }, referee),
  ).rejects.toThrow(/version/i);
});

it('says which node it is at, and ends there when it is told to', async () => {
  const graph = randomGraph(10);
  const nodes: number[] = [];
  await conformance(graph, referee, {}, { onProgress: ({ node }) => nodes.push(node) });
  expect(nodes.length).toBeGreaterThan(1);
  expect(nodes).toEqual([...nodes].sort((a, b) => a - b));
  const controller = new AbortController();
  const met: number[] = [];
  const ended = conformance(
    graph,
    referee,
    {},
    {
      signal: controller.signal,
      onProgress: ({ node, nodes: of }) => {
        expect(of).toBe(graph.nodes.length);
        met.push(node);
        controller.abort(new Error('told to'));
      },
    },
  );
  await expect(ended).rejects.toThrow('told to');
  expect(met).toEqual(nodes.slice(0, 1));
});
