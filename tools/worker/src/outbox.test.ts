import { Keyring } from '@polkadot/keyring';
import { createReferee } from '@veritrace/referee';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryJournal, type Journal } from './journal.ts';
import { createOutbox } from './outbox.ts';
import { createFakeChain, type FakeChain } from './testing/fake-chain.ts';
import { quiet } from './testing/quiet-logger.ts';

const referee = createReferee();
const account = new Keyring({ type: 'sr25519' }).addFromUri('//Operator');
/** Prices from here on are set by someone else with the same key. */
const FOREIGN = 1_000_000n;

const outboxOn = (chain: FakeChain, journal: Journal, limit: number) =>
  createOutbox({ chain, journal, account, logger: quiet, emit: () => undefined, limit });

/** A daemon that wants each of some prices set once, whatever happens. */
const daemonOn = (chain: FakeChain, limit: number) => {
  let journal = createMemoryJournal();
  let outbox = outboxOn(chain, journal, limit);
  const wishes = new Map<bigint, number>();
  const isSet = (price: bigint) =>
    chain
      .included()
      .some(({ action }) => action.type === 'set-min-price' && action.minPrice === price);
  return {
    wish: (price: bigint) => wishes.set(price, chain.head('best').number),
    restart: () => {
      journal = createMemoryJournal(journal.entries());
      outbox = outboxOn(chain, journal, limit);
    },
    step: async () => {
      await outbox.poll(chain.head('best'), chain.head('finalized'));
      for (const [price, anchor] of wishes) {
        if (isSet(price) || !outbox.isFree()) continue;
        if (outbox.isDone('price', String(price))) continue;
        await outbox.send(
          'price',
          String(price),
          { type: 'set-min-price', minPrice: price },
          anchor,
        );
      }
    },
    isSettled: () => [...wishes.keys()].every(isSet),
  };
};

const foreign = async (chain: FakeChain, price: bigint, replaces: boolean) => {
  const signed = await chain.sign(account, { type: 'set-min-price', minPrice: FOREIGN + price });
  const nonce = chain.state().nonces[account.address] ?? 0;
  // With a higher tip it takes the place of what waits.
  if (replaces) chain.pool.unshift({ ...signed, nonce });
  else chain.pool.push(signed);
};

const prices = (chain: FakeChain) =>
  chain
    .included()
    .flatMap(({ action }) => (action.type === 'set-min-price' ? [action.minPrice] : []))
    .filter((price) => price < FOREIGN);

