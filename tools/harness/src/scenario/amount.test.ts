import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amountSchema, formatUnits, toUnits } from './amount.ts';

describe('amounts', () => {
  it('become smallest units exactly', () => {
    expect(toUnits(12.5, 12)).toBe(12_500_000_000_000n);
    expect(toUnits(0.1, 12)).toBe(100_000_000_000n);
    expect(toUnits(1_000_000_000, 18)).toBe(10n ** 27n);
  });

  it('come back as they were written', () => {
    const tokens = fc.integer({ min: 0, max: 10 ** 12 }).map((micro) => micro / 1e6);
    fc.assert(
      fc.property(tokens, fc.integer({ min: 6, max: 18 }), (amount, decimals) => {
        expect(amountSchema.safeParse(amount).success).toBe(true);
        expect(Number(formatUnits(toUnits(amount, decimals), decimals))).toBe(amount);
      }),
    );
  });

  it('show losses with their sign', () => {
    expect(formatUnits(-1_500_000n, 6)).toBe('-1.5');
  });
});
