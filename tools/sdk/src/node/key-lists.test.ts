import { describe, expect, it } from 'vitest';
import { AnswerError } from './answers.ts';
import { createKeyLists } from './key-lists.ts';

const PAGE = 10;
const key = (prefix: string, index: number): string =>
  `${prefix}${index.toString(16).padStart(8, '0')}`;

/** A list of so many keys, as a client goes through it; how many it got. */
const list = (
  look: ReturnType<typeof createKeyLists>,
  { keys, prefix = '0xaa', at = '0x01' }: { keys: number; prefix?: string; at?: string },
): number => {
  let last: string | undefined;
  let count = 0;
  for (;;) {
    const more = Math.min(PAGE, keys - count);
    const answer = Array.from({ length: more }, (_, index) => key(prefix, count + index));
    const page = look([prefix, PAGE, last ?? prefix, at], answer);
    count += page.length;
    last = page.at(-1);
    if (page.length < PAGE) return count;
  }
};

describe('createKeyLists', () => {
  it('lets every list through that has no more keys than allowed', () => {
    const look = createKeyLists(95);
    for (const at of ['0x01', '0x02', '0x01']) {
      for (const keys of [0, 1, PAGE, 89, 95]) expect(list(look, { keys, at })).toBe(keys);
    }
    expect(list(look, { keys: 95, prefix: '0xbb' })).toBe(95);
  });

  it('ends one that goes on', () => {
    const look = createKeyLists(95);
    expect(() => list(look, { keys: 96 })).toThrow(
      new AnswerError('state_getKeysPaged', 'a map has more than 95 entries'),
    );
    expect(() => list(look, { keys: Number.POSITIVE_INFINITY })).toThrow(AnswerError);
    // What was listed before does not count for the next list.
    expect(list(look, { keys: 95 })).toBe(95);
  });

  it('counts two lists that take turns apart', () => {
    const look = createKeyLists(20);
    const page = (prefix: string, first: number) =>
      look(
        [prefix, PAGE, first === 0 ? prefix : key(prefix, first - 1), '0x01'],
        Array.from({ length: PAGE }, (_, index) => key(prefix, first + index)),
      );
    for (const first of [0, PAGE]) {
      for (const prefix of ['0xaa', '0xbb']) expect(page(prefix, first)).toHaveLength(PAGE);
    }
    expect(() => page('0xbb', 2 * PAGE)).toThrow(AnswerError);
    expect(() => page('0xaa', 2 * PAGE)).toThrow(AnswerError);
  });

  it('refuses keys that are not in order, or of another map', () => {
    const look = createKeyLists();
    const [first, second] = [key('0xaa', 1), key('0xaa', 2)];
    expect(() => look(['0xaa', PAGE, '0xaa', '0x01'], [second, first])).toThrow(/not in order/);
    expect(() => look(['0xaa', PAGE, second, '0x01'], [second])).toThrow(/not in order/);
    expect(() => look(['0xaa', PAGE, '0xaa', '0x01'], [key('0xbb', 1)])).toThrow(/not of that map/);
  });

  it('forgets lists that nobody goes on with', () => {
    const look = createKeyLists(25);
    const begin = (at: string) =>
      look(
        ['0xaa', PAGE, '0xaa', at],
        Array.from({ length: PAGE }, (_, index) => key('0xaa', index)),
      );
    begin('0xfirst');
    for (let index = 0; index < 300; index += 1) begin(`0x${index}`);
    // Of the first its ten keys are forgotten, so that only twenty are counted.
    const rest = (first: number) =>
      look(
        ['0xaa', PAGE, key('0xaa', first - 1), '0xfirst'],
        Array.from({ length: PAGE }, (_, index) => key('0xaa', first + index)),
      );
    expect(rest(10)).toHaveLength(PAGE);
    expect(rest(20)).toHaveLength(PAGE);
    expect(() => rest(30)).toThrow(AnswerError);
  });
});
