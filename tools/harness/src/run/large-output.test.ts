/** An output larger than a claim, in a trace of more leaves than a reveal: its page is opened, then the output itself. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { createEmbeddedDriver, endEmbedded } from '../embedded/driver.ts';
import { loadScenario } from '../scenario/load.ts';
import { play } from './play.ts';

const scenarios = fileURLToPath(new URL('../../../../scenarios/', import.meta.url));
const driver = createEmbeddedDriver();
afterAll(endEmbedded);

const shipped = await loadScenario(join(scenarios, 'large-output-of-long-trace.yaml'));

describe('an output of a long trace that is demanded', { timeout: 300_000 }, () => {
  it('is opened after its page, against a bond for each', async () => {
    const { passed, expectations, invariants } = await play(shipped, {
      driver,
      seed: 1,
      record: undefined,
    });
    expect(expectations.filter((one) => !one.passed)).toEqual([]);
    expect(invariants.violated).toEqual([]);
    expect(passed).toBe(true);
  });

  it('ends the story when the worker does not show the page, which costs it its claim', async () => {
    const scenario = structuredClone(shipped.scenario);
    const ada = scenario.actors.workers.ada;
    if (ada === undefined) throw new Error('ada is the worker of this scenario');
    ada.behaviour = { kind: 'withhold-page', node: 1029 };
    // Somebody has to end what the worker has let pass.
    scenario.actors.keepers = { kit: { balance: 100 } };
    const { passed, expectations } = await play(
      { ...shipped, scenario: { ...scenario, expect: [] } },
      { driver, seed: 1, record: undefined },
    );
    expect(passed).toBe(false);
    expect(expectations[0]).toEqual({
      name: 'the story comes to its end',
      passed: false,
      detail: '"sixteen" has no claim that stands now',
    });
  });
});
