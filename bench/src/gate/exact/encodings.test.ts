/** On a chain in this process: what is counted is what goes on chain. */
import { createAccountDirectory, createEmbeddedDriver, endEmbedded } from '@veritrace/harness';
import { asRoot, setMinPrice } from '@veritrace/sdk';
import { afterAll, describe, expect, it } from 'vitest';
import { createTally, smallest, spent } from './encodings.ts';

afterAll(endEmbedded);

describe('encodings', { timeout: 60_000 }, () => {
  it('are those of calls, events and storage', async () => {
    const accounts = await createAccountDirectory(1);
    const ada = accounts.account('ada');
    const network = await createEmbeddedDriver().start({
      preset: 'development',
      patch: {},
      balances: new Map([[ada.address, 10n ** 16n]]),
    });
    try {
      const { client } = network;
      const { api } = client;
      const inner = setMinPrice(client, { minPrice: 5n });
      const signed = await asRoot(client, inner).sign(ada);
      await api.rpc.author.submitExtrinsic(signed.hex);
      await network.advance(network.origin.state.block);

      const tally = createTally();
      smallest(api, tally);
      await spent(api, tally);
      const found = Object.fromEntries(tally.largest);

      // Pallet, call, and a compact or whole price; the call inside another is counted as well.
      expect(found['call/workers.set_min_price']).toBe(inner.extrinsic.method.toU8a().length);
      expect(found['call/workers.set_min_price/smallest']).toBeLessThanOrEqual(
        found['call/workers.set_min_price'] ?? 0,
      );
      // Two bytes of names, an account of 32 and a balance of 16.
      expect(found['event/workers.MinPriceChanged/smallest']).toBe(50);
      for (const pallet of ['models', 'workers', 'inference', 'disputes', 'payouts']) {
        expect(found[`storage/${pallet}.parameters`], pallet).toBeGreaterThan(0);
        expect(found[`left/${pallet}`], pallet).toBeGreaterThanOrEqual(
          32 + (found[`storage/${pallet}.parameters`] ?? 0),
        );
      }
      expect(Object.keys(found).filter((name) => name.startsWith('event/balances'))).toEqual([]);
    } finally {
      await network.stop();
    }
  });
});
