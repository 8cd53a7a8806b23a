import { TypeRegistry } from '@polkadot/types';
import type { VeritraceClient } from '@veritrace/sdk';
import { describe, expect, it } from 'vitest';
import { backlogOf, flood } from './flood.ts';
import type { Stage } from './stage.ts';

const registry = new TypeRegistry();
const signer = { address: 'flo' } as Parameters<typeof flood>[1];

/** A node whose pool answers as it is told to, by how many it has taken. */
const nodeThat = (
  answer: (taken: number, nonce: number) => string | undefined,
  nextIndex: () => number = () => 7,
) => {
  const taken: number[] = [];
  const client = {
    address: ({ address }: { address: string }) => address,
    exclusively: (_key: string, task: () => Promise<unknown>) => task(),
    heads: { current: () => ({ number: 5, hash: '0x05', parentHash: '0x04' }) },
    api: {
      registry,
      tx: {
        system: {
          remarkWithEvent: (data: string) => {
            let signedWith = 0;
            const extrinsic = {
              method: { section: 'system', method: 'remarkWithEvent' },
              // The nonce is told by the last bytes.
              toHex: () => `${data.slice(0, -2)}${signedWith.toString(16).padStart(2, '0')}`,
              hash: { toHex: () => `0x${signedWith}` },
              // As the real one does, it changes what it signs.
              signAsync: async (_signer: unknown, { nonce }: { nonce: number }) => {
                signedWith = nonce;
                await Promise.resolve();
                return extrinsic;
              },
            };
            return extrinsic;
          },
        },
      },
      consts: { system: { blockLength: { max: { normal: { toNumber: () => 6_000_000 } } } } },
      rpc: {
        system: { accountNextIndex: async () => ({ toNumber: nextIndex }) },
        author: {
          submitExtrinsic: async (hex: string) => {
            const offered = Number.parseInt(hex.slice(-2), 16);
            const refusal = answer(taken.length, offered);
            if (refusal !== undefined) throw new Error(refusal);
            taken.push(offered);
          },
        },
      },
    },
  } as unknown as VeritraceClient;
  const stage = (signal?: AbortSignal) =>
    ({ network: { client }, signal }) as unknown as Pick<Stage, 'network' | 'signal'>;
  return { stage, taken };
};

describe('a flood', () => {
  it('ends when as much is sent as was wanted', async () => {
    const { stage, taken } = nodeThat(() => undefined);
    const flooded = await flood(stage(), signer, 0.6);
    expect(flooded).toEqual({ sent: 10, bytes: 10 * 65_536, isFull: false, end: 17 });
    expect(taken).toEqual([7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
  });

  it('ends when the pool is full', async () => {
    const { stage } = nodeThat((taken) => (taken < 3 ? undefined : '1016: Immediately Dropped'));
    expect(await flood(stage(), signer, 50)).toMatchObject({
      sent: 3,
      bytes: 3 * 65_536,
      isFull: true,
    });
  });

  it('goes on from a gap at which the pool only seemed full', async () => {
    const refused = new Set([9]);
    const { stage, taken } = nodeThat(
      (_taken, nonce) => {
        if (taken.includes(nonce)) return '1014: Priority is too low';
        // Without its predecessor it has little room.
        if (nonce > 9 && !taken.includes(9)) return '1016: Immediately Dropped';
        return refused.delete(nonce) ? '1016: Immediately Dropped' : undefined;
      },
      () => [7, 8, 9].find((nonce) => !taken.includes(nonce)) ?? 7 + taken.length,
    );
    expect(await flood(stage(), signer, 0.6)).toMatchObject({ sent: 10, isFull: false });
    expect(taken).toEqual([7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
  });

  it('passes over nonces that were used meanwhile, or wait already', async () => {
    const nextIndices = [7, 20];
    const { stage, taken } = nodeThat(
      (_taken, nonce) => {
        if (nonce < 20) return '1010: Invalid Transaction: Transaction is outdated';
        return nonce < 23 ? '1014: Priority is too low' : undefined;
      },
      () => nextIndices.shift() ?? 0,
    );
    expect(await flood(stage(), signer, 0.1)).toMatchObject({ sent: 2, isFull: false });
    expect(taken).toEqual([23, 24]);
  });

  it('tells how much of it waits, and what a block takes', async () => {
    const { stage } = nodeThat(() => undefined);
    const read = async () => ({ free: 0n, held: 0n, nonce: 7 });
    expect(await backlogOf(stage(), signer, 107, read)).toEqual({
      waiting: 100 * 65_536,
      perBlock: 6_000_000,
    });
  });

  it('passes on what else a node says', async () => {
    const { stage } = nodeThat(() => '1010: Invalid Transaction: payment');
    await expect(flood(stage(), signer, 1)).rejects.toThrow(/cannot pay the fee/);
  });

  it('ends with its signal', async () => {
    const ending = new AbortController();
    const { stage, taken } = nodeThat((count) => {
      if (count === 1) ending.abort(new Error('enough'));
      return undefined;
    });
    await expect(flood(stage(ending.signal), signer, 50)).rejects.toThrow('enough');
    expect(taken).toHaveLength(8);
  });
});
