import { describe, expect, it } from 'vitest';
import { DeadlineError } from './errors.ts';
import { createHeadBook } from './heads.ts';
import type { HeadRef } from './types.ts';

const head = (number: number): HeadRef => ({
  number,
  hash: `0x${number.toString(16)}`,
  parentHash: `0x${(number - 1).toString(16)}`,
});

const book = () => createHeadBook({ best: head(5), finalized: head(3) });

describe('heads', () => {
  it('tell a subscriber of the present one at once and of later ones until it leaves', () => {
    const heads = book();
    const seen: number[] = [];
    const leave = heads.subscribe('best', ({ number }) => seen.push(number));
    heads.push('best', head(6));
    heads.push('finalized', head(4));
    leave();
    heads.push('best', head(7));
    expect(seen).toEqual([5, 6]);
    expect(heads.current('best').number).toBe(7);
    expect(heads.current('finalized').number).toBe(4);
  });

  it('give a slow follower the newest, not each', async () => {
    const heads = book();
    const seen: number[] = [];
    for await (const { number } of heads.follow('best')) {
      seen.push(number);
      if (number === 5) for (const next of [6, 7, 8]) heads.push('best', head(next));
      if (number === 8) break;
    }
    expect(seen).toEqual([5, 8]);
  });

  it('end a follower when it is aborted while it waits', async () => {
    const heads = book();
    const stopping = new AbortController();
    const seen: number[] = [];
    for await (const { number } of heads.follow('best', stopping.signal)) {
      seen.push(number);
      queueMicrotask(() => stopping.abort());
    }
    expect(seen).toEqual([5]);
  });
});

describe('waiting', () => {
  it('resolves with what is found, at the first head where it is', async () => {
    const heads = book();
    const wait = heads.waitFor({
      what: 'block 7',
      blocks: 10,
      look: ({ number }) => (number === 7 ? { found: 'it' } : { seen: `block ${number}` }),
    });
    for (const number of [6, 7]) {
      heads.push('best', head(number));
      await Promise.resolve();
    }
    expect(await wait).toBe('it');
  });

  it('ends after its number of blocks, and says what was there instead', async () => {
    const heads = book();
    const wait = heads.waitFor({
      what: 'a unicorn',
      blocks: 2,
      look: ({ number }) => ({ seen: `a horse in block ${number}` }),
    });
    heads.push('best', head(6));
    heads.push('best', head(7));
    const error = await wait.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DeadlineError);
    expect(error).toMatchObject({
      awaited: 'a unicorn',
      blocks: 2,
      lastSeen: 'a horse in block 7',
      message: 'waited 2 blocks for a unicorn, in vain; last seen: a horse in block 7',
    });
  });

  it('looks at a head even when its blocks were over before', async () => {
    const heads = book();
    const wait = heads.waitFor({ what: 'now', blocks: 0, look: () => ({ found: 1 }) });
    expect(await wait).toBe(1);
  });

  it('ends with the reason of the signal', async () => {
    const heads = book();
    const stopping = new AbortController();
    const wait = heads.waitFor({
      what: 'anything',
      blocks: 10,
      signal: stopping.signal,
      look: () => ({ seen: 'nothing' }),
    });
    stopping.abort(new Error('enough'));
    await expect(wait).rejects.toThrow('enough');
  });
});
