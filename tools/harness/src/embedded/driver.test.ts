import { afterAll, describe, expect, it } from 'vitest';
import { createAccountDirectory } from '../actors/accounts.ts';
import { createEmbeddedDriver, endEmbedded } from './driver.ts';
import { buildRawGenesis, GenesisRefused } from './raw-genesis.ts';
import { readRuntime } from './runtime.ts';

const UNIT = 10n ** 12n;
const timestamp = 1_767_225_600_000;

afterAll(endEmbedded);

describe('the genesis', { timeout: 60_000 }, () => {
  it('is the same every time, and another when the balances are others', async () => {
    const { bytes: runtime } = await readRuntime();
    const accounts = await createAccountDirectory(1);
    const make = (amount: bigint) =>
      buildRawGenesis({
        runtime,
        preset: 'development',
        balances: new Map([[accounts.account('ada').address, amount]]),
        timestamp,
      });
    const [first, second, other] = [await make(UNIT), await make(UNIT), await make(2n * UNIT)];
    expect(Object.keys(first.top)).toEqual(Object.keys(first.top).sort());
    expect(second.top).toEqual(first.top);
    expect(other.top).not.toEqual(first.top);
  });

  it('says what the runtime refuses', async () => {
    const { bytes: runtime } = await readRuntime();
    await expect(buildRawGenesis({ runtime, preset: 'nowhere', timestamp })).rejects.toThrow(
      'the runtime has no preset "nowhere"',
    );
    await expect(
      buildRawGenesis({ runtime, preset: 'development', patch: { inferense: {} }, timestamp }),
    ).rejects.toBeInstanceOf(GenesisRefused);
  });
});

describe('the embedded driver', { timeout: 60_000 }, () => {
  it('makes blocks when asked, with the balances and parameters it was given', async () => {
    const accounts = await createAccountDirectory(1);
    const ada = accounts.account('ada').address;
    const driver = createEmbeddedDriver();
    expect(driver.can('request')).toBe(true);
    expect(driver.can('kill-node')).toBe(false);
    const network = await driver.start({
      preset: 'development',
      patch: { disputes: { parameters: { maxWholeBytes: 512 } } },
      balances: new Map([[ada, 7n * UNIT]]),
    });
    try {
      const { client } = network;
      const { state: first } = network.origin;
      const { retracted, taken } = await network.advance(first.block);
      expect(retracted).toEqual([]);
      const { state, content, timestamp } = taken;
      expect(content.number).toBe(first.block.number + 1);
      expect(client.heads.current('best')).toMatchObject(state.block);
      expect(network.finalized()).toMatchObject(state.block);
      expect(content.extrinsics.length).toBe(1);
      expect(timestamp).toBe(network.origin.timestamp + 3_000);
      expect(state.accounts.get(ada)).toEqual({ free: 7n * UNIT, reserved: 0n });
      const looked = await network.invariants(first.block.number, content.number);
      expect(looked).toMatchObject({ blocks: 2, violated: [] });
      const parameters = await client.api.query.disputes?.parameters?.();
      expect(parameters?.toJSON()).toMatchObject({ maxWholeBytes: 512 });
      expect(network.facts.genesisRoot).toMatch(/^0x[0-9a-f]{64}$/);
    } finally {
      await network.stop();
      await network.stop();
    }
  });
});
