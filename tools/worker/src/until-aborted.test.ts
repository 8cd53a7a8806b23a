import { describe, expect, it } from 'vitest';
import { untilAborted } from './until-aborted.ts';

describe('a daemon that runs', () => {
  it('ends when it is told to, also beforehand', async () => {
    const going = { settled: () => new Promise<void>(() => undefined) };
    await untilAborted(going, AbortSignal.abort());
    const stopping = new AbortController();
    const running = untilAborted(going, stopping.signal);
    stopping.abort();
    await running;
  });

  it('fails when it has ended by itself', async () => {
    const reason = new Error('cannot write the journal');
    const ending = { settled: () => Promise.reject(reason) };
    await expect(untilAborted(ending, new AbortController().signal)).rejects.toBe(reason);
  });

  it('is asked about a block that never comes', async () => {
    const asked: number[] = [];
    const daemon = {
      settled: async ({ best }: { best: number }) => {
        asked.push(best);
      },
    };
    await untilAborted(daemon, new AbortController().signal);
    expect(asked).toEqual([Number.POSITIVE_INFINITY]);
  });
});
