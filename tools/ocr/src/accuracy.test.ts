import { describe, expect, it } from 'vitest';
import { addAccuracies, compareTexts, editDistance, pageTexts, share } from './accuracy.ts';
import { quadOf } from './image/geometry.ts';

describe('editDistance', () => {
  it.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['abc', '', 3],
    ['kitten', 'sitting', 3],
    ['flaw', 'lawn', 2],
    ['𝒳y', 'y', 1],
  ])('from "%s" to "%s" is %i', (from, to, distance) => {
    expect(editDistance(from, to)).toBe(distance);
  });
});

describe('compareTexts', () => {
  it('counts with and without spaces', () => {
    const accuracy = compareTexts('a b c', 'ab c');
    expect(accuracy).toEqual({ characters: 5, edits: 1, inkCharacters: 3, inkEdits: 0 });
    expect(share(accuracy.edits, accuracy.characters)).toBeCloseTo(0.8, 12);
    expect(addAccuracies([accuracy, accuracy])).toMatchObject({ characters: 10, edits: 2 });
  });

  it('has a share between 0 and 1', () => {
    expect([share(0, 0), share(1, 0), share(30, 10)]).toEqual([1, 0, 0]);
  });
});

describe('pageTexts', () => {
  const truth = [
    { text: 'left', quad: quadOf(0, 0, 50, 20) },
    { text: 'left below', quad: quadOf(0, 30, 50, 50) },
    { text: 'right', quad: quadOf(100, 0, 150, 20) },
  ];

  it('puts what was read where the truth is, whatever the order', () => {
    const read = [truth[0], truth[2], truth[1]].flatMap((line) => line ?? []);
    expect(pageTexts(truth, read)).toEqual({
      truth: 'left left below right',
      read: 'left left below right',
    });
  });

  it('keeps the parts of a line in order, and what covers no line last', () => {
    const read = [
      { text: 'stray', quad: quadOf(300, 300, 320, 320) },
      { text: 'ri', quad: quadOf(100, 0, 125, 20) },
      { text: 'ght', quad: quadOf(125, 0, 150, 20) },
      { text: 'left', quad: quadOf(0, 0, 50, 20) },
    ];
    expect(pageTexts(truth, read).read).toBe('left ri ght stray');
  });
});
