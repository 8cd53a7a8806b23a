import { createHeadBook, type HeadRef } from '@veritrace/sdk';
import { describe, expect, it } from 'vitest';
import { createFakeBlocks, genesis } from '../testing/fake-blocks.ts';
import type { NodeReader } from './reader.ts';
import { createSentinel } from './sentinel.ts';
import { createView } from './view.ts';

const make = (change: (reader: NodeReader) => NodeReader = (reader) => reader) => {
  const blocks = createFakeBlocks();
  const book = createHeadBook({ best: genesis, finalized: genesis });
  const view = createView([{ name: 'one', heads: book, isConnected: () => true }], {
    stallMs: 60_000,
  });
  const reader = change({
    read: async (block) => blocks.taken(blocks.header(block.hash)),
    header: async (hash) => blocks.header(hash),
  });
  const final = (head: HeadRef) => {
    book.push('best', head);
    book.push('finalized', head);
  };
  return { blocks, final, sentinel: createSentinel({ view, reader }) };
};

describe('the sentinel', () => {
  it('looks at every finalized block in order, and reports between two', async () => {
    const { blocks, final, sentinel } = make();
    const one = blocks.child(genesis, 'a1', { state: { issuance: 5n, accounts: new Map() } });
    const two = blocks.child(one, 'a2');
    const three = blocks.child(two, 'a3');
    final(three);
    const { blocks: looked, violated } = await sentinel.report(0, 3);
    expect(looked).toBe(4);
    // The issuance rises and falls without a reason, and the balances do not sum to it.
    expect(violated.map(({ invariant, block }) => `${invariant} ${block}`)).toEqual([
      'issuance 1',
      'balances 1',
      'issuance 2',
    ]);
    expect((await sentinel.report(3, 3)).violated).toEqual([]);
    expect((await sentinel.report(2, undefined)).blocks).toBe(2);
    await sentinel.stop();
  });

  it('waits for the last block that is asked for', async () => {
    const { blocks, final, sentinel } = make();
    const report = sentinel.report(0, 1);
    final(blocks.child(genesis, 'a1'));
    expect((await report).blocks).toBe(2);
    await sentinel.stop();
  });

  it('tries again when a block cannot be read', async () => {
    let failures = 3;
    const { blocks, final, sentinel } = make((reader) => ({
      ...reader,
      read: async (block) => {
        if (block.number === 1 && failures > 0) {
          failures -= 1;
          throw new Error('disconnected');
        }
        return reader.read(block);
      },
    }));
    let head = genesis;
    const report = sentinel.report(0, 5);
    for (let number = 1; number <= 5; number += 1) {
      head = blocks.child(head, `a${number}`);
      final(head);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await report).blocks).toBe(6);
    await sentinel.stop();
  });

  it('does not accept that what was final is taken back', async () => {
    const { blocks, final, sentinel } = make();
    final(blocks.child(genesis, 'a1'));
    await sentinel.report(0, 1);
    const other = blocks.child(genesis, 'b1');
    final(blocks.child(other, 'b2'));
    await expect(sentinel.report(0, 2)).rejects.toThrow(
      'block #1 0xa1 was final and is not on the chain of #2 0xb2',
    );
    await sentinel.stop();
  });
});
