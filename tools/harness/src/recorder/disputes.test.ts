import { createReferee } from '@veritrace/referee';
import { describe, expect, it } from 'vitest';
import { makeDeepModel } from '../models/model.ts';
import { firstWrongTile, leafVerdicts } from './disputes.ts';
import { nodesOf } from './nodes.ts';

const referee = createReferee();
const { loaded } = makeDeepModel({ nodes: 40, seed: 1 }, 'deep', referee);
const count = loaded.header.nodeCount;
const [input] = loaded.header.inputs;
const honest = loaded.evaluate([
  new Uint8Array(input?.shape.reduce((a, b) => a * b, 1) ?? 0).fill(3),
]);
const truth = loaded.trace(honest);

/** Nodes that read another node. */
const readers = (node: number) =>
  loaded.graph.nodes.flatMap(({ inputs }, index) =>
    inputs.some(({ tag, value }) => tag === 'Node' && value === node) ? [index] : [],
  );

describe('the leaves of a claim', () => {
  it('are all true of an honest trace', () => {
    expect(leafVerdicts(loaded, truth, truth)).toBe('T'.repeat(count));
  });

  it('are wrong where the lie is, and follow where it is read', () => {
    const claimed = truth.map((leaf, node) => (node >= 4 ? leaf.map((byte) => byte ^ 1) : leaf));
    const verdicts = leafVerdicts(loaded, claimed, truth);
    expect(verdicts.slice(0, 5)).toBe('TTTTW');
    for (const node of readers(4)) expect(verdicts[node]).toBe('F');
    expect(verdicts.search(/[WF]/)).toBe(4);
  });
});

describe('the tile of a lie', () => {
  it('is the first in which the tensors differ, with its values as they are typed', () => {
    const right = honest[0] ?? new Uint8Array();
    const wrong = right.slice();
    wrong[1] = (wrong[1] ?? 0) ^ 0x80;
    const tile = firstWrongTile(loaded, 0, wrong, right);
    expect(tile?.tile).toBe(0);
    expect(tile?.start).toBe(0);
    expect(tile?.claimed).not.toEqual(tile?.honest);
    expect(tile?.claimed.filter((value, index) => value !== tile.honest[index])).toHaveLength(1);
    expect(firstWrongTile(loaded, 0, right, right)).toBeUndefined();
  });
});

describe('the nodes of a model', () => {
  it('have their operators and costs, and no weights', () => {
    const { nodes, initialisers } = nodesOf(loaded);
    expect(nodes).toHaveLength(count);
    expect(nodes.every(({ cost }) => cost !== undefined)).toBe(true);
    expect(JSON.stringify(initialisers)).not.toContain('data');
  });
});
