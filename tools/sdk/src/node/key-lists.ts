/** Lists of a map's keys as the usual client asks for them, page by page, for as long as the node has more. */

import type { Hex } from '../types.ts';
import { AnswerError, keysAnswer, MOST_KEYS } from './answers.ts';

const ASKED = 'state_getKeysPaged';

/** Lists that are followed at once: more are of clients that gave up in the middle. */
const MOST_LISTS = 256;

/**
 * Looks at each page by the parameters that it was asked for with. Throws an `AnswerError` for one that is out of order, since
 * the list need not end then, and where a list comes to more than `most` keys.
 */
export const createKeyLists = (
  most = MOST_KEYS,
): ((params: readonly unknown[], answer: unknown) => Hex[]) => {
  /** Keys so far, by map and block. */
  const told = new Map<string, number>();
  return ([prefix, page, after, at], answer) => {
    const isLater = typeof after === 'string' && after > String(prefix);
    const keys = keysAnswer(ASKED, answer, {
      prefix: String(prefix),
      page: Number(page),
      after: isLater ? after : undefined,
    });
    const list = `${prefix} ${at}`;
    const count = (isLater ? (told.get(list) ?? 0) : 0) + keys.length;
    // Once more at the end: what is longest without a page goes first.
    told.delete(list);
    if (count > most) throw new AnswerError(ASKED, `a map has more than ${most} entries`);
    if (keys.length === Number(page)) told.set(list, count);
    const [oldest] = told.keys();
    if (told.size > MOST_LISTS && oldest !== undefined) told.delete(oldest);
    return keys;
  };
};
