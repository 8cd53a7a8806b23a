import { broadcast } from '@veritrace/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Network } from '../drivers/driver.ts';
import { createEmbeddedDriver, endEmbedded } from '../embedded/driver.ts';
import type { ChainState } from '../invariants/state.ts';
import { crowd, LEFT } from './crowd.ts';
import type { Stage, Wish } from './stage.ts';

let network: Network;
beforeAll(async () => {
  network = await createEmbeddedDriver().start({
    preset: 'development',
    patch: {},
    balances: new Map(),
  });
}, 60_000);
afterAll(async () => {
  await network?.stop();
  await endEmbedded();
});

interface Weight {
  refTime: { toString(): string };
}

/** Execution time that the newest block has left. */
const roomLeft = async (): Promise<bigint> => {
  const { client } = network;
  const { hash } = client.heads.current('best');
  const at = await client.api.at(hash);
  const used = (await at.query.system?.blockWeight?.()) as unknown as Record<
    'normal' | 'operational' | 'mandatory',
    Weight
  >;
  const { system } = client.api.consts;
  if (system === undefined) throw new Error('the runtime has no pallet system');
  const { maxBlock } = system.blockWeights as unknown as { maxBlock: Weight };
  const total = [used.normal, used.operational, used.mandatory]
    .map(({ refTime }) => BigInt(String(refTime)))
    .reduce((sum, one) => sum + one, 0n);
  return BigInt(String(maxBlock.refTime)) - total;
};

/** A stage that does nothing but send, and makes a block of what it was given. */
const stage = (sizes: number[]): Pick<Stage, 'network' | 'state' | 'insist'> => ({
  network,
  state: () => ({ block: network.client.heads.current('best') }) as unknown as ChainState,
  insist: async (wishes: readonly Wish[]) => {
    sizes.push(wishes.length);
    for (const { call, signer } of wishes) await broadcast(network.client, await call.sign(signer));
    const { taken } = await network.advance(network.client.heads.current('best'));
    const failed = taken.content.events.find(
      ({ event }) => event.type === 'system.ExtrinsicFailed',
    );
    expect(failed).toBeUndefined();
    // Both were in it: less is left than a sweep needs to begin, and no more was taken than there was.
    const left = await roomLeft();
    expect(left).toBeGreaterThan(0n);
    expect(left).toBeLessThan((LEFT * 11n) / 10n);
    return [];
  },
});

describe('crowded blocks', () => {
  it('are so full that no sweep begins, one after the other', async () => {
    const { taken } = await network.advance(network.client.heads.current('best'));
    const before = taken.content.number;
    expect(await roomLeft()).toBeGreaterThan(100n * LEFT);
    const sizes: number[] = [];
    await crowd(stage(sizes), 2);
    expect(sizes).toEqual([2, 2]);
    expect(network.client.heads.current('best').number).toBe(before + 2);
    // What follows is empty again.
    await network.advance(network.client.heads.current('best'));
    expect(await roomLeft()).toBeGreaterThan(100n * LEFT);
  }, 60_000);
});
