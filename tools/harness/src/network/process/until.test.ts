import { describe, expect, it } from 'vitest';
import { NetworkTimeout } from '../types.ts';
import { until } from './until.ts';

describe('until', () => {
  it('looks until it came to pass, and tells what it sees once', async () => {
    const seen: string[] = [];
    let looks = 0;
    const found = await until(
      () => {
        looks += 1;
        return looks === 5 ? { done: 'there' } : { seen: looks < 3 ? 'far' : 'near' };
      },
      { what: 'it', deadlineMs: 5_000, everyMs: 1, onSeen: (one) => seen.push(one) },
    );
    expect(found).toBe('there');
    expect(seen).toEqual(['far', 'near']);
  });

  it('says what was awaited and what was seen last', async () => {
    const waiting = until(() => ({ seen: 'two of three' }), {
      what: 'three nodes to answer',
      deadlineMs: 1_000,
      everyMs: 50,
    });
    await expect(waiting).rejects.toThrow(NetworkTimeout);
    await expect(waiting).rejects.toThrow(
      'waited 1 s for three nodes to answer; last seen: two of three',
    );
  });

  it('ends at once with the reason of its signal', async () => {
    const stop = new AbortController();
    const waiting = until(() => ({ seen: 'nothing' }), {
      what: 'it',
      deadlineMs: 60_000,
      everyMs: 60_000,
      signal: stop.signal,
    });
    stop.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
  });

  it('passes on what a look throws', async () => {
    const waiting = until(
      () => {
        throw new Error('it will never come');
      },
      { what: 'it', deadlineMs: 60_000 },
    );
    await expect(waiting).rejects.toThrow('it will never come');
  });
});
