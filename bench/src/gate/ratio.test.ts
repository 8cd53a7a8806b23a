/** The statistics, on data whose truth is known. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import { pairedRatio, type Round, unpairedRatio } from './ratio.ts';

/** Another seed than the usual one tries other data: `VERITRACE_TEST_SEED=2 npx vitest run …`. */
const SEED = Number(process.env.VERITRACE_TEST_SEED ?? 1);

/** A bell curve of width one. */
const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

interface Truth {
  ratio: number;
  rounds: number;
  samples: number;
}

/**
 * What a machine does to times: it is slower in some rounds than in others, each process is a little faster or slower
 * than the next, and single samples are disturbed, always upwards.
 */
const simulate = ({ ratio, rounds, samples }: Truth, random: () => number): Round[] =>
  Array.from({ length: rounds }, () => {
    const machine = normal(random) * 0.1;
    const times = (factor: number): number[] => {
      const process = normal(random) * 0.015;
      return Array.from({ length: samples }, () => {
        const disturbed = random() < 0.15 ? -Math.log(1 - random()) * 0.2 : 0;
        return factor * Math.exp(machine + process + normal(random) * 0.02 + disturbed);
      });
    };
    return { base: times(1), head: times(ratio) };
  });

const REPETITIONS = 300;

/** In standard deviations of a binomial: chance alone is further out once in a thousand tries. */
const SPREAD = 3.3;

describe('a confidence interval', () => {
  it.each([
    [{ ratio: 1, rounds: 10, samples: 9 }],
    [{ ratio: 1.05, rounds: 20, samples: 5 }],
    [{ ratio: 0.8, rounds: 10, samples: 5 }],
  ])('has the true ratio in it as often as it says: %j', (truth) => {
    const random = createRandom(SEED, JSON.stringify(truth));
    const tail = 0.05;
    const missed = { above: 0, below: 0 };
    for (let repetition = 0; repetition < REPETITIONS; repetition += 1) {
      const { low, high } = pairedRatio(simulate(truth, random), { tail, random, draws: 400 });
      if (low > truth.ratio) missed.above += 1;
      if (high < truth.ratio) missed.below += 1;
    }
    const most = REPETITIONS * tail + SPREAD * Math.sqrt(REPETITIONS * tail * (1 - tail));
    const seed = `VERITRACE_TEST_SEED=${SEED}`;
    expect(missed.above, seed).toBeLessThanOrEqual(most);
    expect(missed.below, seed).toBeLessThanOrEqual(most);
    // One that always has it is too wide.
    expect(missed.above + missed.below, seed).toBeGreaterThan(0);
  });

  it('is far wider than the samples alone would say when processes differ', () => {
    const random = createRandom(SEED, 'processes');
    const rounds = Array.from({ length: 10 }, (): Round => {
      const process = () => Math.exp(normal(random) * 0.05);
      return { base: Array(20).fill(process()), head: Array(20).fill(process()) };
    });
    const { low, high } = pairedRatio(rounds, { tail: 0.05, random });
    expect(high / low).toBeGreaterThan(1.03);
  });

  it('does not mind how fast the machine was in a round', () => {
    const rounds = simulate({ ratio: 1.02, rounds: 10, samples: 5 }, createRandom(SEED, 'pace'));
    const paces = createRandom(SEED, 'paces');
    const paced = rounds.map(({ base, head }) => {
      const pace = 1 + paces() * 3;
      return { base: base.map((one) => one * pace), head: head.map((one) => one * pace) };
    });
    const interval = (of: Round[]) =>
      pairedRatio(of, { tail: 0.05, random: createRandom(SEED, 'draws'), draws: 300 });
    const [plain, other] = [interval(rounds), interval(paced)];
    for (const key of ['ratio', 'low', 'high'] as const) {
      expect(other[key]).toBeCloseTo(plain[key], 10);
    }
  });
});

const samples = fc.array(fc.double({ min: 1, max: 1_000, noNaN: true }), {
  minLength: 4,
  maxLength: 4,
});
const anyRounds = fc.array(fc.record({ base: samples, head: samples }), {
  minLength: 3,
  maxLength: 8,
});

describe('the ratio of medians', () => {
  const interval = (rounds: readonly Round[]) =>
    pairedRatio(rounds, { tail: 0.05, random: createRandom(1, 'draws'), draws: 100 });

  it('does not depend on the unit', () => {
    fc.assert(
      fc.property(anyRounds, fc.double({ min: 1e-6, max: 1e6, noNaN: true }), (rounds, unit) => {
        const scaled = rounds.map(({ base, head }) => ({
          base: base.map((one) => one * unit),
          head: head.map((one) => one * unit),
        }));
        const [plain, other] = [interval(rounds), interval(scaled)];
        for (const key of ['ratio', 'low', 'high'] as const) {
          expect(other[key] / plain[key]).toBeCloseTo(1, 8);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('is turned over when the sides change places', () => {
    fc.assert(
      fc.property(anyRounds, (rounds) => {
        const [one, other] = [
          interval(rounds),
          interval(rounds.map(({ base, head }) => ({ base: head, head: base }))),
        ];
        expect(other.ratio * one.ratio).toBeCloseTo(1, 8);
        expect(other.low * one.high).toBeCloseTo(1, 8);
        expect(other.high * one.low).toBeCloseTo(1, 8);
      }),
      { numRuns: 50 },
    );
  });

  it('lies in its interval when all samples are alike', () => {
    const round = { base: [5, 5], head: [10, 10] };
    expect(interval([round, round, round])).toEqual({ ratio: 2, low: 2, high: 2 });
  });

  it('takes as many samples of one side as of the other', () => {
    expect(() => interval([{ base: [1], head: [1, 2] }])).toThrow(RangeError);
  });
});

describe('stored results', () => {
  it('are compared without pairs', () => {
    const random = createRandom(SEED, 'stored');
    const side = (factor: number) =>
      Array.from({ length: 12 }, () => {
        const run = factor * Math.exp(normal(random) * 0.01);
        return Array.from({ length: 10 }, () => run * Math.exp(normal(random) * 0.01));
      });
    const { ratio, low, high } = unpairedRatio(side(2), side(3), { tail: 0.005, random });
    expect(ratio).toBeGreaterThan(1.45);
    expect(ratio).toBeLessThan(1.55);
    expect(low).toBeLessThan(1.5);
    expect(high).toBeGreaterThan(1.5);
  });
});
