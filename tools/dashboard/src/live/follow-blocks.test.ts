import { JsonRpcError } from '@dedot/providers';
import { describe, expect, it } from 'vitest';
import { createStorageReader } from '../network/storage.ts';
import { recordedAnswers } from '../testing/stub-node.ts';
import { type BlockWindow, followBlocks, type LiveBlock, trimmed } from './follow-blocks.ts';
import { plainEvents } from './plain-event.ts';

const { answers, blocks: recorded } = recordedAnswers();

interface Made {
  hash: string;
  parentHash: string;
  events: string | null;
}

/** A chain that grows, forks, and forgets old state when it is told to. */
const createChain = () => {
  const all = new Map<string, Made & { number: number }>();
  let best: string[] = [];
  let firstKept = 0;
  const asked: string[] = [];
  const hashAt = (number: number, fork: string) =>
    `0x${fork}${number.toString(16).padStart(62, '0')}`;

  const ask = async <T>(method: string, ...params: unknown[]): Promise<T> => {
    asked.push(method);
    const block = (hash: unknown) => {
      const found = all.get(String(hash));
      if (found === undefined) throw new Error(`no block ${String(hash)}`);
      return found;
    };
    const answer = (): unknown => {
      switch (method) {
        case 'chain_getHeader':
          return { number: `0x${(best.length - 1).toString(16)}` };
        case 'chain_getBlockHash':
          return (params[0] as number[]).map((number) => best[number] ?? null);
        case 'chain_getBlock': {
          const { number, parentHash } = block(params[0]);
          return {
            block: {
              header: { number: `0x${number.toString(16)}`, parentHash },
              extrinsics: ['0x0102'],
            },
          };
        }
        case 'state_getStorage': {
          const { number, events } = block(params[1]);
          if (number < firstKept) {
            throw new JsonRpcError({ code: 4003, message: 'state already discarded' });
          }
          return events;
        }
        default:
          return answers[method];
      }
    };
    return answer() as T;
  };
  return {
    ask,
    asked,
    forgetBefore: (number: number) => {
      firstKept = number;
    },
    /** Puts a branch on the block `from`; its blocks have the events of a recorded one. */
    grow: (from: number, to: number, fork = 'aa', events: string | null = null) => {
      best = best.slice(0, from);
      for (let number = from; number <= to; number++) {
        const hash = hashAt(number, fork);
        all.set(hash, { number, hash, parentHash: best[number - 1] ?? '0x00', events });
        best.push(hash);
      }
    },
    hashes: () => best,
  };
};

const numbers = (window: BlockWindow): number[] => window.map(({ number }) => number);

const follow = (chain: ReturnType<typeof createChain>, most?: number, events?: number) => {
  const seen: BlockWindow[] = [];
  const follower = followBlocks(chain, (window) => seen.push(window), most, events);
  return { follower, seen, last: () => seen.at(-1) ?? [] };
};

describe('events read from a node', () => {
  it('are those that the harness decodes by other means, field by field', async () => {
    const reader = await createStorageReader({
      ask: async <T>(method: string, ...params: unknown[]): Promise<T> =>
        (method === 'state_getStorage'
          ? recorded.find(({ hash }) => hash === params[1])?.events
          : answers[method]) as T,
    });
    const types = new Set<string>();
    for (const { number, hash, told } of recorded) {
      const events = plainEvents(number, (await reader.value('system', 'events', hash)) ?? []);
      expect(events).toEqual(told);
      for (const { type } of events) types.add(type);
    }
    expect([...types]).toEqual(
      expect.arrayContaining([
        'models.ModelRegistered',
        'workers.WorkerRegistered',
        'inference.RequestSubmitted',
        'inference.ResultRevealed',
        'disputes.NodeChallenged',
        'disputes.ClaimConvicted',
        'payouts.Paid',
        'transactionPayment.TransactionFeePaid',
      ]),
    );
  });
});

