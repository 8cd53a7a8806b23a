import { describe, expect, it } from 'vitest';
import { type Ending, endingOf, isCheating } from '../behaviours/standing.ts';
import { NO_DUES } from './dues.ts';
import { judge, moneyMet, type Purse } from './money.ts';

const purse = (change: Partial<Purse> = {}): Purse => ({
  before: 100n,
  after: 100n,
  fees: 0n,
  dues: NO_DUES,
  mayBeCharged: true,
  ...change,
});

const dues = (earned: bigint, spent = 0n, charged = 0n) => ({ earned, spent, charged });

describe('money', () => {
  it.each<[string, Ending, Partial<Purse>, boolean]>([
    [
      'who has its wage, its fees aside',
      'at-least-owed',
      { after: 108n, fees: 2n, dues: dues(10n) },
      true,
    ],
    [
      'who has less than its wage',
      'at-least-owed',
      { after: 107n, fees: 2n, dues: dues(10n) },
      false,
    ],
    ['who has more than it is owed', 'at-least-owed', { after: 111n, dues: dues(10n) }, true],
    ['a user that paid the price', 'at-least-owed', { after: 90n, dues: dues(0n, 10n) }, true],
    ['a user that paid more', 'at-least-owed', { after: 89n, dues: dues(0n, 10n) }, false],
    [
      'who was charged what it may be',
      'at-least-owed',
      { after: 93n, dues: dues(0n, 0n, 7n) },
      true,
    ],
    [
      'who was charged what it must not be',
      'at-least-owed',
      { after: 93n, dues: dues(0n, 0n, 7n), mayBeCharged: false },
      false,
    ],
    ['a cheat that lost', 'lost', { after: 80n, fees: 1n }, true],
    ['a cheat that lost fees only', 'lost', { after: 99n, fees: 1n }, true],
    ['a cheat that lost nothing', 'lost', {}, false],
    ['a cheat whose fees are more than it gained', 'lost', { after: 99n, fees: 2n }, false],
    ['a cheat that was paid', 'lost', { after: 110n, dues: dues(10n) }, false],
    ['who gained nothing', 'no-gain', {}, true],
    ['who gained', 'no-gain', { after: 101n }, false],
    [
      'who earned less than it could have',
      'worse-than-honest',
      { after: 103n, dues: dues(10n, 0n, 7n) },
      true,
    ],
    ['who earned all of it', 'worse-than-honest', { after: 110n, dues: dues(10n) }, false],
    ['who may end with anything', 'any', { after: 1_000n }, true],
  ])('judges %s', (_what, ends, change, held) => {
    const report = judge(purse(change), ends);
    expect(report.held).toBe(held);
    expect(moneyMet('ada', report).map(({ passed }) => passed)).toEqual(
      ends === 'any' ? [] : [held],
    );
  });

  it('says what was found', () => {
    const UNIT = 10n ** 12n;
    const report = judge(
      purse({ before: 5n * UNIT, after: 3n * UNIT, fees: UNIT, dues: dues(4n * UNIT) }),
      'at-least-owed',
    );
    expect(moneyMet('ada', report)).toEqual([
      {
        name: 'ada ends with at least what it is owed',
        passed: false,
        detail: '5 VTR before, 3 VTR after, 1 VTR fees: −1 VTR, and +4 VTR is owed',
      },
    ]);
  });
});

describe('what a behaviour must end with', () => {
  it('is at least what is owed for the honest, and a loss for liars', () => {
    expect(endingOf('worker', 'honest', true)).toBe('at-least-owed');
    expect(endingOf('worker', 'colluding', false)).toBe('lost');
    expect(isCheating('user', 'reluctant')).toBe(false);
    expect(isCheating('author', 'malformed-graph')).toBe(true);
  });

  it('depends on the deed where to be late is no fault yet', () => {
    expect(endingOf('worker', 'late', false)).toBe('at-least-owed');
    expect(endingOf('worker', 'late', true)).toBe('lost');
  });

  it('is known of every behaviour there is', () => {
    expect(() => endingOf('worker', 'unheard-of', false)).toThrow('no worker behaves as');
  });
});
