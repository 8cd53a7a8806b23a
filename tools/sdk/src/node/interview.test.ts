import type { ProviderInterface } from '@polkadot/rpc-provider/types';
import { describe, expect, it } from 'vitest';
import { AnswerError, MOST_KEYS } from './answers.ts';
import { type Interview, steadied } from './interview.ts';

const PAGE = 1_000;

describe('steadied', () => {
  it('ends the list of a node that always has more keys', async () => {
    let told = 0;
    const endless = {
      send: async () =>
        Array.from({ length: PAGE }, () => {
          told += 1;
          return `0xaa${told.toString(16).padStart(8, '0')}`;
        }),
    } as unknown as ProviderInterface;
    const interview = {
      version: { specVersion: 1 },
      answers: new Map(),
    } as unknown as Interview;
    const { provider } = steadied(endless, interview);
    const list = async (): Promise<void> => {
      let after = '0xaa';
      for (;;) {
        const params = ['0xaa', PAGE, after, '0x01'];
        const keys = await provider.send<string[]>('state_getKeysPaged', params);
        after = keys.at(-1) ?? after;
        if (told > 2 * MOST_KEYS) throw new RangeError('it goes on');
      }
    };
    await expect(list()).rejects.toThrow(
      new AnswerError('state_getKeysPaged', `a map has more than ${MOST_KEYS} entries`),
    );
  });
});
