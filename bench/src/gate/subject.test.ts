/** Real processes of this checkout. */
import { afterAll, describe, expect, it } from 'vitest';
import { INSTALLATION } from './packages.ts';
import { type Subject, startSubject } from './subject.ts';

const started: Subject[] = [];
const start = (options: Partial<Parameters<typeof startSubject>[0]> = {}): Subject => {
  const subject = startSubject({ dir: INSTALLATION, side: 'head', ...options });
  started.push(subject);
  return subject;
};
afterAll(() => Promise.all(started.map((subject) => subject.end())));

describe('a measured process', { timeout: 60_000 }, () => {
  it('measures what was prepared, and says what it lacks', async () => {
    const { ask } = start();
    expect(await ask({ do: 'prepare', benchmark: 'time/kernel/table' })).toEqual({ is: 'ready' });
    expect(
      await ask({ do: 'measure', benchmark: 'time/kernel/table', lead: 5, iterations: 20 }),
    ).toEqual({ is: 'sample', nanoseconds: expect.any(Number) });
    expect(await ask({ do: 'prepare', benchmark: 'time/no-such' })).toEqual({
      is: 'missing',
      reason: 'it has no such benchmark',
    });
  });

  it('whose end is told with what it printed', async () => {
    const { ask } = start();
    await expect(
      ask({ do: 'measure', benchmark: 'time/kernel/conv', lead: 0, iterations: 20 }),
    ).rejects.toThrow(/head ended with code 1\..*time\/kernel\/conv was not prepared/s);
    await expect(ask({ do: 'prepare', benchmark: 'time/kernel/conv' })).rejects.toThrow('ended');
  });

  it('is ended by a signal, which is what it rejects with', async () => {
    const stopping = new AbortController();
    const { ask, end } = start({ signal: stopping.signal });
    await ask({ do: 'prepare', benchmark: 'time/kernel/conv' });
    const measuring = ask({
      do: 'measure',
      benchmark: 'time/kernel/conv',
      lead: 0,
      iterations: 20_000_000,
    });
    stopping.abort(new Error('interrupted'));
    await expect(measuring).rejects.toThrow('interrupted');
    await end();
  });
});