describe('an outbox', () => {
  it('has as many on their way as it may, in one block', async () => {
    const chain = createFakeChain(referee, {});
    const daemon = daemonOn(chain, 3);
    for (const price of [1n, 2n, 3n, 4n]) daemon.wish(price);
    await daemon.step();
    chain.build();
    expect(prices(chain)).toEqual([1n, 2n, 3n]);
    await daemon.step();
    chain.build();
    expect(prices(chain)).toEqual([1n, 2n, 3n, 4n]);
  });

  it('signs with the next nonce even when the pool has lost what waits', async () => {
    const chain = createFakeChain(referee, {});
    const daemon = daemonOn(chain, 8);
    daemon.wish(1n);
    await daemon.step();
    const [lost] = chain.pool;
    chain.pool = [];
    daemon.wish(2n);
    await daemon.step();
    expect(chain.pool.map(({ nonce }) => nonce)).toEqual([(lost?.nonce ?? 0) + 1]);
    for (let block = 0; block < 12; block += 1) {
      chain.build();
      await daemon.step();
    }
    expect(prices(chain)).toEqual([1n, 2n]);
  });

  it('does not wait for one whose nonce another program used', async () => {
    const chain = createFakeChain(referee, {});
    const daemon = daemonOn(chain, 1);
    daemon.wish(1n);
    await daemon.step();
    await foreign(chain, 1n, true);
    chain.build();
    await daemon.step();
    chain.build();
    expect(prices(chain)).toEqual([1n]);
  });

  it('fills the gap that a fork left, with what is stuck behind it if with nothing else', async () => {
    const chain = createFakeChain(referee, {});
    chain.finalityLag = 10;
    chain.build();
    const outbox = outboxOn(chain, createMemoryJournal(), 8);
    const send = (price: bigint, anchor: number) =>
      outbox.send('price', String(price), { type: 'set-min-price', minPrice: price }, anchor);
    const early = chain.head('best').number;
    chain.build();
    await send(1n, early + 1);
    await send(2n, early);
    chain.reorganise(1);
    await outbox.poll(chain.head('best'), chain.head('finalized'));
    chain.build();
    // The first can be in no block any more, and nobody wants it again.
    expect(prices(chain)).toEqual([]);
    expect(outbox.isDone('price', '2')).toBe(false);
    await send(2n, early);
    expect(outbox.isDone('price', '2')).toBe(true);
    chain.build();
    expect(prices(chain)).toContain(2n);
  });

  type Command =
    | { type: 'wish' | 'build' | 'step' | 'restart' | 'lose-pool' | 'lose-next' }
    | { type: 'fork'; depth: number; isForgotten: boolean }
    | { type: 'foreign'; replaces: boolean };

  const calm = fc.constantFrom<Command>(
    { type: 'wish' },
    { type: 'wish' },
    { type: 'build' },
    { type: 'step' },
    { type: 'step' },
    { type: 'restart' },
    { type: 'lose-pool' },
    { type: 'lose-next' },
  );
  const wild = fc.oneof(
    { weight: 4, arbitrary: calm },
    {
      weight: 1,
      arbitrary: fc.record({
        type: fc.constant('fork' as const),
        depth: fc.integer({ min: 1, max: 3 }),
        isForgotten: fc.boolean(),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ type: fc.constant('foreign' as const), replaces: fc.boolean() }),
    },
  );

  const forgotten: Command[] = [
    { type: 'build' },
    { type: 'wish' },
    { type: 'step' },
    { type: 'lose-next' },
    { type: 'foreign', replaces: true },
    { type: 'fork', depth: 1, isForgotten: true },
  ];

  const play = async (commands: readonly Command[], limit: number) => {
    const chain = createFakeChain(referee, {});
    chain.finalityLag = 3;
    const daemon = daemonOn(chain, limit);
    let price = 0n;
    for (const command of commands) {
      switch (command.type) {
        case 'wish':
          price += 1n;
          daemon.wish(price);
          break;
        case 'build':
          chain.build();
          break;
        case 'step':
          await daemon.step();
          break;
        case 'restart':
          daemon.restart();
          break;
        case 'lose-pool':
          chain.pool = [];
          break;
        case 'lose-next': {
          let isFirst = true;
          chain.onBroadcast = () => {
            if (!isFirst) return;
            isFirst = false;
            throw new Error('no connection');
          };
          break;
        }
        case 'fork':
          if (chain.head('best').number - command.depth >= chain.head('finalized').number) {
            chain.reorganise(command.depth, command.isForgotten);
          }
          break;
        case 'foreign':
          price += 1n;
          await foreign(chain, price, command.replaces);
          break;
      }
    }
    for (let block = 0; block < 60 && !daemon.isSettled(); block += 1) {
      await daemon.step();
      chain.build();
    }
    return { chain, daemon };
  };

  it('loses nothing whatever happens', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(wild, { maxLength: 60 }),
        fc.integer({ min: 1, max: 8 }),
        async (commands, limit) => {
          const { chain, daemon } = await play(commands, limit);
          expect(daemon.isSettled()).toBe(true);
          const hashes = chain.included().map(({ signed }) => signed.hash);
          expect(new Set(hashes).size).toBe(hashes.length);
        },
      ),
      {
        numRuns: 400,
        // The node had forgotten the block that a transaction builds on.
        examples: [
          [[...forgotten.slice(0, 3), ...forgotten.slice(5)], 1],
          [forgotten, 1],
        ],
      },
    );
  });

  it('doubles nothing while there are no forks and the key is its own', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(calm, { maxLength: 60 }),
        fc.integer({ min: 1, max: 8 }),
        async (commands, limit) => {
          const { chain } = await play(commands, limit);
          const done = prices(chain);
          expect(new Set(done).size).toBe(done.length);
        },
      ),
      { numRuns: 400 },
    );
  });
});
