import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadScenario } from './load.ts';
import { isStrike, type Scenario } from './schema.ts';

const shipped = fileURLToPath(new URL('../../../../scenarios/', import.meta.url));
const faults = join(shipped, 'faults');

/** Nodes that a scenario strikes without looking whether they are out of the game, before that is ended. */
const unseen = ({ steps }: Scenario): string[] => {
  const struck = new Set<string>();
  const missed: string[] = [];
  for (const step of steps) {
    if (!('nodes' in step)) continue;
    for (const node of step.nodes) {
      if (isStrike(step.do)) struck.add(node);
      else if (step.do === 'check-behind') struck.delete(node);
      else if (struck.delete(node)) missed.push(node);
    }
  }
  return [...missed, ...struck];
};

describe('scenarios with faults', () => {
  const files = readdirSync(faults).filter((name) => name.endsWith('.yaml'));

  it('are there', () => {
    expect(files.length).toBeGreaterThan(5);
  });

  it.each(files)('%s would not pass if its strikes did nothing', async (name) => {
    const { scenario } = await loadScenario(join(faults, name));
    expect(unseen(scenario)).toEqual([]);
  });
});

describe('scenarios', () => {
  const files = readdirSync(shipped).filter((name) => name.endsWith('.yaml'));

  it('are there', () => {
    expect(files.length).toBeGreaterThan(25);
  });

  it.each(files)(
    '%s is left out where the genesis is made already, if it changes it',
    async (name) => {
      const { scenario } = await loadScenario(join(shipped, name));
      if (Object.keys(scenario.network.genesis).length === 0) return;
      expect(scenario.skipOn).toEqual(expect.arrayContaining(['network', 'endpoint']));
    },
  );
});
