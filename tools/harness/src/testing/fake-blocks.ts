/** Blocks made by hand for tests: a tree of them, each with what a test puts in. */
import type { ChainEvent, HeadRef, Hex, PlacedEvent } from '@veritrace/sdk';
import type { TakenBlock } from '../drivers/driver.ts';
import type { ChainState } from '../invariants/state.ts';

export interface FakeBlocks {
  /** A child of a block; its hash is its name. */
  child(parent: HeadRef, name: string, content?: FakeContent): HeadRef;
  taken(head: HeadRef): TakenBlock;
  header(hash: Hex): HeadRef;
  /** Makes a block unknown, as a node does with branches that were left. */
  forget(head: HeadRef): void;
}

export interface FakeContent {
  extrinsics?: Hex[];
  events?: { extrinsicIndex?: number; event: ChainEvent }[];
  state?: Partial<ChainState>;
}

export const hashOf = (name: string): Hex => `0x${name}`;

export const genesis: HeadRef = { number: 0, hash: hashOf('genesis'), parentHash: '0x' };

const emptyState = {
  issuance: 0n,
  accounts: new Map(),
  holds: new Map(),
  models: [],
  families: [],
  workers: [],
  locks: [],
  requests: [],
  complaints: [],
  inputs: [],
  claims: [],
  answers: [],
  due: [],
  openOf: new Map(),
  workOf: new Map(),
  challenges: [],
  seals: [],
  bounties: [],
  claimable: new Map(),
  totalClaimable: 0n,
  payoutsAccount: 'payouts',
  treasuryAccount: 'treasury',
  existentialDeposit: 0n,
  weight: { transactions: 0n, own: 0n, most: 1n, isNewSession: false },
  events: [],
};

export const createFakeBlocks = (): FakeBlocks => {
  const heads = new Map<Hex, HeadRef>([[genesis.hash, genesis]]);
  const contents = new Map<Hex, FakeContent>();
  const known = (hash: Hex): HeadRef => {
    const head = heads.get(hash);
    if (head === undefined) throw new Error(`the node has no block ${hash}`);
    return head;
  };
  return {
    child: (parent, name, content = {}) => {
      const head = { number: parent.number + 1, hash: hashOf(name), parentHash: parent.hash };
      heads.set(head.hash, head);
      contents.set(head.hash, content);
      return head;
    },
    header: known,
    forget: ({ hash }) => {
      heads.delete(hash);
    },
    taken: ({ hash }) => {
      const head = known(hash);
      const { extrinsics = [], events = [], state = {} } = contents.get(hash) ?? {};
      const block = { number: head.number, hash };
      return {
        content: {
          ...head,
          extrinsics,
          events: events.map(
            ({ event, extrinsicIndex }, index): PlacedEvent => ({
              block,
              index,
              extrinsicIndex,
              event,
            }),
          ),
        },
        state: { ...emptyState, ...state, block },
        timestamp: head.number * 3_000,
      };
    },
  };
};
