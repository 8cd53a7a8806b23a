/** Comparisons in words and figures, the same in a terminal and in Markdown. */
import type { Comparison, GateReport, Verdict } from './report.ts';

export const verdictWords: Readonly<Record<Verdict, string>> = {
  pass: 'pass',
  fail: 'FAIL',
  'not-enough-samples': 'not enough samples',
  uncompared: 'not compared',
};

/** Worst first. */
const order: readonly Verdict[] = ['fail', 'not-enough-samples', 'uncompared', 'pass'];

const percent = (share: number, digits = 2): string =>
  `${share > 0 ? '+' : ''}${(share * 100).toFixed(digits)} %`;

const whole = (value: number): string => value.toLocaleString('en');

/** Three significant digits in the unit that suits. */
const time = (value: number, unit: string): string => {
  if (unit !== 'ns') return `${Number(value.toPrecision(4))} ${unit}`;
  if (value < 1e3) return `${value.toPrecision(3)} ns`;
  return value < 1e6 ? `${(value / 1e3).toPrecision(3)} µs` : `${(value / 1e6).toPrecision(3)} ms`;
};

/** Surely faster, by however little. */
export const isFaster = (one: Comparison): boolean => one.kind === 'time' && one.ratio.high < 1;

export const hasChanged = (one: Comparison): boolean =>
  one.kind === 'exact' ? one.base !== one.head : one.verdict !== 'pass' || isFaster(one);

export interface Line {
  name: string;
  verdict: string;
  base: string;
  head: string;
  change: string;
  limit: string;
}

export const titles: readonly (keyof Line)[] = [
  'verdict',
  'name',
  'base',
  'head',
  'change',
  'limit',
];

export const lineOf = (one: Comparison): Line => {
  const { name } = one;
  const verdict = verdictWords[one.verdict];
  switch (one.kind) {
    case 'exact': {
      const { base, head, limit, unit } = one;
      const change = base === undefined ? undefined : head - base;
      const share = base === undefined || base === 0 ? '' : ` (${percent((head - base) / base)})`;
      return {
        name,
        verdict,
        base: base === undefined ? 'new' : whole(base),
        head: `${whole(head)} ${unit}`,
        change:
          change === undefined || change === 0
            ? ''
            : `${change > 0 ? '+' : ''}${whole(change)}${share}`,
        limit: limit === base ? 'no more' : whole(Math.floor(limit)),
      };
    }
    case 'time': {
      const { base, head, ratio, allowed, unit, rounds } = one;
      return {
        name,
        verdict,
        base: time(base, unit),
        head: time(head, unit),
        change: `${percent(ratio.ratio - 1)} [${percent(ratio.low - 1)}, ${percent(ratio.high - 1)}], ${rounds} rounds`,
        limit: percent(allowed, 1),
      };
    }
    case 'uncompared':
      return {
        name,
        verdict,
        base: one.missingOn === 'base' ? 'none' : '',
        head: one.missingOn === 'head' ? 'none' : '',
        change: one.reason,
        limit: '',
      };
  }
};

/** Worst first, names in order. */
export const ranked = (comparisons: readonly Comparison[]): Comparison[] =>
  [...comparisons].sort(
    (a, b) =>
      order.indexOf(a.verdict) - order.indexOf(b.verdict) || a.name.localeCompare(b.name, 'en'),
  );

/** What failed, in a sentence that says what to do. */
export const explain = (one: Comparison): string | undefined => {
  if (one.verdict === 'not-enough-samples' && one.kind === 'time') {
    return (
      `${one.name}: the interval has ${percent(one.allowed, 1)} in it after ${one.rounds} rounds. ` +
      'Measure on a quieter machine, or for longer (--most-rounds)'
    );
  }
  if (one.verdict !== 'fail') return undefined;
  switch (one.kind) {
    case 'exact': {
      const rule =
        one.budget === undefined
          ? 'and no budget lets it rise. If it is meant, give it an entry in bench/budgets.yaml'
          : `above the ${whole(Math.floor(one.limit))} of ${one.budget}. If it is meant, change that line`;
      const from = one.base === undefined ? '' : ` from ${whole(one.base)}`;
      return `${one.name}${from} to ${whole(one.head)} ${one.unit}, ${rule}`;
    }
    case 'time':
      return (
        `${one.name}: ${percent(one.ratio.ratio - 1)}, at least ${percent(one.ratio.low - 1)}, ` +
        `where ${one.budget} allows ${percent(one.allowed, 1)}`
      );
  }
};

const outcomeWords = {
  pass: 'The gate passes',
  fail: 'The gate fails',
  incomplete: 'The gate cannot decide',
} as const;

/** A commit by its first digits; every other name as it is. */
const shortened = (name: string): string => name.replace(/^([0-9a-f]{12})[0-9a-f]{28}$/, '$1');

export const summaryOf = ({ outcome, counts, sides }: GateReport): string => {
  const tally = order
    .filter((verdict) => counts[verdict] > 0)
    .map((verdict) => `${counts[verdict]} ${verdictWords[verdict].toLowerCase()}`)
    .join(', ');
  return `${outcomeWords[outcome]}: ${tally} (${shortened(sides.base.name)} → ${shortened(sides.head.name)})`;
};
