import { describe, expect, it } from 'vitest';
import { largestOfEach } from '../engine.ts';
import { blank } from '../image/picture.ts';
import { scaleLine } from '../image/prepare.ts';
import { createSheet } from '../pages/sheet.ts';
import { decodeSteps } from './ctc.ts';
import { splitLine } from './split.ts';

const keys = ['', 'a', 'b', ' '];

describe('decodeSteps', () => {
  it('keeps one of equal neighbours and drops blanks', () => {
    expect(decodeSteps({ classes: Int32Array.of(0, 1, 1, 0, 1, 2, 2, 3, 0) }, keys)).toEqual({
      text: 'aab ',
    });
  });

  it('takes the mean probability of the characters it keeps', () => {
    const steps = { classes: Int32Array.of(1, 1, 0, 2), scores: Float32Array.of(0.5, 1, 1, 0.75) };
    expect(decodeSteps(steps, keys)).toEqual({ text: 'ab', score: 0.625 });
  });

  it('gives an empty text no score, and refuses a class without a key', () => {
    const scores = Float32Array.of(1);
    expect(decodeSteps({ classes: Int32Array.of(0), scores }, keys)).toEqual({
      text: '',
      score: 0,
    });
    expect(() => decodeSteps({ classes: Int32Array.of(4) }, keys)).toThrow(/class 4 is none of 4/);
  });
});

describe('largestOfEach', () => {
  it('takes the first of equals', () => {
    expect(largestOfEach([0, 5, 5, 1, 0, 1], 3)).toEqual({
      classes: Int32Array.of(1, 0),
      scores: Float32Array.of(5, 1),
    });
  });
});

describe('splitLine', () => {
  const written = (text: string) => {
    const sheet = createSheet(1000, 40, { size: 28 });
    const width = sheet.text(text, 4, 30);
    const { data } = sheet.page().picture;
    // Only as much of the sheet as is written on.
    const line = blank(Math.ceil(width) + 8, 40, [255, 255, 255]);
    for (let y = 0; y < 40; y++) {
      line.data.set(data.subarray(3000 * y, 3000 * y + 3 * line.width), 3 * line.width * y);
    }
    return scaleLine(line, 48);
  };

  it('leaves a short line whole', () => {
    const line = blank(320, 48, [255, 255, 255]);
    expect(splitLine(line, 320)).toEqual([{ picture: line, joint: '' }]);
  });

  it('cuts between words, and loses no column', () => {
    const line = written('several words that are too long for one input of the model');
    const parts = splitLine(line, 320);
    expect(parts.length).toBeGreaterThanOrEqual(Math.ceil(line.width / 320));
    expect(parts.slice(1).every(({ joint }) => joint === ' ')).toBe(true);
    expect(parts.every(({ picture }) => picture.width <= 320)).toBe(true);
    const total = parts.reduce((sum, { picture }) => sum + picture.width, 0);
    expect(total).toBe(line.width);
    for (const { picture } of parts.slice(1)) {
      // The column at a cut is empty.
      for (let y = 0; y < 48; y++) expect(picture.data[3 * y * picture.width]).toBe(255);
    }
  });

  it('cuts a long word without a space', () => {
    const parts = splitLine(written('mmmmmmmmmmmmmmmmmmmmmmmmmmmmmm'), 320);
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.every(({ joint }) => joint === '')).toBe(true);
  });

  it('ends for any line', () => {
    const parts = splitLine(blank(1000, 48, [0, 0, 0]), 64);
    expect(parts.reduce((sum, { picture }) => sum + picture.width, 0)).toBe(1000);
    expect(parts.every(({ picture }) => picture.width >= 1 && picture.width <= 64)).toBe(true);
  });
});
