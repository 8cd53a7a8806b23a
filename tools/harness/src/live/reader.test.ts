import type { BlockRef, HeadRef } from '@veritrace/sdk';
import { describe, expect, it, vi } from 'vitest';
import { createFakeBlocks, genesis } from '../testing/fake-blocks.ts';
import { createReader } from './reader.ts';

const blocks = createFakeBlocks();
const one = blocks.child(genesis, 'a1');

const node = () => ({
  read: vi.fn(async (block: BlockRef) => blocks.taken(blocks.header(block.hash))),
  header: vi.fn(async (hash: HeadRef['hash']) => blocks.header(hash)),
});

describe('reading blocks', () => {
  it('reads a block once, however many ask for it', async () => {
    const only = node();
    const reader = createReader([only], { order: () => [0], answerMs: 1_000 });
    const [first, second] = await Promise.all([reader.read(one), reader.read(one)]);
    expect(second).toBe(first);
    expect(await reader.read(one)).toBe(first);
    expect(only.read).toHaveBeenCalledTimes(1);
    expect(await reader.header(one.hash)).toEqual(one);
    expect(only.header).not.toHaveBeenCalled();
  });

  it('asks the next node when one fails or does not answer, in the order of the moment', async () => {
    const [lost, silent, well] = [node(), node(), node()];
    lost.read.mockRejectedValue(new Error('WebSocket is not connected'));
    silent.read.mockReturnValue(new Promise(() => undefined));
    let order = [0, 1, 2];
    const reader = createReader([lost, silent, well], { order: () => order, answerMs: 10 });
    expect((await reader.read(one)).content.hash).toBe(one.hash);
    expect([lost, silent, well].map(({ read }) => read.mock.calls.length)).toEqual([1, 1, 1]);
    order = [2, 0, 1];
    await reader.header(genesis.hash);
    expect(lost.header).not.toHaveBeenCalled();
  });

  it('says why the first node failed when all do, and asks anew the next time', async () => {
    const only = node();
    only.read.mockRejectedValueOnce(new Error('State already discarded'));
    const reader = createReader([only], { order: () => [0], answerMs: 1_000 });
    await expect(reader.read(one)).rejects.toThrow('State already discarded');
    expect((await reader.read(one)).content.hash).toBe(one.hash);
  });
});
