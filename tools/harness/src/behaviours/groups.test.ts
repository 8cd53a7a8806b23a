import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { createEmbeddedDriver, endEmbedded } from '../embedded/driver.ts';
import { play } from '../run/play.ts';
import { GROUP, GROUPS, groupScenario } from './groups.ts';

const scenarios = fileURLToPath(new URL('../../../../scenarios/', import.meta.url));

afterAll(endEmbedded);

describe('groups of liars', () => {
  it('are well formed whatever the seed, the same for the same, with as many liars as they are to have', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(...GROUPS), (seed, options) => {
        const { scenario, text } = groupScenario(options, seed, scenarios);
        expect(groupScenario(options, seed, scenarios).text).toBe(text);
        const workers = Object.values(scenario.actors.workers);
        expect(workers.length).toBe(GROUP);
        const liars = workers.filter(({ behaviour }) => behaviour.kind !== 'honest');
        expect(liars.length).toBe(options.liars);
        expect(liars.every(({ behaviour }) => behaviour.kind === 'colluding')).toBe(
          options.collude,
        );
      }),
      { numRuns: 30 },
    );
  });

  // The others, and other seeds: npm run groups -- --seeds 20.
  it('lose to one honest challenger, whoever is drawn', { timeout: 600_000 }, async () => {
    const seed = 5;
    const loaded = groupScenario({ liars: 5, collude: false }, seed, scenarios);
    const report = await play(loaded, { driver: createEmbeddedDriver(), seed, record: undefined });
    expect(report.expectations.filter(({ passed }) => !passed)).toEqual([]);
    expect(report.invariants.violated).toEqual([]);
    const lies = report.requests.flatMap(({ claims }) => claims).filter((claim) => !claim.true);
    expect(lies.length, `seed ${seed}`).toBeGreaterThan(0);
    expect(lies.every(({ struck }) => struck)).toBe(true);
  });
});
