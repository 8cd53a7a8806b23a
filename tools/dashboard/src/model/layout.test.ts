import { describe, expect, it } from 'vitest';
import { openRecord } from '../record/open.ts';
import { demoRecord } from '../testing/fixture.ts';
import { around, BOX, layOut } from './layout.ts';

const nodes = openRecord(await demoRecord()).models.find(
  ({ name }) => name === 'digits-cnn',
)?.nodes;
if (nodes === undefined) throw new Error('the fixture has the nodes of digits-cnn');

describe('the drawing of a model', () => {
  it('has every node once, none upon another, and every link', () => {
    const { boxes, links } = layOut(nodes, 'LR');
    expect(boxes).toHaveLength(nodes.nodes.length + nodes.inputs.length);
    for (const [index, one] of boxes.entries()) {
      for (const other of boxes.slice(index + 1)) {
        const apart =
          Math.abs(one.x - other.x) >= BOX.width || Math.abs(one.y - other.y) >= BOX.height;
        expect(apart).toBe(true);
      }
    }
    const read = nodes.nodes.flatMap(({ inputs }) =>
      inputs.filter(({ tag }) => tag !== 'Initialiser'),
    );
    expect(links).toHaveLength(read.length);
  });

  it('goes down where it is told to', () => {
    const { boxes } = layOut(nodes, 'TB');
    const ys = boxes.filter(({ isInput }) => !isInput).map(({ y }) => y);
    expect(ys).toEqual([...ys].sort((a, b) => a - b));
  });

  it('is bounded around a node of a long graph', () => {
    const tensor = { dtype: 'U8', shape: [1] };
    const long = {
      nodes: Array.from({ length: 5000 }, (_, index) => ({
        op: 'Table',
        attributes: undefined,
        cost: undefined,
        inputs: [index === 0 ? { tag: 'Request', value: 0 } : { tag: 'Node', value: index - 1 }],
        output: tensor,
      })),
    };
    const near = around(long, 2500);
    expect(near.size).toBe(40);
    expect(Math.max(...[...near].map((one) => Math.abs(one - 2500)))).toBeLessThanOrEqual(20);
  });
});
