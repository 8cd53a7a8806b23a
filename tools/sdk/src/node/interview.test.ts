import type { ProviderInterface } from '@polkadot/rpc-provider/types';
import { describe, expect, it } from 'vitest';
import { AnswerError, MOST_KEYS } from './answers.ts';
import { type Interview, steadied } from './interview.ts';

const PAGE = 1_000;

const interview = { version: { specVersion: 1 }, answers: new Map() } as unknown as Interview;

describe('steadied', () => {
  it('looks at the metadata of runtimes that the client asks for by itself', async () => {
    // No types, pallets, extensions; then half a million types.
    const empty = '0x6d6574610e000000040000';
    const cases: [answer: unknown, isSound: boolean][] = [
      [empty, true],
      ['0x6d6574610e02001e00', false],
      [`${empty}00`, false],
      [null, false],
      ['0x', false],
    ];
    for (const [answer, isSound] of cases) {
      const optional = (hex: string): string => {
        const bytes = Buffer.from(hex.slice(2), 'hex');
        return `0x01${Buffer.of(bytes.length << 2).toString('hex')}${bytes.toString('hex')}`;
      };
      for (const [method, params] of [
        ['state_getMetadata', ['0x01']],
        ['state_getMetadata', []],
        ['state_call', ['Metadata_metadata_at_version', '0x0e000000', '0x01']],
      ] as [string, unknown[]][]) {
        const wrapped =
          method === 'state_call' && typeof answer === 'string' ? optional(answer) : answer;
        const node = { send: async () => wrapped } as unknown as ProviderInterface;
        const told = steadied(node, interview).provider.send(method, params);
        await (isSound
          ? expect(told).resolves.toBe(wrapped)
          : expect(told).rejects.toThrow(AnswerError));
      }
    }
    // No metadata of that version: the client asks for another.
    const none = { send: async () => '0x00' } as unknown as ProviderInterface;
    const asked = ['Metadata_metadata_at_version', '0x10000000', '0x01'];
    await expect(steadied(none, interview).provider.send('state_call', asked)).resolves.toBe(
      '0x00',
    );
  });

  it('ends the list of a node that always has more keys', async () => {
    let told = 0;
    const endless = {
      send: async () =>
        Array.from({ length: PAGE }, () => {
          told += 1;
          return `0xaa${told.toString(16).padStart(8, '0')}`;
        }),
    } as unknown as ProviderInterface;
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
