/** ONNX Runtime at every optimisation level against two other evaluators: not one bit may differ. */
import type { Graph } from '@veritrace/referee/graph';
import { describe, expect, it } from 'vitest';
import { randomGraph, randomInputs } from '../testing/random-graph.ts';
import { evaluateReference } from '../testing/reference.ts';
import { createExactSession, type OptimisationLevel } from './session.ts';

const LEVELS: readonly OptimisationLevel[] = ['disabled', 'basic', 'extended', 'all'];
const GRAPHS = 240;
const INPUTS = 3;

/** Nodes whose bytes differ, with the operator, for the message of a failure. */
const differences = (graph: Graph, got: readonly Uint8Array[], want: readonly Uint8Array[]) =>
  want.flatMap((bytes, node) => {
    const other = got[node];
    if (other !== undefined && Buffer.compare(bytes, other) === 0) return [];
    const at = bytes.findIndex((byte, index) => byte !== other?.[index]);
    return [{ node, op: graph.nodes[node]?.op.tag, firstByte: at }];
  });

describe.each(LEVELS)('random graphs at level %s', (graphOptimizationLevel) => {
  it('give the reference bits', async () => {
    let elements = 0;
    for (let seed = 1; seed <= GRAPHS; seed++) {
      const graph = randomGraph(seed);
      const session = await createExactSession(graph, { threads: 1, graphOptimizationLevel });
      for (let input = 0; input < INPUTS; input++) {
        const inputs = randomInputs(graph, seed * 1000 + input);
        const want = evaluateReference(graph, inputs);
        const got = await session.run(inputs);
        expect(differences(graph, got, want), `graph ${seed}, input ${input}`).toEqual([]);
        elements += got.reduce((sum, bytes) => sum + bytes.length, 0);
      }
      await session.dispose();
    }
    expect(elements).toBeGreaterThan(100_000);
  }, 300_000);
});
