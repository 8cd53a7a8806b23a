import { describe, expect, it } from 'vitest';
import { isSelected, matches, mayBeSelected } from './glob.ts';

describe('a pattern', () => {
  it.each([
    ['wasm/runtime/plain', 'wasm/runtime/plain', true],
    ['wasm/*', 'wasm/referee', true],
    ['wasm/*', 'wasm/runtime/plain', false],
    ['wasm/**', 'wasm/runtime/plain', true],
    ['**', 'anything/at-all', true],
    ['weights/*/reads', 'weights/inference.claim/reads', true],
    ['weights/inference.claim/reads', 'weights/inferencexclaim/reads', false],
    ['weights/*', 'weights', false],
  ])('%s, %s: %s', (pattern, name, expected) => {
    expect(matches(pattern, name)).toBe(expected);
  });
});

describe('a selection', () => {
  it('is everything unless something is said', () => {
    expect(isSelected({ only: [], except: [] }, 'wasm/referee')).toBe(true);
    expect(isSelected({ only: ['wasm/**'], except: [] }, 'proof/a')).toBe(false);
    expect(isSelected({ only: ['wasm/**'], except: ['wasm/referee'] }, 'wasm/referee')).toBe(false);
  });

  it.each([
    [[], [], true],
    [['proof/digits-*/**'], [], true],
    [['wasm/**', '*/a'], [], true],
    [['**'], [], true],
    [['**/largest'], [], true],
    [['wasm/**'], [], false],
    [[], ['proof/**'], false],
    [[], ['proof/digits-cnn/**'], true],
  ])('only %j except %j: proof is collected: %s', (only, except, expected) => {
    expect(mayBeSelected({ only, except }, 'proof')).toBe(expected);
  });
});
