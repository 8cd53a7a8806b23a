import type { HeadRef, Request } from '@veritrace/sdk';
import type { Chain } from '@veritrace/worker';
import { describe, expect, it } from 'vitest';
import { ownChain } from './own-chain.ts';

const users = new Map([
  [1n, 'paul'],
  [2n, 'peter'],
]);

const chain = {
  request: async (id: bigint) => {
    const user = users.get(id);
    return user === undefined ? undefined : ({ id, user } as Request);
  },
  claims: async () => [
    { request: 1n, worker: 'ada' },
    { request: 2n, worker: 'eve' },
    { request: 3n, worker: 'gone' },
    { request: 1n, worker: 'ben' },
  ],
  claimsMade: async () => [
    { request: 2n, worker: 'eve' },
    { request: 1n, worker: 'ada' },
  ],
  challenges: async () => [{ request: 2n }, { request: 1n }],
  due: async () => [{ request: 2n, since: 4 }],
  bounties: async () => [
    { request: 3n, holder: 'eve' },
    { request: 3n, holder: 'paul' },
  ],
  seals: async () => [{ who: 'paul' }, { who: 'eve' }],
  isSame: (a: string, b: string) => a === b,
} as unknown as Chain;

describe('the chain as a run sees it', () => {
  it('has nothing of requests of others, nor of such as are over', async () => {
    const own = ownChain(chain, (address) => address === 'paul');
    const head = { number: 9, hash: '0x09', parentHash: '0x08' } as HeadRef;
    expect((await own.claims(head.hash)).map(({ worker }) => worker)).toEqual(['ada', 'ben']);
    expect((await own.claimsMade(head, head)).map(({ worker }) => worker)).toEqual(['ada']);
    expect(await own.challenges(head.hash)).toEqual([{ request: 1n }]);
    expect(await own.due(head)).toEqual([]);
    expect(await own.bounties(head.hash)).toEqual([{ request: 3n, holder: 'paul' }]);
    expect(await own.seals(head.hash)).toEqual([{ who: 'paul' }]);
    expect(own.isSame('a', 'a')).toBe(true);
  });
});
