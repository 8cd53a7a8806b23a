import type { BlockRef, ChainEvent } from '@veritrace/sdk';
import { describe, expect, it } from 'vitest';
import type { AccountDirectory } from '../actors/accounts.ts';
import type { ChainState } from '../invariants/state.ts';
import { checkAbsent, checkBehind, checkStalled } from './checks.ts';
import { createChronicle } from './chronicle.ts';
import { type Asked, nothingYet } from './happened.ts';
import type { Stage } from './stage.ts';

const block = (number: number): BlockRef => ({ number, hash: `0x${number}` });

/**
 * A stage on a chain that has come to #14 while block #10 is the last that was taken in, with nodes that have their own
 * best block, or do not answer.
 */
const stageOn = (nodes: Record<string, number | undefined>, finalAt: (taken: number) => number) => {
  let taken = 10;
  const asked: string[] = [];
  const stage = {
    network: {
      client: { heads: { current: () => block(Math.max(14, taken)) } },
      finalized: () => block(finalAt(taken)),
      has: async (node: string, { number, hash }: BlockRef) => {
        asked.push(`${node} ${hash}`);
        return (nodes[node] ?? -1) >= number;
      },
    },
    state: () => ({ block: block(taken) }),
    tick: async () => {
      taken += 1;
    },
    dated: () =>
      new Map(
        Array.from({ length: taken + 1 }, (_, at) => [at, { block: block(at), timestamp: 0 }]),
      ),
  } as unknown as Stage;
  return { stage, taken: () => taken, asked };
};

describe('check-behind', () => {
  const struck = new Map([
    ['charlie', 11],
    ['dave', 14],
    ['frank', 14],
  ]);

  it('asks for the first block after the strikes, once there are enough', async () => {
    const { stage, taken, asked } = stageOn({ dave: undefined, frank: 14 }, () => 9);
    await checkBehind(stage, { struck }, { nodes: ['charlie', 'dave', 'frank'], blocks: 3 });
    expect(taken()).toBe(17);
    expect(asked).toEqual(['charlie 0x15', 'dave 0x15', 'frank 0x15']);
  });

  it('does not wait for blocks that have been made', async () => {
    const { stage, taken } = stageOn({}, () => 9);
    await checkBehind(
      stage,
      { struck: new Map([['charlie', 7]]) },
      { nodes: ['charlie'], blocks: 2 },
    );
    expect(taken()).toBe(10);
  });

  it('fails when a node has it', async () => {
    const { stage } = stageOn({ dave: undefined, frank: 15 }, () => 9);
    await expect(
      checkBehind(stage, { struck }, { nodes: ['dave', 'frank'], blocks: 2 }),
    ).rejects.toThrow(
      '"frank" was to be behind since #14, and it has #15 0x15: nothing keeps it back',
    );
  });

  it('fails for a node that was left alone', async () => {
    const { stage } = stageOn({}, () => 9);
    await expect(
      checkBehind(stage, { struck: new Map() }, { nodes: ['frank'], blocks: 2 }),
    ).rejects.toThrow('there is no struck node "frank" yet');
  });
});

describe('check-stalled', () => {
  it('lets blocks pass that are not made yet', async () => {
    const { stage, taken } = stageOn({}, () => 9);
    await checkStalled(stage, { blocks: 4 });
    expect(taken()).toBe(18);
  });

  it('fails when one becomes final, however late', async () => {
    const { stage } = stageOn({}, (taken) => (taken < 18 ? 9 : 10));
    await expect(checkStalled(stage, { blocks: 4 })).rejects.toThrow(
      'no block after #9 was to become final within 4 blocks, and #10 has',
    );
  });
});

describe('check-absent', () => {
  const chronicle = createChronicle();
  const reveal = (at: number, request: bigint, worker: string) =>
    chronicle.add(
      [
        {
          block: block(at),
          index: 0,
          extrinsicIndex: 0,
          event: { type: 'inference.ResultRevealed', request, worker } as unknown as ChainEvent,
        },
      ],
      { block: block(at), claims: [] } as Pick<ChainState, 'block' | 'claims'>,
    );
  reveal(3, 1n, 'ada');
  reveal(6, 1n, 'ben');
  reveal(7, 2n, 'ada');
  const accounts = {
    account: (name: string) => ({ address: name }),
  } as unknown as AccountDirectory;
  const happened = {
    ...nothingYet(),
    begun: 5,
    asked: new Map([
      ['three', { id: 1n } as Asked],
      ['four', { id: 2n } as Asked],
      ['forked', { id: undefined } as Asked],
    ]),
  };
  const event = 'inference.ResultRevealed';

  it.each([
    { event: 'inference.Settled' },
    { event, request: 'four', worker: 'ben' },
    { event, request: 'forked' },
    // Before the steps began.
    { event, request: 'three', worker: 'ada' },
  ])('holds for %j', (filter) => {
    expect(() => checkAbsent({ chronicle, accounts }, happened, filter)).not.toThrow();
  });

  it.each([
    [{ event }, `${event} was not to occur yet, and it has`],
    [
      { event, request: 'three', worker: 'ben' },
      `${event} of ben about "three" was not to occur yet, and it has`,
    ],
    [{ event, request: 'five' }, 'there is no request "five" yet'],
  ])('fails for %j', (filter, message) => {
    expect(() => checkAbsent({ chronicle, accounts }, happened, filter)).toThrow(message);
  });
});
