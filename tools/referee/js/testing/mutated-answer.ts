/** Answers in JSON that something happened to: what those who ask strangers are tried with. */
import fc from 'fast-check';

/** What happens to an answer. Places are shares, so that shrinking moves them to the front. */
export type Twist =
  /** Another value in some place of it. */
  | { type: 'put'; at: number; value: unknown }
  | { type: 'leave-out'; at: number }
  /** A list with more of the same. */
  | { type: 'repeat'; at: number; times: number }
  /** Bytes in hex, of which some are others, none are left, or which go on. */
  | { type: 'bytes'; at: number; place: number; bytes: Uint8Array }
  | { type: 'cut'; at: number; place: number }
  | { type: 'append'; at: number; bytes: Uint8Array }
  /** The length before a list in SCALE, as large as it can be written. */
  | { type: 'length'; at: number; place: number; length: 'long' | 'longest' };

const share = fc.nat({ max: 9_999 });

/** What stands where something else should. */
const STRANGE: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e300,
  '',
  '0x',
  '0x0',
  '0xzz',
  '0xffffffff',
  `0x${'ff'.repeat(32)}`,
  `0x${'00'.repeat(32)}`,
  'x'.repeat(100_000),
  '\u001b[2J\u0007',
  [],
  [null],
  [[]],
  {},
  { length: 4_000_000_000 },
  JSON.parse('{"__proto__": {"number": "0x1"}}'),
];

export const twist: fc.Arbitrary<Twist> = fc.oneof(
  fc.record({
    type: fc.constant('put' as const),
    at: share,
    value: fc.constantFrom(...STRANGE),
  }),
  fc.record({ type: fc.constant('leave-out' as const), at: share }),
  fc.record({
    type: fc.constant('repeat' as const),
    at: share,
    times: fc.constantFrom(1, 2, 600),
  }),
  fc.record({
    type: fc.constant('bytes' as const),
    at: share,
    place: share,
    bytes: fc.uint8Array({ minLength: 1, maxLength: 6 }),
  }),
  fc.record({ type: fc.constant('cut' as const), at: share, place: share }),
  fc.record({
    type: fc.constant('append' as const),
    at: share,
    bytes: fc.uint8Array({ minLength: 1, maxLength: 40 }),
  }),
  fc.record({
    type: fc.constant('length' as const),
    at: share,
    place: share,
    length: fc.constantFrom('long' as const, 'longest' as const),
  }),
);

type Change = (value: unknown) => unknown;
const GONE = Symbol('gone');

const isHex = (value: unknown): value is string =>
  typeof value === 'string' && /^0x([0-9a-f]{2})*$/.test(value);

const chosen = <T>(all: readonly T[], at: number): T | undefined =>
  all[Math.floor((at * all.length) / 10_000)];

/** Ways to places in a value that satisfy `isOne`, in order; the value itself is the empty way. */
const placesOf = (value: unknown, isOne: (value: unknown) => boolean): string[][] => {
  const found: string[][] = [];
  const visit = (inside: unknown, way: string[]): void => {
    if (found.length >= 2_000) return;
    if (isOne(inside)) found.push(way);
    if (typeof inside !== 'object' || inside === null) return;
    for (const [key, next] of Object.entries(inside)) visit(next, [...way, key]);
  };
  visit(value, []);
  return found;
};

/** A copy of a value with another one in a place. */
const changedAt = (value: unknown, [key, ...rest]: readonly string[], change: Change): unknown => {
  if (key === undefined) return change(value);
  if (Array.isArray(value)) {
    return value.flatMap((one: unknown, index) => {
      if (String(index) !== key) return [one];
      const made = changedAt(one, rest, change);
      return made === GONE ? [] : [made];
    });
  }
  return Object.fromEntries(
    Object.entries(value as object).flatMap(([name, one]: [string, unknown]) => {
      if (name !== key) return [[name, one]];
      const made = changedAt(one, rest, change);
      return made === GONE ? [] : [[name, made]];
    }),
  );
};

const inHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Hex with a change at a share of its bytes. */
const spliced = (hex: string, place: number, put: string, drop: number): string => {
  const digits = hex.slice(2);
  const from = 2 * Math.floor((place * (digits.length / 2 + 1)) / 10_000);
  return `0x${digits.slice(0, from)}${put}${digits.slice(from + drop)}`;
};

/** An answer after something happened to it. Where there is no place for that, another value stands for all of it. */
export const twisted = (answer: unknown, { ...each }: Twist): unknown => {
  const atHex = (change: (hex: string) => string): unknown => {
    const way = chosen(placesOf(answer, isHex), each.at);
    return way === undefined ? null : changedAt(answer, way, (hex) => change(String(hex)));
  };
  switch (each.type) {
    case 'put':
    case 'leave-out': {
      const way = chosen(
        placesOf(answer, () => true),
        each.at,
      );
      const put = each.type === 'put' ? each.value : GONE;
      const made = changedAt(answer, way ?? [], () => put);
      return made === GONE ? null : made;
    }
    case 'repeat': {
      const way = chosen(placesOf(answer, Array.isArray), each.at);
      if (way === undefined) return [];
      return changedAt(answer, way, (list) =>
        [list as unknown[], ...Array(each.times).fill(list)].flat(),
      );
    }
    case 'bytes': {
      const put = inHex(each.bytes);
      return atHex((hex) => spliced(hex, each.place, put, put.length));
    }
    case 'cut':
      return atHex((hex) => spliced(hex, each.place, '', hex.length));
    case 'append':
      return atHex((hex) => `${hex}${inHex(each.bytes)}`);
    case 'length': {
      // Compact numbers: half a million, and 2^30 - 1.
      const put = each.length === 'long' ? '02001e00' : 'feffffff';
      return atHex((hex) => spliced(hex, each.place, put, 8));
    }
  }
};
