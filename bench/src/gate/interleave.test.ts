/** The plan of measuring, with processes that are made up. */
import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import { type InterleaveOptions, interleave, STEP } from './interleave.ts';
import { planLooks } from './looks.ts';
import type { Request } from './measured/protocol.ts';
import type { Subject, SubjectOptions } from './subject.ts';

const budgets = [{ metric: '**', allow: { share: 0.025 }, because: 'test', where: 'b.yaml:1' }];

interface Fake {
  /** Nanoseconds of an iteration of the base. */
  cost?: number;
  /** How processes differ, as a share. */
  spread?: number;
  missing?: (side: string, benchmark: string) => boolean;
}

const fakeProcesses = ({ cost = 10_000, spread = 0.01, missing = () => false }: Fake) => {
  const random = createRandom(5, 'fake');
  const log: { side: string; request: Request }[] = [];
  let alive = 0;
  let most = 0;
  let started = 0;
  const start = ({ side, planted = 0 }: SubjectOptions): Subject => {
    started += 1;
    alive += 1;
    most = Math.max(most, alive);
    const own = 1 + (random() - 0.5) * 2 * spread;
    return {
      ask: async (request) => {
        log.push({ side, request });
        if (request.do === 'prepare') {
          return missing(side, request.benchmark)
            ? { is: 'missing', reason: 'no such module' }
            : { is: 'ready' };
        }
        const times = request.iterations * (1 + planted);
        return { is: 'sample', nanoseconds: times * cost * own * (1 + random() * 0.02) };
      },
      end: async () => {
        alive -= 1;
      },
    };
  };
  return { start, log, counts: () => ({ alive, most, started }) };
};

const run = (fake: ReturnType<typeof fakeProcesses>, options: Partial<InterleaveOptions> = {}) =>
  interleave({
    dirs: { base: '/base', head: '/head' },
    benchmarks: ['time/kernel/add', 'time/kernel/conv'],
    budgets,
    plan: planLooks(40, 0.01),
    seed: 1,
    start: fake.start,
    ...options,
  });

describe('interleaved measuring', { timeout: 30_000 }, () => {
  it('passes the same code at the first look, with new processes in each round', async () => {
    const fake = fakeProcesses({});
    const { comparisons, missing } = await run(fake);
    expect(comparisons.map(({ name, verdict, rounds }) => [name, verdict, rounds])).toEqual([
      ['time/kernel/add', 'pass', 10],
      ['time/kernel/conv', 'pass', 10],
    ]);
    expect(missing).toEqual([]);
    expect(fake.counts()).toEqual({ alive: 0, most: 2, started: 20 });
  });

  it('fails a head that does a twentieth more', async () => {
    const { comparisons } = await run(fakeProcesses({}), { planted: 0.05 });
    for (const { verdict, ratio } of comparisons) {
      expect(verdict).toBe('fail');
      expect(ratio.ratio).toBeCloseTo(1.05, 1);
      expect(ratio.low).toBeGreaterThan(1.025);
    }
  });

  it('says so when processes differ too much to tell, after all planned looks', async () => {
    const looks: [number, number][] = [];
    const { comparisons } = await run(fakeProcesses({ spread: 0.5 }), {
      plan: planLooks(20, 0.01),
      onLook: (rounds, undecided) => looks.push([rounds, undecided.length]),
    });
    expect(comparisons.map(({ verdict }) => verdict)).toEqual([
      'not-enough-samples',
      'not-enough-samples',
    ]);
    expect(looks).toEqual([
      [10, 2],
      [20, 2],
    ]);
  });

  it('measures the sides in turns, in random order, equally often, by whole twentieths', async () => {
    const fake = fakeProcesses({});
    await run(fake, { benchmarks: ['time/kernel/add'] });
    const turns = fake.log.flatMap(({ side, request }) =>
      // What has no lead only shows how often the work is to be repeated.
      request.do === 'measure' && request.lead > 0 ? [{ side, request }] : [],
    );
    const first = turns.filter((_turn, index) => index % 2 === 0);
    const second = turns.filter((_turn, index) => index % 2 === 1);
    // Warm-up and pairs: each side once in every two turns.
    expect(turns.filter(({ side }) => side === 'base')).toHaveLength(turns.length / 2);
    const heads = (of: typeof turns) => of.filter(({ side }) => side === 'head').length;
    expect(heads(first)).toBeGreaterThan(first.length / 4);
    expect(heads(second)).toBeGreaterThan(second.length / 4);
    for (const { request } of turns) expect(request.iterations % STEP).toBe(0);
  });

  it('is the same for the same seed, and another for another', async () => {
    const orderOf = async (seed: number) => {
      const fake = fakeProcesses({});
      await run(fake, { seed });
      return fake.log.map(({ side, request }) => `${side} ${request.do} ${request.benchmark}`);
    };
    expect(await orderOf(1)).toEqual(await orderOf(1));
    expect(await orderOf(1)).not.toEqual(await orderOf(2));
  });

  it('reports what one side cannot run, and goes on with the rest', async () => {
    const fake = fakeProcesses({
      missing: (side, name) => side === 'base' && name === 'time/kernel/conv',
    });
    const { comparisons, missing } = await run(fake);
    expect(comparisons.map(({ name }) => name)).toEqual(['time/kernel/add']);
    expect(missing).toEqual([
      {
        kind: 'uncompared',
        name: 'time/kernel/conv',
        verdict: 'uncompared',
        missingOn: 'base',
        reason: 'no such module',
      },
    ]);
  });

  it('stops at what neither side can run, with the reason, and leaves no process', async () => {
    const fake = fakeProcesses({ missing: (_side, name) => name === 'time/kernel/conv' });
    await expect(run(fake)).rejects.toThrow(
      'neither side can run time/kernel/conv. On the head: no such',
    );
    expect(fake.counts().alive).toBe(0);
  });

  it('refuses a benchmark that does nothing', async () => {
    await expect(run(fakeProcesses({ cost: 0 }))).rejects.toThrow('does nothing');
  });

  it('needs a budget for every time before it starts', async () => {
    const fake = fakeProcesses({});
    await expect(run(fake, { budgets: [] })).rejects.toThrow(
      'no entry under "times" fits time/kernel/add',
    );
    expect(fake.counts().started).toBe(0);
  });

  it('ends when it is told to', async () => {
    const stopping = new AbortController();
    const fake = fakeProcesses({});
    stopping.abort(new Error('enough'));
    await expect(run(fake, { signal: stopping.signal })).rejects.toThrow('enough');
    expect(fake.counts().started).toBe(0);
  });
});
