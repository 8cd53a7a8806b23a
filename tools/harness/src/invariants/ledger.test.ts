/**
 * Every balance, told by genesis and events alone. That it is so after every block of every scenario is what the invariant
 * `ledger` says, block by block, wherever they are played. Here it is shown from the genesis on: the ledger is carried from
 * block 0 to the last, by scenarios that move money in every way, and what it is compared with is read anew.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLedger, getBalances, type Ledger } from '@veritrace/sdk';
import { afterAll, describe, expect, it } from 'vitest';
import type { Driver, Network, TakenBlock } from '../drivers/driver.ts';
import { createEmbeddedDriver, endEmbedded } from '../embedded/driver.ts';
import { play } from '../run/play.ts';
import { loadScenario } from '../scenario/load.ts';

const folder = fileURLToPath(new URL('../../../../scenarios/', import.meta.url));

/** Payments, convictions with their bounties, bonds that are forfeited, no-shows, and a model that is condemned. */
const files = [
  'convicted-in-three.yaml',
  'false-accusation.yaml',
  'malformed-graph.yaml',
  'never-revealed.yaml',
];

/** Kinds of events that moved money, over these scenarios. */
const seen = new Set<string>();
let compared = 0;

const take = async (
  ledger: Ledger,
  { client }: Network,
  { content }: Pick<TakenBlock, 'content'>,
) => {
  const events = content.events.map(({ event }) => event);
  ledger.apply(events);
  for (const event of events) {
    seen.add(event.type === 'other' ? `${event.pallet}.${event.name}` : event.type);
  }
  expect(ledger.accounts(), `after block ${content.number}`).toEqual(
    await getBalances(client, content.hash),
  );
  compared += 1;
};

/** The embedded driver, with a ledger from block 0 that is compared after every block. */
const audited = (): Driver => {
  const driver = createEmbeddedDriver();
  return {
    ...driver,
    start: async (options) => {
      const network = await driver.start(options);
      const { blocks } = network.client;
      const ledger = createLedger(await getBalances(network.client, await blocks.hashOf(0)));
      for (let number = 1; number <= network.origin.content.number; number += 1) {
        await take(ledger, network, { content: await blocks.get(await blocks.hashOf(number)) });
      }
      return {
        ...network,
        advance: async (from, signal) => {
          const advance = await network.advance(from, signal);
          await take(ledger, network, advance.taken);
          return advance;
        },
      };
    },
  };
};

afterAll(endEmbedded);

describe('a ledger from genesis and events', { timeout: 300_000 }, () => {
  it.each(files)('has every balance after every block of %s', async (file) => {
    const report = await play(await loadScenario(join(folder, file)), {
      driver: audited(),
      seed: 1,
      record: undefined,
    });
    expect(report.failure).toBeUndefined();
    expect(report.invariants.violated).toEqual([]);
  });

  it('was put to the test by every way in which money moves', () => {
    expect(compared).toBeGreaterThan(10 * files.length);
    expect([...seen]).toEqual(
      expect.arrayContaining([
        'balances.Withdraw', // fees
        'balances.Deposit', // what is paid, and fees to the treasury
        'balances.Held',
        'balances.Released',
        'balances.BurnedHeld', // what convictions and no-shows burn
        'balances.TransferOnHold', // bonds that are forfeited, deposits of condemned models
        'payouts.Paid',
      ]),
    );
  });
});
