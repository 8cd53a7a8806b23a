import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { endEmbedded } from '@veritrace/harness';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ECONOMY_PAGE, ROOT } from '../paths.ts';
import { createRandom } from '../random.ts';
import { attacks, dilemma, expectationOf, privacy, quantities } from './attacks.ts';
import { type Economy, readEconomy } from './read.ts';
import { playRequests, type Strategy } from './simulate.ts';
import { ASSUMED, amount, PRICES, renderMarkdown, tableOf, tablesIn, withTables } from './table.ts';

let economy: Economy;
beforeAll(async () => {
  economy = await readEconomy('local');
}, 60_000);
afterAll(endEmbedded);

const situation = (price: number) => ({ ...ASSUMED, price });

/** The runtime's economy with other parameters. */
const changed = (change: (parameters: Economy['parameters']) => void): Economy => {
  const copy = structuredClone(economy);
  change(copy.parameters);
  return copy;
};

const paying = (changedEconomy: Economy): string[] =>
  tableOf(changedEconomy)
    .rows.filter(({ expectations }) => expectations.some((one) => one >= 0))
    .map(({ id }) => id);

describe('attacks', () => {
  it('pay none, at any price, under the parameters of the released runtime', () => {
    expect(paying(economy)).toEqual([]);
    fc.assert(
      fc.property(
        fc.constantFrom(...attacks),
        fc.double({ min: 0.01, max: 100_000, noNaN: true }),
        fc.double({ min: 0, max: ASSUMED.tickets, noNaN: true }),
        fc.double({ min: 0, max: ASSUMED.validators, noNaN: true }),
        ({ outcomes }, price, tickets, validators) => {
          const ends = outcomes(economy, { price, tickets, validators });
          expect(expectationOf(ends)).toBeLessThan(0);
          expect(ends.reduce((sum, { chance }) => sum + chance, 0)).toBeCloseTo(1, 12);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('are told apart by their names, and each says why it fails', () => {
    expect(new Set(attacks.map(({ id }) => id)).size).toBe(attacks.length);
    for (const { id, title, formula, answer } of attacks) {
      expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
      for (const text of [title, formula, answer]) expect(text.length).toBeGreaterThan(1);
    }
  });

  it('would pay if the parameters were others, so that it is these that keep them from it', () => {
    const cases: [string, (parameters: Economy['parameters']) => void][] = [
      [
        'lie-unwatched',
        ({ inference }) => {
          inference.auditShare = 0;
        },
      ],
      [
        'same-lie',
        ({ workers }) => {
          workers.lockMultiple = 5;
        },
      ],
      [
        'audit-farm',
        ({ inference }) => {
          inference.auditPay = 1_000_000;
        },
      ],
      [
        'settle-crowd-out',
        ({ inference }) => {
          inference.settleReward *= 100n;
        },
      ],
      [
        'silent-auditor',
        ({ workers }) => {
          workers.noShowPenalty = 0n;
          workers.noShowShare = 0;
        },
      ],
      [
        'no-show',
        ({ workers }) => {
          workers.noShowPenalty = 0n;
          workers.noShowShare = 0;
        },
      ],
      [
        'false-challenge',
        ({ disputes }) => {
          disputes.bondBase = 0n;
        },
      ],
    ];
    for (const [id, change] of cases) expect(paying(changed(change))).toContain(id);
  });

  it('are assumed to have no more than a third; with far more of the tickets lying pays', () => {
    const at = (tickets: number) => dilemma(economy, { ...situation(10), tickets, validators: 0 });
    const { mostTickets } = at(0);
    expect(mostTickets).toBeGreaterThan(1 / 3);
    expect(at(mostTickets - 0.01).lie).toBeLessThan(0);
    expect(at(mostTickets + 0.01).lie).toBeGreaterThan(0);
  });
});

describe('audits', () => {
  it('are paid for by what the treasury earns of the same requests', () => {
    const { inference, payouts } = economy.parameters;
    expect((inference.auditShare / 1e6) * inference.auditPay).toBeLessThanOrEqual(
      payouts.protocolFee,
    );
  });

  it('are drawn under the preset of a network, and not where stories are told', async () => {
    expect(economy.parameters.inference.auditShare).toBeGreaterThan(0);
    for (const preset of ['development', 'rehearsal']) {
      const { parameters } = await readEconomy(preset);
      expect(parameters.inference.auditShare).toBe(0);
      // Nothing else may differ but windows, clocks and the step limit.
      expect(parameters.workers.lockMultiple).toBe(economy.parameters.workers.lockMultiple);
      expect(parameters.inference.bounty).toBe(economy.parameters.inference.bounty);
      expect(parameters.payouts).toEqual(economy.parameters.payouts);
    }
  }, 60_000);
});

describe('private requests', () => {
  it('are safe from false complaints where users publish, and need it the more the more is paid', () => {
    const shares = PRICES.map((price) => privacy(economy, situation(price)).publishing);
    expect(shares).toEqual([...shares].sort((one, other) => one - other));
    for (const [index, price] of PRICES.entries()) {
      const share = shares[index] ?? 1;
      expect(share).toBeLessThan(1);
      const { idle } = privacy(economy, situation(price));
      const fee = quantities(economy, situation(price)).complaint + economy.fees.complaint;
      const gain = (published: number) => (1 - published) * idle - published * fee;
      expect(gain(share)).toBeLessThanOrEqual(1e-12);
      expect(gain(Math.min(1, share + 0.01))).toBeLessThan(0);
      // Without publishing it pays whoever computes at the highest cost: this is what publishing is for.
      expect(gain(0)).toBeGreaterThan(0);
    }
  });

  it('bring a worker that computes cheaply enough more by work than by complaints', () => {
    for (const price of PRICES) {
      const { wage, compensation } = quantities(economy, situation(price));
      const { costly } = privacy(economy, situation(price));
      expect(costly).toBeGreaterThan(0.5);
      // At that cost both bring the same; below, the work brings more though nobody publishes.
      expect(wage - costly * price).toBeCloseTo(compensation, 12);
    }
    const generous = changed(({ inference }) => {
      inference.unavailabilityShare = 950_000;
    });
    expect(privacy(generous, situation(1)).costly).toBeLessThan(0.01);
  });

  it('need a look of the user now and then, as lies about them are found by nobody else', () => {
    for (const price of PRICES) {
      const { wage, lock, compute } = quantities(economy, situation(price));
      const { looking } = privacy(economy, situation(price));
      expect(looking).toBeLessThan(0.1);
      expect(compute - looking * (wage + lock)).toBeCloseTo(0, 9);
    }
  });
});

describe('formulas', () => {
  const simulated = (strategy: Strategy, price: number, watcher: boolean, seed: number) =>
    playRequests(economy, situation(price), {
      strategy,
      compute: quantities(economy, situation(price)).compute,
      rounds: 60_000,
      watcher,
      random: createRandom(seed, strategy),
    });

  const formulaOf = (id: string, price: number): number => {
    const attack = attacks.find((each) => each.id === id);
    if (attack === undefined) throw new Error(`there is no attack ${id}`);
    return expectationOf(attack.outcomes(economy, situation(price)));
  };

  it.each([
    ['lie-unwatched', 'lie', false],
    ['lie-watched', 'lie', true],
    ['lie-sealed', 'lie-sealed', false],
  ] as const)('of %s are what comes out when it is played', (id, strategy, watcher) => {
    for (const price of PRICES) {
      const honest = simulated('honest', price, false, 7);
      const lying = simulated(strategy, price, watcher, 7);
      const gain = lying.mean - honest.mean;
      expect(gain).toBeLessThan(0);
      // Five standard deviations, and what summing rounds off.
      const tolerance = 5 * (lying.deviation + honest.deviation) + 1e-9 * (1 + price);
      expect(Math.abs(gain - formulaOf(id, price))).toBeLessThan(tolerance);
    }
  });
});

describe('the page', () => {
  it('has the tables of the released runtime; `npm run economy -- --write` renews them', () => {
    const page = readFileSync(resolve(ROOT, ECONOMY_PAGE), 'utf8');
    expect(tablesIn(page)).toBe(renderMarkdown(tableOf(economy)));
  });

  it('keeps what stands around the tables', () => {
    const page = readFileSync(resolve(ROOT, ECONOMY_PAGE), 'utf8');
    const rewritten = withTables(page, 'new');
    expect(tablesIn(rewritten)).toBe('new');
    expect(withTables(rewritten, tablesIn(page))).toBe(page);
    expect(() => withTables('nothing', 'new')).toThrow(/no lines/);
  });

  it('rounds to two digits', () => {
    expect([-0.0123, -19.05, 1234, 0, 0.95].map(amount)).toEqual([
      '−0.012',
      '−19',
      '1200',
      '0',
      '0.95',
    ]);
  });
});
