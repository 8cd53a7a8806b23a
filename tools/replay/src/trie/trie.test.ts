import { calculateStateRoot } from '@acala-network/chopsticks-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { toDigits, toHex } from '../bytes.ts';
import { ready } from '../hash.ts';
import { createOverlay } from './overlay.ts';
import { stateOf } from './state.ts';

beforeAll(ready);

/** Keys that share beginnings, and end inside each other. */
const keys = fc
  .array(fc.constantFrom(0x00, 0x01, 0x10, 0x11, 0xab, 0xff), { minLength: 1, maxLength: 6 })
  .map((bytes) => toDigits(Uint8Array.from(bytes)));
const longKeys = fc.uint8Array({ minLength: 30, maxLength: 80 }).map(toDigits);
const values = fc.oneof(
  fc.uint8Array({ maxLength: 4 }),
  fc.uint8Array({ minLength: 30, maxLength: 36 }),
  fc.uint8Array({ minLength: 60, maxLength: 70 }),
);
const entries = fc.array(fc.tuple(fc.oneof(keys, keys, longKeys), values), { maxLength: 40 });
const changes = fc.array(fc.tuple(keys, fc.option(values, { nil: undefined })), { maxLength: 40 });

const sorted = (map: ReadonlyMap<string, Uint8Array>) =>
  [...map].sort(([a], [b]) => (a < b ? -1 : 1));

const apply = (
  map: ReadonlyMap<string, Uint8Array>,
  changed: readonly (readonly [string, Uint8Array | undefined])[],
) => {
  const next = new Map(map);
  for (const [key, value] of changed) {
    if (value === undefined) next.delete(key);
    else next.set(key, value);
  }
  return next;
};

describe('a state', { timeout: 60_000 }, () => {
  it('has the root that another implementation computes', async () => {
    await fc.assert(
      fc.asyncProperty(entries, async (given) => {
        const map = new Map(given);
        const expected = await calculateStateRoot(
          [...map].map(
            ([key, value]) => [`0x${key}`, toHex(value)] as [`0x${string}`, `0x${string}`],
          ),
          1,
        );
        expect(toHex(stateOf(map).root())).toBe(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('is the same whichever way it came about, and leaves the one before as it was', () => {
    fc.assert(
      fc.property(entries, changes, (given, changed) => {
        const before = new Map(given);
        const old = stateOf(before);
        const root = toHex(old.root());
        const after = apply(before, changed);
        const state = old.with(new Map(changed));
        const expected = stateOf(sorted(after));
        expect(toHex(state.root())).toBe(toHex(expected.root()));
        expect([...state.entries()]).toEqual(sorted(after));
        expect([...old.entries()]).toEqual(sorted(before));
        expect(toHex(old.root())).toBe(root);
      }),
    );
  });

  it('lists its keys in order, from any key on', () => {
    fc.assert(
      fc.property(entries, keys, (given, from) => {
        const map = new Map(given);
        const next = sorted(map).find(([key]) => key > from)?.[0];
        expect(stateOf(map).after(from)).toBe(next);
      }),
    );
  });
});

type Move =
  | { do: 'set'; key: string; value: Uint8Array | undefined }
  | { do: 'start' | 'commit' | 'rollback' }
  | { do: 'clear'; prefix: string };

const moves = fc.array(
  fc.oneof<fc.Arbitrary<Move>[]>(
    fc.record({
      do: fc.constant('set' as const),
      key: keys,
      value: fc.option(values, { nil: undefined }),
    }),
    fc.record({ do: fc.constantFrom('start' as const, 'commit' as const, 'rollback' as const) }),
    fc.record({ do: fc.constant('clear' as const), prefix: keys }),
  ),
  { maxLength: 40 },
);

describe('an overlay', { timeout: 60_000 }, () => {
  it('is what plain maps with a copy for every transaction are', () => {
    fc.assert(
      fc.property(entries, moves, keys, (given, made, from) => {
        const overlay = createOverlay(stateOf(new Map(given)));
        const stack: Map<string, Uint8Array>[] = [new Map(given)];
        const top = () => stack.at(-1) ?? new Map<string, Uint8Array>();
        for (const move of made) {
          switch (move.do) {
            case 'set':
              overlay.set(move.key, move.value);
              if (move.value === undefined) top().delete(move.key);
              else top().set(move.key, move.value);
              break;
            case 'start':
              overlay.start();
              stack.push(new Map(top()));
              break;
            case 'commit': {
              if (stack.length === 1) break;
              overlay.commit();
              const ended = top();
              stack.splice(-2, 2, ended);
              break;
            }
            case 'rollback':
              if (stack.length === 1) break;
              overlay.rollback();
              stack.pop();
              break;
            case 'clear':
              overlay.clearPrefix(move.prefix, undefined);
              for (const key of [...top().keys()]) {
                if (key.startsWith(move.prefix)) top().delete(key);
              }
          }
        }
        expect([...overlay.state().entries()]).toEqual(sorted(top()));
        expect(overlay.after(from)).toBe(sorted(top()).find(([key]) => key > from)?.[0]);
        expect(overlay.get(from)).toEqual(top().get(from));
      }),
    );
  });

  it('clears no more of the state below than it is told to, and says whether there is more', () => {
    const below = stateOf(['aa00', 'aa01', 'aa02'].map((key) => [key, Uint8Array.of(1)] as const));
    const overlay = createOverlay(below);
    overlay.set('aa03', Uint8Array.of(2));
    expect(overlay.clearPrefix('aa', 2)).toEqual({ looked: 2, isAll: false });
    expect([...overlay.state().entries()].map(([key]) => key)).toEqual(['aa02']);
  });

  it('appends to lists, and makes one of what is none', () => {
    const overlay = createOverlay(stateOf([['aa', Uint8Array.of(3)]]));
    overlay.append('bb', Uint8Array.of(7));
    overlay.append('bb', Uint8Array.of(8));
    overlay.append('aa', Uint8Array.of(9));
    expect(overlay.get('bb')).toEqual(Uint8Array.of(8, 7, 8));
    expect(overlay.get('aa')).toEqual(Uint8Array.of(4, 9));
  });
});
