/**
 * Who is drawn, on a chain with real randomness: 2,000 assignments, and whether they fall on workers in proportion to
 * their tickets.
 */
import { join, resolve } from 'node:path';
import { Keyring } from '@polkadot/keyring';
import { loadModel, type RunningNetwork, readScenarioInput } from '@veritrace/harness';
import { createReferee } from '@veritrace/referee';
import {
  type Address,
  asRoot,
  batchAll,
  connect,
  createCall,
  getParametersOf,
  registerModel,
  registerWorker,
  serveModel,
  setInferenceParameters,
  setWorkerParameters,
  submitInferenceRequest,
  type VeritraceClient,
} from '@veritrace/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { followFinal } from './final-chain.ts';
import { developmentKey } from './questions.ts';

const scenarios = resolve(import.meta.dirname, '../../scenarios');

const UNIT = 10n ** 12n;
const ROUNDS = 20;
/** Few enough that no worker runs out of stake to lock, which would leave its tickets out of the draw. */
const PER_ROUND = 100;
/** Tickets of the workers: one for a hundred of stake. */
const TICKETS = [10n, 10n, 20n, 20n, 30n, 30n] as const;
const PATIENCE = 80;

/**
 * Pearson's statistic is beyond this with a chance of one in a million when the draw is fair: the 1 - 10^-6 quantile of
 * the chi-squared distribution with five degrees of freedom.
 */
const CRITICAL = 35.89;

/** Pearson's statistic of what was counted against what was expected. */
export const pearson = (counted: readonly number[], expected: readonly number[]): number =>
  counted.reduce((sum, count, index) => {
    const mean = expected[index] ?? 0;
    return sum + (count - mean) ** 2 / mean;
  }, 0);

export const drawDistribution = (shared: () => RunningNetwork): void => {
  describe('the draw', () => {
    let client: VeritraceClient;
    beforeAll(async () => {
      client = await connect(shared().node('alice').ws);
    });
    afterAll(async () => {
      await client?.disconnect();
    });

    it(`falls on workers in proportion to their tickets, ${ROUNDS * PER_ROUND} times`, async () => {
      const { hash } = client.heads.current('best');
      const [workerParameters, inferenceParameters] = await Promise.all([
        getParametersOf(client, 'workers', hash),
        getParametersOf(client, 'inference', hash),
      ]);
      // Nobody answers, since only the draw matters: being late costs next to nothing, and nobody is drawn instead.
      const cheap = { ...workerParameters, noShowPenalty: 1n, noShowShare: 0 };
      const open = {
        ...inferenceParameters,
        maxReassignments: 0,
        maxOpenPerAccount: 2 * PER_ROUND,
      };
      await batchAll(client, [
        asRoot(client, setWorkerParameters(client, { parameters: cheap })),
        asRoot(client, setInferenceParameters(client, { parameters: open })),
      ]).submit(developmentKey('Alice'));

      const dir = join(scenarios, 'models/digits-mlp/compiled');
      const { model } = await registerModel(client, developmentKey('Bob'), dir, {
        price: UNIT,
        royalty: 100_000,
        card: { name: 'digits-mlp' },
      });
      const keyring = new Keyring({ type: 'sr25519' });
      const workers = TICKETS.map((tickets, index) => {
        const account = keyring.addFromUri(`//draw//${index}`);
        return { account, tickets, stake: (tickets * 100n + 50n) * UNIT };
      });
      await batchAll(
        client,
        workers.map(({ account, stake }) =>
          createCall(client, 'balances', 'transferKeepAlive', [
            account.address,
            stake + 10n * UNIT,
          ]),
        ),
      ).submit(developmentKey('Charlie'));
      for (const { account, stake } of workers) {
        await batchAll(client, [
          registerWorker(client, { operator: account.address, bond: stake, minPrice: 0n }),
          serveModel(client, { model }),
        ]).submit(account);
      }
      const ready = client.heads.current('best').number + cheap.ticketAge + 1;
      await client.heads.waitFor({
        what: 'tickets old enough to be drawn',
        blocks: PATIENCE,
        look: ({ number }) => (number >= ready ? { found: true } : { seen: `block ${number}` }),
      });

      const referee = createReferee();
      const loaded = await loadModel(dir, 'digits-mlp', referee);
      const images = join(scenarios, 'inputs/digits');
      const input = await readScenarioInput(
        { images: 'test-images.u8', index: 0, of: 16 },
        images,
        loaded.input,
      );
      loaded.loaded.free();
      const chain = followFinal(client);
      const user = developmentKey('Ferdie');
      for (let round = 1; round <= ROUNDS; round += 1) {
        await batchAll(
          client,
          Array.from({ length: PER_ROUND }, () =>
            submitInferenceRequest(client, {
              model,
              inputs: [input],
              maxPrice: UNIT,
              deadline: open.minDeadline,
              redundancy: 1,
            }),
          ),
        ).submit(user);
        await client.heads.waitFor({
          what: `all requests of round ${round} to be over`,
          blocks: PATIENCE,
          finality: 'finalized',
          look: async () => {
            const events = await chain.events();
            const over = events.filter(({ event }) => event.type === 'inference.RequestRefunded');
            return over.length >= round * PER_ROUND
              ? { found: true }
              : { seen: `${over.length} of ${round * PER_ROUND} refunded` };
          },
        });
      }
      const drawn = new Map<Address, number>();
      for (const { event } of await chain.events()) {
        if (event.type !== 'inference.RequestAssigned') continue;
        for (const worker of event.workers) drawn.set(worker, (drawn.get(worker) ?? 0) + 1);
      }
      const all = ROUNDS * PER_ROUND;
      const tickets = TICKETS.reduce((sum, one) => sum + Number(one), 0);
      const counted = workers.map(({ account }) => drawn.get(client.address(account.address)) ?? 0);
      const expected = TICKETS.map((one) => (all * Number(one)) / tickets);
      expect(counted.reduce((sum, one) => sum + one, 0)).toBe(all);
      const statistic = pearson(counted, expected);
      console.log(
        `drawn ${counted.join(', ')}; expected ${expected.map((one) => one.toFixed(0)).join(', ')}; chi-squared ${statistic.toFixed(2)}`,
      );
      expect(statistic, `drawn ${counted}, expected ${expected}`).toBeLessThan(CRITICAL);
    });
  });
};
