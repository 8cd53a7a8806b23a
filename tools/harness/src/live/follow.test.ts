import { createHeadBook, type HeadRef } from '@veritrace/sdk';
import { describe, expect, it } from 'vitest';
import { createFakeBlocks, genesis } from '../testing/fake-blocks.ts';
import { advance } from './follow.ts';
import { createReader } from './reader.ts';
import { createView } from './view.ts';

const make = () => {
  const blocks = createFakeBlocks();
  const book = createHeadBook({ best: genesis, finalized: genesis });
  const view = createView([{ name: 'one', heads: book, isConnected: () => true }], {
    stallMs: 60_000,
  });
  const reader = createReader(
    [
      {
        read: async (block) => blocks.taken(blocks.header(block.hash)),
        header: async (hash) => blocks.header(hash),
      },
    ],
    { order: view.order, answerMs: 1_000 },
  );
  const chain = { view, reader };
  const step = async (from: HeadRef) => {
    const { retracted, taken } = await advance(chain, from);
    return { retracted: retracted.map(({ hash }) => hash), block: taken.content };
  };
  return { blocks, book, step };
};

describe('following the best chain', () => {
  it('takes one block at a time, however far ahead the head is', async () => {
    const { blocks, book, step } = make();
    const one = blocks.child(genesis, 'a1');
    const two = blocks.child(one, 'a2');
    book.push('best', two);
    expect(await step(genesis)).toMatchObject({ retracted: [], block: one });
    expect(await step(one)).toMatchObject({ retracted: [], block: two });
    const third = step(two);
    const three = blocks.child(two, 'a3');
    book.push('best', three);
    expect((await third).block).toMatchObject(three);
  });

  it('goes back to where a fork began, also when no node has the old branch any more', async () => {
    const { blocks, book, step } = make();
    const one = blocks.child(genesis, 'a1');
    const two = blocks.child(one, 'a2');
    const three = blocks.child(two, 'a3');
    book.push('best', three);
    await step(genesis);
    await step(one);
    await step(two);
    const other = blocks.child(one, 'b2');
    const others = blocks.child(other, 'b3');
    blocks.forget(two);
    blocks.forget(three);
    book.push('best', blocks.child(others, 'b4'));
    const { retracted, block } = await step(three);
    expect(retracted).toEqual([three.hash, two.hash]);
    expect(block).toMatchObject(other);
  });

  it('takes another block of the same height', async () => {
    const { blocks, book, step } = make();
    const one = blocks.child(genesis, 'a1');
    book.push('best', one);
    await step(genesis);
    const other = blocks.child(genesis, 'b1');
    book.push('best', other);
    const { retracted, block } = await step(one);
    expect([retracted, block.hash]).toEqual([[one.hash], other.hash]);
  });

  it('waits out a node that is behind, and a head that is gone before it was read', async () => {
    const { blocks, book, step } = make();
    const one = blocks.child(genesis, 'a1');
    const two = blocks.child(one, 'a2');
    book.push('best', two);
    await step(genesis);
    await step(one);
    const next = step(two);
    book.push('best', one);
    const gone = blocks.child(two, 'b3');
    blocks.forget(gone);
    book.push('best', gone);
    await new Promise((resolve) => setImmediate(resolve));
    const three = blocks.child(two, 'a3');
    book.push('best', three);
    expect((await next).block.hash).toBe(three.hash);
  });
});
