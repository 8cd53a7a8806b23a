import { createReferee, PAGE_LEAVES } from '@veritrace/referee';
import { describe, expect, it } from 'vitest';
import { leavesUnder, pageOfNode } from './large-outputs.ts';

const referee = createReferee();

const leafOf = (index: number, salt = 0): Uint8Array =>
  Uint8Array.from({ length: 32 }, (_, at) => (index * 31 + at + salt) % 256);

/** A page and a part of one. */
const leaves = Array.from({ length: PAGE_LEAVES + 6 }, (_, index) => leafOf(index));
const first = leaves.slice(0, PAGE_LEAVES);
const second = leaves.slice(PAGE_LEAVES);

describe('an opened page', () => {
  it('is found among whatever was sent, by its hash', () => {
    const [one, other] = referee.pageHashes(leaves);
    if (one === undefined || other === undefined) throw new Error('there are two pages');
    const wrong = first.map((leaf, index) => (index === 7 ? leafOf(7, 1) : leaf));
    const sent = [[], wrong, leaves, second, first];
    expect(leavesUnder(one, sent, referee)).toBe(first);
    expect(leavesUnder(other, sent, referee)).toBe(second);
    expect(leavesUnder(one, [[], wrong, leaves, second], referee)).toBeUndefined();
  });

  it('has as many leaves as a page', () => {
    expect([0, PAGE_LEAVES - 1, PAGE_LEAVES, PAGE_LEAVES + 5].map(pageOfNode)).toEqual([
      0, 0, 1, 1,
    ]);
  });
});
