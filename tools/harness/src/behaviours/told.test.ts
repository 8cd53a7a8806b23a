import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadScenario } from '../scenario/load.ts';
import { numberOf, parseTable, renderTable, replaceRows } from './money-table.ts';
import { type Ending, endingOf } from './standing.ts';
import { behavioursOf, type Player, playersOf } from './told.ts';

const folder = fileURLToPath(new URL('../../../../scenarios/', import.meta.url));
const scenarios = await Promise.all(
  readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map(async (name) => (await loadScenario(join(folder, name))).scenario),
);
const embedded = scenarios.filter(({ skipOn }) => !skipOn.includes('embedded'));
const page = readFileSync(join(folder, 'BEHAVIOURS.md'), 'utf8');
const rows = parseTable(page);
const readme = readFileSync(join(folder, 'README.md'), 'utf8');

const pairs = Object.entries(behavioursOf).flatMap(([role, kinds]) =>
  kinds.map((kind) => ({ role, kind })),
);

describe('every behaviour', () => {
  it.each(pairs)('of a $role is told by a scenario: $kind', ({ role, kind }) => {
    const tellers = embedded.filter((scenario) =>
      playersOf(scenario).some((one) => one.role === role && one.behaviour === kind),
    );
    expect(tellers.map(({ name }) => name)).not.toEqual([]);
    if (kind === 'honest') return;
    // The page says where: `kind` in the first cell, one of the files in the second.
    const line = readme.split('\n').find((one) => one.startsWith(`| ${role}: \`${kind}\` `));
    const files = [...(line ?? '').matchAll(/`([a-z0-9-]+)\.yaml`/g)].map(([, file]) => file);
    expect(files.length).toBeGreaterThan(0);
    expect(tellers.map(({ name }) => name)).toEqual(expect.arrayContaining(files));
  });
});

describe('the table of their money', () => {
  const nameOf = ({ role, name, behaviour }: Player) => `${role} ${name} ${behaviour}`;

  it.each(embedded)('has everyone of $name, and what must become of them', (scenario) => {
    const own = rows.filter((row) => row.scenario === scenario.name);
    expect(own.map(nameOf).sort()).toEqual(playersOf(scenario).map(nameOf).sort());
    for (const { name, role, behaviour, ends } of own) {
      const declared = scenario.money[name]?.ends;
      const possible: Ending[] =
        declared === undefined && role !== 'keeper' && role !== 'treasury'
          ? [endingOf(role, behaviour, false), endingOf(role, behaviour, true)]
          : [declared ?? 'at-least-owed'];
      expect(possible).toContain(ends);
    }
  });

  it('is of no other scenario', () => {
    const known = new Set(embedded.map(({ name }) => name));
    expect(rows.filter(({ scenario }) => !known.has(scenario))).toEqual([]);
  });

  it('says that all ended as they must, in numbers that bear it out', () => {
    for (const { scenario, name, before, after, net, owed, ends, held } of rows) {
      const where = `${scenario}, ${name}`;
      expect(held, where).toBe(true);
      if (ends === 'lost') expect(numberOf(after), where).toBeLessThan(numberOf(before));
      if (ends === 'lost' || ends === 'no-gain')
        expect(numberOf(net), where).toBeLessThanOrEqual(0);
      // What is shown is cut off.
      if (ends === 'at-least-owed') {
        expect(numberOf(net), where).toBeGreaterThanOrEqual(numberOf(owed) - 0.00001);
      }
    }
  });

  it('is what is written of its rows', () => {
    expect(renderTable(rows)).toBe(page);
  });

  it('keeps the rows of scenarios that were not played again, and none that are gone', () => {
    const [first, second] = ['convicted-in-one', 'happy-k1'];
    const of = (name: string) => rows.filter(({ scenario }) => scenario === name);
    const anew = of(first ?? '').map((row) => ({ ...row, after: '1' }));
    const kept = replaceRows(
      [...of('convicted-in-one'), ...of('happy-k1'), ...of('demo')],
      anew,
      new Set([first ?? '', second ?? '']),
    );
    expect(kept).toEqual([...of('happy-k1'), ...anew]);
  });
});
