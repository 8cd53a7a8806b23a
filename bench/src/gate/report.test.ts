import { describe, expect, it } from 'vitest';
import type { ExactBudget } from './budgets.ts';
import { judgeExact } from './judge-exact.ts';
import type { TimeComparison } from './judge-times.ts';
import { renderMarkdown } from './markdown.ts';
import { type Comparison, ceilingAdvice, outcomeOf, reportOf } from './report.ts';
import { uncompared } from './uncompared.ts';
import { explain, lineOf, ranked } from './words.ts';

const exact = (name: string, base: number | undefined, head: number, budget?: ExactBudget) => {
  const judged = judgeExact({ name, unit: 'bytes', base, head }, budget);
  if (judged === undefined) throw new Error('it is compared');
  return judged;
};

const time = (verdict: TimeComparison['verdict']): TimeComparison => ({
  kind: 'time',
  name: 'time/kernel/conv',
  unit: 'ns',
  verdict,
  ratio: { ratio: 1.05, low: 1.041, high: 1.06 },
  allowed: 0.025,
  budget: 'bench/budgets.yaml:9',
  base: 100_000,
  head: 105_000,
  rounds: 10,
  samples: 90,
});

const same = exact('proof/mlp/node', 10, 10);
const worse = exact('wasm/referee', 100, 111);
const gone = uncompared('weights/a.b/reads', 'head', 'gone in the head');
const fresh = uncompared('weights/a.c/reads', 'base', 'new in the head');

describe('the outcome', () => {
  it.each<[string, Comparison[], boolean, string]>([
    ['all is well', [same, time('pass')], true, 'pass'],
    ['something failed', [same, worse, time('not-enough-samples')], false, 'fail'],
    ['something is undecided', [same, time('not-enough-samples')], false, 'incomplete'],
    ['something is undecided', [same, time('not-enough-samples')], true, 'fail'],
    ['something is new', [same, fresh], true, 'pass'],
    ['something is gone', [same, gone], false, 'pass'],
    ['something is gone', [same, gone], true, 'fail'],
  ])('when %s (%#, strict %s)', (_what, comparisons, strict, outcome) => {
    expect(outcomeOf(comparisons, strict)).toBe(outcome);
  });
});

describe('a ceiling', () => {
  const budget = (metric: string, ceiling: number): ExactBudget => ({
    metric,
    ceiling,
    because: 'aim',
    where: 'b.yaml:7',
  });

  it('is to be lowered to the highest that is under it, when something fell', () => {
    const of = budget('a/**', 12);
    const advice = (...heads: [number, number][]) =>
      ceilingAdvice(
        heads.map(([base, head], index) => exact(`a/${index}`, base, head, of)),
        [of],
      );
    expect(advice([12, 9], [7, 7])).toEqual(['b.yaml:7: lower the ceiling of a/** from 12 to 9']);
    expect(advice([12, 9], [12, 12])).toEqual([]);
    expect(advice([9, 9])).toEqual([]);
  });
});

describe('words', () => {
  it('say what fails and what to do', () => {
    expect(explain(worse)).toBe(
      'wasm/referee from 100 to 111 bytes, and no budget lets it rise. If it is meant, give it an entry in bench/budgets.yaml',
    );
    expect(explain(time('fail'))).toBe(
      'time/kernel/conv: +5.00 %, at least +4.10 %, where bench/budgets.yaml:9 allows +2.5 %',
    );
    expect(explain(same)).toBeUndefined();
    expect(lineOf(worse)).toMatchObject({
      base: '100',
      head: '111 bytes',
      change: '+11 (+11.00 %)',
    });
  });

  it('put the worst first', () => {
    expect(
      ranked([same, gone, time('not-enough-samples'), worse]).map(({ verdict }) => verdict),
    ).toEqual(['fail', 'not-enough-samples', 'uncompared', 'pass']);
  });

  it('make Markdown in which a pipe is no column', () => {
    const odd = uncompared('weights/x/**', undefined, 'a | b\nc');
    const report = reportOf(
      {
        startedAt: '2026-01-02T03:04:05.000Z',
        seed: 1,
        sides: { base: { name: 'main' }, head: { name: 'topic' } },
        machine: { processor: 'P', cores: 2, memoryBytes: 1, system: 'linux', node: 'v20' },
        comparisons: [same, worse, odd, time('pass')],
        results: { base: [], head: [] },
      },
      { exact: [], times: [] },
      { strict: false, advice: ['look here'] },
    );
    const text = renderMarkdown(report);
    expect(text).toContain('## ❌ The gate fails: 1 fail, 1 not compared, 2 pass (main → topic)');
    expect(text).toContain(
      '| FAIL | `wasm/referee` | 100 | 111 bytes | +11 (+11.00 %) | no more |',
    );
    expect(text).toContain('a \\| b c');
    expect(text).toContain('- look here');
    expect(text).toContain('<details><summary>Unchanged (2)</summary>');
  });
});
