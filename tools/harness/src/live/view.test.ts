import { createHeadBook } from '@veritrace/sdk';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ChainStalled } from '../drivers/driver.ts';
import { createFakeBlocks, genesis } from '../testing/fake-blocks.ts';
import { createView } from './view.ts';

const sourceOf = (name: string) => {
  const book = createHeadBook({ best: genesis, finalized: genesis });
  const source = { name, heads: book, connected: true, isConnected: () => source.connected };
  return { book, source };
};

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a view of several nodes', () => {
  const make = () => {
    const [one, two] = [sourceOf('one'), sourceOf('two')];
    const view = createView([one.source, two.source], { stallMs: 60_000 });
    const blocks = createFakeBlocks();
    const chain = [genesis];
    for (let number = 1; number <= 9; number += 1) {
      chain.push(blocks.child(chain[number - 1] ?? genesis, `a${number}`));
    }
    const at = (number: number) => chain[number] ?? genesis;
    return { one, two, view, at };
  };

  it('stays with the first node as long as that keeps up', () => {
    const { one, two, view, at } = make();
    two.book.push('best', at(2));
    expect(view.current('best')).toEqual(genesis);
    one.book.push('best', at(1));
    expect(view.current('best')).toEqual(at(1));
    two.book.push('best', at(4));
    expect(view.active()).toBe(1);
    expect(view.order()).toEqual([1, 0]);
    expect(view.current('best')).toEqual(at(4));
  });

  it('goes to another node when the first is lost, and stays there', () => {
    const { one, two, view, at } = make();
    one.book.push('best', at(2));
    one.source.connected = false;
    two.book.push('best', at(2));
    expect(view.active()).toBe(1);
    one.source.connected = true;
    one.book.push('best', at(3));
    expect(view.active()).toBe(1);
  });

  it('believes any node about what is final', () => {
    const { one, two, view, at } = make();
    two.book.push('finalized', at(3));
    one.book.push('finalized', at(2));
    expect(view.current('finalized')).toEqual(at(3));
  });

  it('tells when a block was heard of, also one that was no head itself', () => {
    const { one, two, view, at } = make();
    vi.setSystemTime(1_000);
    two.book.push('best', at(1));
    vi.setSystemTime(2_000);
    one.book.push('best', at(1));
    vi.setSystemTime(3_000);
    one.book.push('best', at(3));
    one.book.push('finalized', at(3));
    expect(view.heard(at(1))).toEqual({ best: 1_000, finalized: 3_000 });
    expect(view.heard(at(2)).best).toBe(3_000);
    expect(view.heard(at(4))).toEqual({ best: undefined, finalized: undefined });
  });

  it('waits for heads, and says since when there are none', async () => {
    const { one, two, view, at } = make();
    const third = view.until(
      () => (view.current('best').number >= 3 ? 'there' : undefined),
      'block 3',
    );
    await vi.advanceTimersByTimeAsync(59_000);
    one.book.push('best', at(1));
    await vi.advanceTimersByTimeAsync(59_000);
    one.book.push('best', at(3));
    expect(await third).toBe('there');

    two.source.connected = false;
    const ninth = view.until(() => undefined, 'block 9');
    const rejected = expect(ninth).rejects.toThrow(
      /^no new block for 60 s while waiting for block 9: the last is #3 0xa3, .* Nodes: one at #3, two not connected\./,
    );
    // A head that was known is no sign of life.
    one.book.push('best', at(3));
    await vi.advanceTimersByTimeAsync(60_000);
    await rejected;
    await expect(ninth).rejects.toBeInstanceOf(ChainStalled);
  });

  it('stops waiting when it is told to', async () => {
    const { view } = make();
    const controller = new AbortController();
    const waiting = view.until(() => undefined, 'anything', controller.signal);
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await expect(view.until(() => 1, 'anything', controller.signal)).rejects.toThrow('enough');
    expect(vi.getTimerCount()).toBe(0);
  });
});
