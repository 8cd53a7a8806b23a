import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LEAST_ROUNDS, planLooks } from './looks.ts';

describe('planned looks', () => {
  it('double', () => {
    expect(planLooks(40, 0.03)).toEqual({ looks: [10, 20, 40], tail: 0.01 });
    expect(planLooks(10, 0.03)).toEqual({ looks: [10], tail: 0.03 });
    expect(planLooks(25, 0.03).looks).toEqual([10, 20, 25]);
  });

  it('end where they should, and share the error', () => {
    fc.assert(
      fc.property(fc.integer({ min: LEAST_ROUNDS, max: 2_000 }), (most) => {
        const { looks, tail } = planLooks(most, 0.01);
        expect(looks.at(-1)).toBe(most);
        expect(looks).toEqual([...new Set(looks)].sort((a, b) => a - b));
        expect(tail * looks.length).toBeCloseTo(0.01);
      }),
    );
    expect(() => planLooks(9, 0.01)).toThrow(RangeError);
  });
});
