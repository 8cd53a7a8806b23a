/** Where two documents part. */
import type { Difference } from '@veritrace/replay';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const shown = (value: unknown): string => JSON.stringify(value) ?? 'nothing';

/**
 * The first place, in the order of the computed one's keys, at which two JSON values differ; `undefined` when they do not.
 * Keys that only the first has are differences, too.
 */
export const firstDifference = (
  recorded: unknown,
  computed: unknown,
  path = '',
): Pick<Difference, 'what' | 'recorded' | 'computed'> | undefined => {
  if (isObject(recorded) && isObject(computed)) {
    for (const key of new Set([...Object.keys(computed), ...Object.keys(recorded)])) {
      const inside = path === '' ? key : `${path}.${key}`;
      const found = firstDifference(recorded[key], computed[key], inside);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (recorded === computed) return undefined;
  const where = path === '' ? 'it differs' : `${path} differs`;
  return { what: where, recorded: shown(recorded), computed: shown(computed) };
};
