import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { budgetFor, parseBudgets } from './budgets.ts';
import { BUDGETS_FILE } from './gate.ts';
import { INSTALLATION } from './packages.ts';

const parse = (text: string) => parseBudgets(`format: veritrace-budgets/1\n${text}`, 'b.yaml');

describe('budgets', () => {
  it('have shares, units and ceilings, and know where they stand', () => {
    const { exact, times } = parse(`exact:
  - { metric: 'wasm/**', allow: 2%, because: growth }
  - metric: weights/a.b/reads
    allow: 1
    ceiling: 12
    because: aim
times:
  - { metric: '**', allow: 2.5%, because: noise }
`);
    expect(exact).toEqual([
      { metric: 'wasm/**', allow: { share: 0.02 }, because: 'growth', where: 'b.yaml:3' },
      {
        metric: 'weights/a.b/reads',
        allow: { units: 1 },
        ceiling: 12,
        because: 'aim',
        where: 'b.yaml:4',
      },
    ]);
    expect(times).toEqual([
      { metric: '**', allow: { share: 0.025 }, because: 'noise', where: 'b.yaml:9' },
    ]);
  });

  it('the last that fits holds', () => {
    const entries = [
      { metric: '**', n: 1 },
      { metric: 'a/**', n: 2 },
      { metric: 'b/c', n: 3 },
    ];
    expect(budgetFor(entries, 'a/x')?.n).toBe(2);
    expect(budgetFor(entries, 'b/c')?.n).toBe(3);
    expect(budgetFor(entries, 'b/d')?.n).toBe(1);
    expect(budgetFor([], 'a')).toBeUndefined();
  });

  it.each([
    [
      'an unknown key',
      'exact:\n  - { metric: a, alow: 1, because: x }\n',
      'b.yaml:3:18: unknown key "alow" in exact[0]; did you mean "allow"? (allowed: metric, allow, ceiling, because)',
    ],
    ['no reason', 'exact:\n  - { metric: a, allow: 1 }\n', 'missing key "because"'],
    ['an entry that allows nothing', 'exact:\n  - { metric: a, because: x }\n', 'allows nothing'],
    ['units for a time', 'times:\n  - { metric: a, allow: 5, because: x }\n', 'b.yaml:3'],
    ['less than nothing', 'exact:\n  - { metric: a, allow: -1, because: x }\n', 'b.yaml:3'],
    ['a share in words', 'exact:\n  - { metric: a, allow: some %, because: x }\n', 'b.yaml:3'],
  ])('%s is refused, with its place', (_what, text, message) => {
    expect(() => parse(text)).toThrow(message);
  });

  it('of this repository can be read', () => {
    const text = readFileSync(join(INSTALLATION, BUDGETS_FILE), 'utf8');
    expect(parseBudgets(text, BUDGETS_FILE).times.length).toBeGreaterThan(0);
  });
});
