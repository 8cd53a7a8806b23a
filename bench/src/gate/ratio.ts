/**
 * The ratio of two medians with a bootstrap confidence interval.
 *
 * Samples come in groups: one process, or one stored result, takes many. Samples of one process resemble each other more
 * than those of another (layout of memory, what was compiled when), so groups are drawn first and samples within them
 * after: an interval from samples alone would be far too narrow.
 */
import { median, quantile } from 'simple-statistics';

export interface Interval {
  ratio: number;
  low: number;
  high: number;
}

/** Samples of base and head that were taken in turns: the n-th of one beside the n-th of the other. */
export interface Round {
  base: readonly number[];
  head: readonly number[];
}

export interface BootstrapOptions {
  /** Of each side of the interval. */
  tail: number;
  random: () => number;
  /** Draws; more than a few hundred over the tail change little. Default: 4000. */
  draws?: number;
}

/** Logarithms, so that base and head can change places. */
const intervalOf = (
  ratio: number,
  { tail, draws = 4_000 }: BootstrapOptions,
  draw: () => number,
): Interval => {
  const logs = Array.from({ length: draws }, () => Math.log(draw()));
  const at = (p: number) => Math.exp(quantile(logs, p));
  return { ratio, low: at(tail), high: at(1 - tail) };
};

const below = (random: () => number, count: number): number =>
  Math.min(count - 1, Math.floor(random() * count));

/**
 * Head to base, of rounds in which both were measured in turns. Each round's samples are first divided by what lies
 * midway between its two medians: what slows the machine for a while slows both sides of a round, and is no difference
 * between them.
 */
export const pairedRatio = (rounds: readonly Round[], options: BootstrapOptions): Interval => {
  const { random } = options;
  const paced = rounds.map(({ base, head }) => {
    if (base.length !== head.length || base.length === 0) {
      throw new RangeError('a round has as many samples of the base as of the head');
    }
    const pace = Math.sqrt(median([...base]) * median([...head]));
    return { base: base.map((one) => one / pace), head: head.map((one) => one / pace) };
  });
  const ratio =
    median(paced.flatMap(({ head }) => head)) / median(paced.flatMap(({ base }) => base));
  return intervalOf(ratio, options, () => {
    const base: number[] = [];
    const head: number[] = [];
    for (let drawn = 0; drawn < paced.length; drawn += 1) {
      const round = paced[below(random, paced.length)];
      if (round === undefined) continue;
      for (let sample = 0; sample < round.base.length; sample += 1) {
        const at = below(random, round.base.length);
        base.push(round.base[at] ?? 0);
        head.push(round.head[at] ?? 0);
      }
    }
    return median(head) / median(base);
  });
};

/** Head to base, of groups that have nothing to do with each other: stored results, each of one run. */
export const unpairedRatio = (
  base: readonly (readonly number[])[],
  head: readonly (readonly number[])[],
  options: BootstrapOptions,
): Interval => {
  const { random } = options;
  const drawFrom = (groups: readonly (readonly number[])[]): number => {
    const drawn = groups.flatMap(() => {
      const group = groups[below(random, groups.length)] ?? [];
      return group.map(() => group[below(random, group.length)] ?? 0);
    });
    return median(drawn);
  };
  return intervalOf(median(head.flat()) / median(base.flat()), options, () => {
    const drawnBase = drawFrom(base);
    return drawFrom(head) / drawnBase;
  });
};