describe('the window of blocks', () => {
  it('begins at the head, goes back as far as it has room, and moves on with the head', async () => {
    const chain = createChain();
    chain.grow(0, 99);
    const { follower, seen, last } = follow(chain, 40);
    await follower.catchUp();
    expect(numbers(seen[0] ?? []).at(-1)).toBe(99);
    expect(numbers(last())).toEqual(Array.from({ length: 40 }, (_, at) => 60 + at));
    chain.grow(100, 102);
    chain.asked.length = 0;
    await follower.catchUp();
    expect(numbers(last())).toEqual(Array.from({ length: 40 }, (_, at) => 63 + at));
    expect(chain.asked.filter((method) => method === 'chain_getBlock')).toHaveLength(3);
  });

  it('goes back to the first block of a short chain and asks no more', async () => {
    const chain = createChain();
    chain.grow(0, 20);
    const { follower, last } = follow(chain, 300);
    await follower.catchUp();
    expect(numbers(last())).toEqual(Array.from({ length: 21 }, (_, at) => at));
    chain.asked.length = 0;
    chain.grow(21, 21);
    await follower.catchUp();
    expect(chain.asked.filter((method) => method === 'chain_getBlock')).toHaveLength(1);
  });

  it('drops what a fork took back, however deep', async () => {
    const chain = createChain();
    chain.grow(0, 30);
    const { follower, last } = follow(chain, 10);
    await follower.catchUp();
    chain.grow(28, 31, 'bb');
    await follower.catchUp();
    expect(last().map(({ hash }) => hash)).toEqual(chain.hashes().slice(22));
    chain.grow(5, 30, 'cc');
    await follower.catchUp();
    expect(last().map(({ hash }) => hash)).toEqual(chain.hashes().slice(21));
  });

  it('reads what came while the connection was lost, and begins anew where that is more than it keeps', async () => {
    const chain = createChain();
    chain.grow(0, 30);
    const { follower, last } = follow(chain, 20);
    await follower.catchUp();
    chain.grow(31, 40);
    await follower.catchUp();
    expect(numbers(last())).toEqual(Array.from({ length: 20 }, (_, at) => 21 + at));
    chain.grow(41, 500);
    await follower.catchUp();
    expect(numbers(last())).toEqual(Array.from({ length: 20 }, (_, at) => 481 + at));
  });

  it('is content with what a node that drops old state still has', async () => {
    const chain = createChain();
    chain.grow(0, 100);
    chain.forgetBefore(75);
    const { follower, last } = follow(chain, 60);
    await follower.catchUp();
    expect(last()[0]?.number).toBeGreaterThanOrEqual(75);
    expect(last().at(-1)?.number).toBe(100);
  });

  it('keeps no more blocks and no more events than it may', async () => {
    const eventful = recorded.find(({ told }) => told.length > 3);
    const count = eventful?.told.length ?? 0;
    const chain = createChain();
    chain.grow(0, 60, 'aa', eventful?.events ?? null);
    const { follower, seen } = follow(chain, 50, 10 * count);
    await follower.catchUp();
    for (let head = 61; head < 90; head++) {
      chain.grow(head, head, 'aa', eventful?.events ?? null);
      await follower.catchUp();
    }
    for (const window of seen) {
      expect(window.length).toBeLessThanOrEqual(50);
      expect(window.reduce((sum, { events }) => sum + events.length, 0)).toBeLessThanOrEqual(
        10 * count,
      );
    }
    expect(seen.at(-1)?.length).toBe(10);
    expect(seen.at(-1)?.at(-1)?.number).toBe(89);
  });

  it('keeps the newest block even if it alone has more events than all may', () => {
    const block = (number: number, events: number): LiveBlock => ({
      number,
      hash: `0x${number}`,
      parentHash: `0x${number - 1}`,
      sizes: [],
      events: Array.from({ length: events }, (_, index) => ({
        block: number,
        index,
        type: 'payouts.Paid',
      })),
    });
    expect(numbers(trimmed([block(1, 2), block(2, 50)], 10, 20))).toEqual([2]);
    expect(numbers(trimmed([block(1, 2), block(2, 18), block(3, 1)], 10, 20))).toEqual([2, 3]);
  });

  it('tells nothing after it was closed, and says when it cannot read', async () => {
    const chain = createChain();
    chain.grow(0, 5);
    const { follower, seen } = follow(chain, 10);
    follower.close();
    await follower.catchUp();
    expect(seen).toEqual([]);
    const broken = followBlocks(
      { ask: () => Promise.reject(new Error('the connection was lost')) },
      () => undefined,
    );
    await expect(broken.catchUp()).rejects.toThrow('the connection was lost');
  });
});
