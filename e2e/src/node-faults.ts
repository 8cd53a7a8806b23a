/** What nodes go through, seen from the chain itself: finality that stalls and goes on, a node that comes late. */
import type { RunningNetwork } from '@veritrace/harness';
import { connect, type HeadRef, type VeritraceClient } from '@veritrace/sdk';
import { describe, expect, it } from 'vitest';

/** Best blocks in which what is awaited must come. */
const PATIENCE = 60;

const withClient = async <T>(
  ws: string,
  use: (client: VeritraceClient) => Promise<T>,
): Promise<T> => {
  const client = await connect(ws);
  try {
    return await use(client);
  } finally {
    await client.disconnect();
  }
};

/** So many best blocks more. */
const blocksMore = (client: VeritraceClient, count: number, what: string): Promise<HeadRef> => {
  const from = client.heads.current('best').number;
  return client.heads.waitFor<HeadRef>({
    what,
    blocks: count + PATIENCE,
    look: (head) =>
      head.number >= from + count ? { found: head } : { seen: `best block ${head.number}` },
  });
};

/** Until the block that is best now, or a later one, is final. */
const finalBeyond = (client: VeritraceClient, number: number, what: string): Promise<HeadRef> =>
  client.heads.waitFor<HeadRef>({
    what,
    blocks: PATIENCE,
    finality: 'finalized',
    look: (head) =>
      head.number >= number ? { found: head } : { seen: `finalized block ${head.number}` },
  });

/** Every header of the final chain between two heights must be the same on both nodes, state root and all. */
const expectSameChain = async (
  one: VeritraceClient,
  other: VeritraceClient,
  from: number,
  to: number,
): Promise<void> => {
  for (let number = from; number <= to; number += 1) {
    const [here, there] = await Promise.all(
      [one, other].map(async ({ api }) => {
        const hash = await api.rpc.chain.getBlockHash(number);
        const header = await api.rpc.chain.getHeader(hash);
        return { hash: hash.toHex(), stateRoot: header.stateRoot.toHex() };
      }),
    );
    expect(there, `block ${number}`).toEqual(here);
  }
};

export const nodeFaults = (shared: () => RunningNetwork): void => {
  describe('nodes', () => {
    it('three of four validators finalise; the fourth catches up', async () => {
      const network = shared();
      await withClient(network.node('alice').ws, async (alice) => {
        await network.pause('dave');
        try {
          const { number } = await blocksMore(alice, 3, 'blocks without dave');
          await finalBeyond(alice, number, 'finality without dave');
        } finally {
          await network.resume('dave');
        }
        const { number } = alice.heads.current('best');
        await withClient(network.node('dave').ws, async (dave) => {
          await finalBeyond(dave, number, 'dave to catch up');
        });
      });
    });

    it('with two of four paused nothing becomes final, and everything does when they are back', async () => {
      const network = shared();
      await withClient(network.node('alice').ws, async (alice) => {
        await network.pause('charlie');
        await network.pause('dave');
        try {
          // Votes that were on their way count still; after two blocks there are none.
          await blocksMore(alice, 2, 'blocks with two validators');
          const { number: stalled } = alice.heads.current('finalized');
          const { number: best } = await blocksMore(alice, 4, 'more blocks with two validators');
          expect(alice.heads.current('finalized').number).toBe(stalled);
          expect(best).toBeGreaterThan(stalled + 4);
        } finally {
          await network.resume('charlie');
          await network.resume('dave');
        }
        await finalBeyond(
          alice,
          alice.heads.current('best').number,
          'finality with all four again',
        );
      });
    });

    it('a validator that lost power comes back with its data and agrees with the others', async () => {
      const network = shared();
      await withClient(network.node('alice').ws, async (alice) => {
        const from = alice.heads.current('finalized').number;
        await network.kill('bob');
        await blocksMore(alice, 3, 'blocks without bob');
        await network.start('bob');
        const { number } = alice.heads.current('best');
        await withClient(network.node('bob').ws, async (bob) => {
          await finalBeyond(bob, number, 'bob to catch up');
          await expectSameChain(alice, bob, Math.max(1, from - 5), number);
        });
      });
    });
  });
};

/** A node that was not there from the start. */
export const lateJoiner = (shared: () => RunningNetwork, name: string): void => {
  describe('a node that joins late', () => {
    it('agrees on every block and every state root', async () => {
      const network = shared();
      await withClient(network.node('alice').ws, async (alice) => {
        await blocksMore(alice, 10, 'a chain to catch up with');
        const { number } = alice.heads.current('best');
        await network.start(name);
        await withClient(network.node(name).ws, async (late) => {
          await finalBeyond(late, number, `${name} to catch up`);
          await expectSameChain(alice, late, 0, number);
        });
      });
    });
  });
};
