import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exactAmount, shortAmount } from './amount.ts';

const units = fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n });

/** Back to units. */
const parse = (text: string): bigint => {
  const isNegative = text.startsWith('−');
  const [whole = '0', fraction = ''] = text.replace(/[−\s\u202f]/g, '').split('.');
  const value = BigInt(whole) * 10n ** 12n + BigInt(fraction.padEnd(12, '0'));
  return isNegative ? -value : value;
};

describe('amounts', () => {
  it('lose nothing when they are written in full', () => {
    fc.assert(
      fc.property(units, (value) => {
        expect(parse(exactAmount(value))).toBe(value);
      }),
    );
  });

  it('are cut, never rounded up, when they are written short', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 10n ** 8n, max: 10n ** 24n }), (value) => {
        const shown = parse(shortAmount(value));
        expect(shown).toBeLessThanOrEqual(value);
        expect(value - shown).toBeLessThan(10n ** 8n);
      }),
    );
    expect(shortAmount(1n)).toBe('<0.0001');
    expect(shortAmount(0n)).toBe('0');
    expect(shortAmount(1_010_000_000_000n)).toBe('1.01');
  });
});
