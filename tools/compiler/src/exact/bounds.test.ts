/** Splitting a reduction: the parts cover it, in order, and none can leave exactness. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { channelBounds, EXACT_LIMIT, splitTaps, type Taps } from './bounds.ts';

const taps = (outputs: number, weights: number[]): Taps => ({
  outputs,
  taps: weights.length / outputs,
  weights: Int16Array.from(weights),
});

const arbitrary = fc
  .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 60 }))
  .chain(([outputs, count]) =>
    fc
      .array(fc.integer({ min: -255, max: 255 }), {
        minLength: outputs * count,
        maxLength: outputs * count,
      })
      .map((weights) => taps(outputs, weights)),
  );

describe('splitTaps', () => {
  it('covers every tap once, within the limit, cutting inside a group only when one alone is too much', () => {
    fc.assert(
      fc.property(
        arbitrary,
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 255, max: 3000 }),
        (given, step, limit) => {
          const parts = splitTaps(given, 1, step, limit);
          let next = 0;
          for (const { from, to } of parts) {
            expect(from).toBe(next);
            expect(to).toBeGreaterThan(from);
            next = to;
            for (let output = 0; output < given.outputs; output++) {
              const row = given.weights.subarray(
                output * given.taps + from,
                output * given.taps + to,
              );
              expect(row.reduce((sum, weight) => sum + Math.abs(weight), 0)).toBeLessThanOrEqual(
                limit,
              );
            }
            const groupStart = Math.floor(from / step) * step;
            if (from === groupStart) continue;
            const group = Math.max(
              ...Array.from({ length: given.outputs }, (_, output) =>
                given.weights
                  .subarray(
                    output * given.taps + groupStart,
                    output * given.taps + Math.min(groupStart + step, given.taps),
                  )
                  .reduce((sum, weight) => sum + Math.abs(weight), 0),
              ),
            );
            expect(group).toBeGreaterThan(limit);
          }
          expect(next).toBe(given.taps);
        },
      ),
    );
  });

  it('leaves a reduction whole that fits exactly, and cuts one that is larger by one product', () => {
    const count = Math.floor(EXACT_LIMIT / (255 * 127));
    const whole = taps(1, new Array<number>(count).fill(127));
    expect(channelBounds(whole, 255)[0]).toBeLessThanOrEqual(EXACT_LIMIT);
    expect(splitTaps(whole, 255, 1)).toHaveLength(1);
    const larger = taps(1, new Array<number>(count + 1).fill(127));
    expect(splitTaps(larger, 255, 1)).toHaveLength(2);
  });
});
