import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ExactBudget } from './budgets.ts';
import { judgeExact } from './judge-exact.ts';

const judge = (base: number | undefined, head: number, budget?: Partial<ExactBudget>) =>
  judgeExact(
    { name: 'm', unit: 'bytes', base, head },
    budget === undefined
      ? undefined
      : { metric: 'm', because: 'test', where: 'b.yaml:1', ...budget },
  );

const count = fc.nat(1_000_000);

describe('an exact metric', () => {
  it('may not rise by anything without a budget, and may always fall', () => {
    fc.assert(
      fc.property(count, count, (base, head) => {
        expect(judge(base, head)?.verdict).toBe(head <= base ? 'pass' : 'fail');
      }),
    );
  });

  it('may rise by a share, or by units', () => {
    fc.assert(
      fc.property(count, count, fc.nat(100), (base, rise, allowed) => {
        const byUnits = judge(base, base + rise, { allow: { units: allowed } });
        expect(byUnits?.verdict).toBe(rise <= allowed ? 'pass' : 'fail');
        const byShare = judge(base, base + rise, { allow: { share: allowed / 100 } });
        // As the budget is computed: in floating point, of the base.
        expect(byShare?.verdict).toBe(base + rise <= base * (1 + allowed / 100) ? 'pass' : 'fail');
      }),
    );
  });

  it('is never above its ceiling, whatever the base was', () => {
    fc.assert(
      fc.property(fc.option(count, { nil: undefined }), count, count, (base, head, ceiling) => {
        const alone = judge(base, head, { ceiling });
        expect(alone?.verdict).toBe(head <= ceiling ? 'pass' : 'fail');
        const both = judge(base, head, { ceiling, allow: { units: 10 } });
        const isAllowed = base === undefined || head <= base + 10;
        expect(both?.verdict).toBe(head <= ceiling && isAllowed ? 'pass' : 'fail');
      }),
    );
  });

  it('that is new is compared with nothing but a ceiling', () => {
    expect(judge(undefined, 5)).toBeUndefined();
    expect(judge(undefined, 5, { allow: { units: 1 } })).toBeUndefined();
  });
});
