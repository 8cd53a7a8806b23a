import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatJson, type Json, mergeJson, parseJson } from './json.ts';

describe('genesis JSON', () => {
  it('keeps integers above 2^53', () => {
    const text =
      '{"balances":[["5Grw",1152921504606846977],["5Fhn",1]],"n":340282366920938463463374607431768211455}';
    const value = parseJson(text);
    expect(value).toEqual({
      balances: [
        ['5Grw', 1152921504606846977n],
        ['5Fhn', 1],
      ],
      n: 340282366920938463463374607431768211455n,
    });
    expect(formatJson(value)).toBe(text);
  });

  it('comes back as it went', () => {
    const { json } = fc.letrec<{ json: Json }>((tie) => ({
      json: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom(null, true, false, 'a', ''),
        fc.integer(),
        fc.bigInt({ min: 10n ** 15n, max: 10n ** 38n }),
        fc.array(tie('json')),
        fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('json')),
      ),
    }));
    fc.assert(
      fc.property(json, (value) => {
        expect(parseJson(formatJson({ value }))).toEqual({ value });
      }),
    );
  });

  it('merges patches as chain specs do', () => {
    expect(
      mergeJson({ a: { b: 1, c: 2 }, d: [1] }, { a: { b: 3 }, d: [2, 3], e: { f: 1 } }),
    ).toEqual({
      a: { b: 3, c: 2 },
      d: [2, 3],
      e: { f: 1 },
    });
    expect(mergeJson({ a: 1, b: 2 }, { a: null })).toEqual({ b: 2 });
  });
});
