import { describe, expect, it } from 'vitest';
import { createCache } from './cache.ts';

describe('a cache', () => {
  it('drops what was used least recently, by bytes', () => {
    const cache = createCache<string>(10);
    cache.put('a', 'A', 4);
    cache.put('b', 'B', 4);
    expect(cache.get('a')).toBe('A');
    cache.put('c', 'C', 4);
    expect(['a', 'b', 'c'].map(cache.get)).toEqual(['A', undefined, 'C']);
  });

  it('keeps the newest, however large, and counts a value once', () => {
    const cache = createCache<string>(10);
    cache.put('a', 'A', 99);
    expect(cache.get('a')).toBe('A');
    cache.put('a', 'B', 5);
    cache.put('b', 'C', 5);
    expect([cache.get('a'), cache.get('b')]).toEqual(['B', 'C']);
    cache.drop('a');
    cache.drop('a');
    cache.put('c', 'D', 5);
    expect([cache.get('b'), cache.get('c')]).toEqual(['C', 'D']);
  });
});
