import { createHeadBook, type HeadRef, type Hex } from '@veritrace/sdk';
import { describe, expect, it } from 'vitest';
import type { Chain } from './chain.ts';
import { createLoop } from './loop.ts';
import { quiet } from './testing/quiet-logger.ts';

const block = (number: number): HeadRef => ({
  number,
  hash: `0x${number}`,
  parentHash: `0x${number - 1}`,
});

describe('a daemon', () => {
  it('takes no step while one of its heads has records of another form, says so once, and goes on', async () => {
    const heads = createHeadBook({ best: block(5), finalized: block(4) });
    // The chain is upgraded in block 7.
    const readable = (at: Hex) => Number(at) >= 8 || at === '0x4' || at === '0x5';
    const chain = {
      head: heads.current,
      onHead: heads.subscribe,
      isReadable: async (at: Hex) => readable(at),
    } as unknown as Chain;
    const stepped: [best: number, finalized: number][] = [];
    const said: string[] = [];
    const say = (_context: object, text: string) => said.push(text);
    const loop = createLoop<never>({
      chain,
      logger: { ...quiet, warn: say, info: say },
      step: async ({ head, finalized }) => {
        stepped.push([head.number, finalized.number]);
      },
      onTrouble: (error) => {
        throw error;
      },
    });
    const push = async (best: number, finalized: number): Promise<void> => {
      heads.push('best', block(best));
      heads.push('finalized', block(finalized));
      await loop.settled({ best, finalized });
    };
    await loop.start();
    expect(stepped.length).toBeGreaterThan(0);
    stepped.length = 0;
    await push(6, 5);
    await push(7, 6);
    // The best block can be read, and what is final cannot.
    await push(9, 7);
    expect(stepped).toEqual([]);
    await push(10, 8);
    expect(stepped.at(-1)).toEqual([10, 8]);
    expect(said).toEqual([
      expect.stringContaining('waiting for its upgrade'),
      expect.stringContaining('going on'),
    ]);
    await loop.stop();
  });
});
