import { describe, expect, it } from 'vitest';
import type { ChainState } from '../network/follow.ts';
import type { RecordEvent } from '../record/record.ts';
import { recordedAnswers } from '../testing/stub-node.ts';
import { chronicleOf } from './chronicle.ts';
import type { LiveBlock } from './follow-blocks.ts';

const blocks: LiveBlock[] = recordedAnswers().blocks.map(({ told, ...block }) => ({
  ...block,
  events: told as RecordEvent[],
}));

const [alike, other] = [
  '5D7F54tMhBbxRUdftWxB116ZS4MR75x1wfwSU568xv3U4Pzp',
  '5D7F54aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa4Pzp',
];

const chain = (change: Partial<ChainState> = {}): ChainState => ({
  block: 17,
  runtime: 'veritrace 1',
  workers: [],
  openRequests: [],
  models: [],
  ...change,
});

const worker = (account: string, operator: string) => ({
  account,
  operator,
  stake: 1n,
  locked: 0n,
  minPrice: 0n,
  accusations: 0,
  unbonding: 0n,
  serves: 1,
});

describe('the chronicle of a chain that is followed', () => {
  it('tells of a request who asked, who was drawn, whose claim fell, and how it ended', () => {
    const { summary } = chronicleOf(blocks, undefined);
    expect(summary.requests).toEqual([
      expect.objectContaining({
        id: '0',
        isWhole: true,
        user: '5DSU3S…Dkq2',
        redundancy: 1,
        escrow: '1000000000000',
        state: 'refunded',
        claims: [{ worker: '5D7F54…4Pzp', struck: true }],
        blocks: { submitted: 7, soft: 9, closed: 17 },
      }),
    ]);
    expect(summary.verdicts).toEqual([expect.objectContaining({ block: 12, request: '0' })]);
  });

  it('of a request that was asked before the first kept block, does not claim to know the beginning', () => {
    const { summary } = chronicleOf(blocks.slice(9), undefined);
    expect(summary.requests).toEqual([
      expect.objectContaining({ isWhole: false, state: 'refunded', escrow: '0' }),
    ]);
  });

  it('calls an operator by its worker, and a model by its card', () => {
    const registered = blocks
      .flatMap(({ events }) => events)
      .find(({ type }) => type === 'models.ModelRegistered');
    const model = String(registered?.model);
    const told = chronicleOf(
      blocks,
      chain({
        workers: [worker(alike, '5Operator')],
        models: [{ id: model, name: 'digits-mlp' }],
      }),
    );
    expect(told.nameOf('5Operator')).toBe(told.nameOf(alike));
    expect(told.actor('5Operator')).toBeUndefined();
    expect(told.summary.requests[0]?.model).toBe('digits-mlp');
    expect(told.summary.actors[0]).toEqual({ name: '5D7F54…4Pzp', role: 'worker', address: alike });
  });

  it('tells two addresses apart that are shortened to the same, and two models of one name', () => {
    const told = chronicleOf(
      [],
      chain({
        workers: [worker(alike, '5One'), worker(other, '5Two')],
        models: [
          { id: '0x1111111111111111', name: 'digits' },
          { id: '0x2222222222222222', name: 'digits' },
          { id: '0x3333333333333333', name: undefined },
        ],
      }),
    );
    expect(told.nameOf(alike)).toBe(alike);
    expect(told.nameOf(other)).toBe(other);
    expect(told.models.map(({ name }) => name)).toEqual([
      'digits (0x1111…1111)',
      'digits (0x2222…2222)',
      '0x3333…3333',
    ]);
  });
});
