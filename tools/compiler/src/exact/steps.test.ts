/** A step that is found gives what the product gives, for every sum; none is made up where there is none. */
import { expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import { roundEven } from './formula.ts';
import { stepFor } from './steps.ts';

const f = Math.fround;
const type = { min: 0, max: 255 };

const clamp = (value: number) => Math.min(Math.max(value, type.min), type.max);

it('divides as the product multiplies, over whole ranges (seed 51)', () => {
  const random = createRandom(51);
  let found = 0;
  for (let draw = 0; draw < 150; draw++) {
    const reach = random.integer(10, 60_000);
    const sums = { min: -random.integer(0, reach), max: reach };
    const zero = random.integer(0, 255);
    // Some with few bits, whose products are ties.
    const scale =
      draw % 3 === 0
        ? random.integer(1, 64) / 2 ** random.integer(1, 14)
        : f((0.2 + random.next()) * (255 / reach));
    const step = stepFor(scale, sums, zero, type);
    if (step === undefined) continue;
    found++;
    for (let sum = sums.min; sum <= sums.max; sum++) {
      const product = clamp(roundEven(f(f(sum) * scale)) + zero);
      const quotient = clamp(roundEven(f(f(sum) / step)) + zero);
      if (product !== quotient) {
        expect.fail(`${sum} * ${scale} is ${product}, ${sum} / ${step} is ${quotient}`);
      }
    }
  }
  expect(found).toBeGreaterThan(50);
});

it('takes sums of pairs, between which there may be nothing', () => {
  const [first, second] = [
    [-7_000_001, -12, 0, 3],
    [0, 8_388_609, 16_777_215],
  ];
  const scale = f(1.37e-5);
  const step = stepFor(scale, { first, second }, 128, type);
  expect(step).toBeDefined();
  for (const sum of first.flatMap((one) => second.map((other) => one + other))) {
    expect(clamp(roundEven(f(f(sum) / (step ?? 1))) + 128)).toBe(
      clamp(roundEven(f(f(sum) * scale)) + 128),
    );
  }
});

it.each([2 ** -60, 2 ** 60, f(3.7e-18)])('comes to an end for a scale of %d', (scale) => {
  const sums = { min: -(2 ** 31), max: 2 ** 31 - 1 };
  const step = stepFor(scale, sums, 3, type);
  for (const sum of [sums.min, -1, 0, 1, sums.max]) {
    const product = clamp(roundEven(f(f(sum) * scale)) + 3);
    if (step !== undefined) expect(clamp(roundEven(f(f(sum) / step)) + 3)).toBe(product);
  }
});

it('finds none where sums lie so close to ties that no single separates them', () => {
  const scale = f(255 / 16_000_000 / 3);
  expect(stepFor(scale, { min: 0, max: 2 ** 24 }, 0, type)).toBeUndefined();
});
