import { setTimeout as after } from 'node:timers/promises';
import type { ModelId, VeritraceClient } from '@veritrace/sdk';
import { describe, expect, it } from 'vitest';
import { type Asker, offer } from './offer.ts';

/** A node that takes what `takes` says, after a while; transactions say who signed them, and with which nonce. */
const nodeThat = (takes: (hex: string) => boolean, milliseconds: number) => {
  const taken: string[] = [];
  const extrinsic = {
    method: { section: 'inference', method: 'submitInferenceRequest' },
    signAsync: async ({ address }: { address: string }, { nonce }: { nonce: number }) => ({
      toHex: () => `${address}:${nonce}`,
      hash: { toHex: () => '0x' },
    }),
  };
  const client = {
    address: ({ address }: { address: string }) => address,
    heads: { current: () => ({ number: 1, hash: '0x' }) },
    api: {
      tx: { inference: { submitInferenceRequest: () => extrinsic } },
      registry: { createType: () => ({ asMortalEra: { death: () => 64 } }) },
      rpc: {
        author: {
          submitExtrinsic: async (hex: string) => {
            await after(milliseconds);
            if (!takes(hex)) throw new Error('1016: Immediately Dropped');
            taken.push(hex);
          },
        },
      },
    },
  } as unknown as VeritraceClient;
  return { client, taken };
};

const askers = (...names: string[]): Asker[] =>
  names.map((address) => ({ account: { address } as Asker['account'], nonce: 0 }));

const load = { model: '0x00' as ModelId, inputs: [new Uint8Array(1)], maxPrice: 1n, deadline: 8 };

describe('offering load', () => {
  it('goes by the schedule and not by the node, each account in order', async () => {
    const { client, taken } = nodeThat(() => true, 100);
    const began = Date.now();
    const offered = await offer({
      ...load,
      client,
      askers: askers('a', 'b'),
      redundancy: 1,
      arrivals: [0, 10, 20, 30],
      signal: new AbortController().signal,
    });
    // Due when they were scheduled, though the node takes ten times as long.
    const gaps = offered.map(({ due }) => due - (offered[0]?.due ?? began));
    expect(gaps).toEqual([0, 10, 20, 30]);
    expect(offered.map(({ hex }) => hex)).toEqual(['a:0', 'b:0', 'a:1', 'b:1']);
    expect(taken.filter((hex) => hex.startsWith('a'))).toEqual(['a:0', 'a:1']);
  });

  it('keeps what a node did not take, and uses the nonce again', async () => {
    let turns = 0;
    const { client, taken } = nodeThat(() => {
      turns += 1;
      return turns !== 2;
    }, 0);
    const offered = await offer({
      ...load,
      client,
      askers: askers('a'),
      redundancy: 1,
      arrivals: [0, 1, 2],
      signal: new AbortController().signal,
    });
    expect(offered[1]).toMatchObject({
      hex: undefined,
      refusal: expect.stringContaining('Immediately Dropped'),
    });
    expect(taken).toEqual(['a:0', 'a:1']);
  });

  it('ends when it is told to', async () => {
    const { client } = nodeThat(() => true, 0);
    const stopping = new AbortController();
    const offering = offer({
      ...load,
      client,
      askers: askers('a'),
      redundancy: 1,
      arrivals: [0, 60_000],
      signal: stopping.signal,
    });
    setTimeout(() => stopping.abort(), 20);
    await expect(offering).rejects.toThrow(/abort/i);
  });
});
