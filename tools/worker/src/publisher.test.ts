import { Keyring } from '@polkadot/keyring';
import { createReferee } from '@veritrace/referee';
import {
  type ContentStore,
  createContentStore,
  createMemoryBackend,
  type Request,
  tensorAddress,
} from '@veritrace/sdk';
import { describe, expect, it } from 'vitest';
import { createMemoryJournal } from './journal.ts';
import { createPublisher } from './publisher.ts';
import { createFakeChain, type FakeChain } from './testing/fake-chain.ts';
import { quiet } from './testing/quiet-logger.ts';
import { toyInput, toyModel } from './testing/toy-model.ts';
import type { PublisherConfig, PublisherEvent } from './types.ts';

const referee = createReferee();
const model = toyModel(referee);
const keyring = new Keyring({ type: 'sr25519' });
const user = keyring.addFromUri('//User');
const stash = keyring.addFromUri('//Stash').address;
const [spec] = model.loaded.header.inputs;
if (spec === undefined) throw new Error('a model without input');
const input = toyInput(1);

const storeWith = async (...inputs: Uint8Array[]): Promise<ContentStore> => {
  const store = createContentStore({ backends: [createMemoryBackend()], referee });
  for (const each of inputs) await store.put(tensorAddress(referee, spec, each, 1), each);
  return store;
};

const start = async (
  chain: FakeChain,
  store: ContentStore,
  config: Partial<PublisherConfig> = {},
) => {
  const events: PublisherEvent[] = [];
  const publisher = createPublisher(
    { account: user, ...config },
    { chain, referee, journal: createMemoryJournal(), logger: quiet, store },
  );
  publisher.on((event) => events.push(event));
  await publisher.start();
  const build = async (blocks: number) => {
    for (let built = 0; built < blocks; built += 1) {
      const { number } = chain.build();
      await publisher.settled({ best: number, finalized: number });
    }
  };
  return { publisher, events, build };
};

/** A request that waits for its input until block 10. */
const awaiting = (chain: FakeChain, options: Partial<Request> = {}) =>
  chain.ask(model, [stash], input, {
    user: user.address,
    visibility: 'Private',
    status: 'AwaitingInput',
    due: 10,
    ...options,
  });

const published = (chain: FakeChain) =>
  chain.included().map(({ action, error }) => error ?? action.type);

describe('a publisher', () => {
  it('publishes what is demanded of its user, once', async () => {
    const chain = createFakeChain(referee, {});
    const { publisher, build } = await start(chain, await storeWith(input));
    const request = awaiting(chain);
    await build(4);
    expect(published(chain)).toEqual(['publish-input']);
    expect(chain.state().requests.get(request)).toMatchObject({
      status: 'Assigned',
      visibility: 'Public',
    });
    await publisher.stop();
  });

  it('publishes nothing that nobody demands', async () => {
    const chain = createFakeChain(referee, {});
    const { publisher, build } = await start(chain, await storeWith(input));
    awaiting(chain, { status: 'Assigned' });
    await build(4);
    expect(published(chain)).toEqual([]);
    await publisher.stop();
  });

  it('leaves others to theirs unless told otherwise', async () => {
    for (const forAll of [false, true]) {
      const chain = createFakeChain(referee, {});
      const { publisher, build } = await start(chain, await storeWith(input), { forAll });
      awaiting(chain, { user: stash });
      await build(4);
      expect(published(chain)).toEqual(forAll ? ['publish-input'] : []);
      await publisher.stop();
    }
  });

  it('says what it has not, and looks again at every head', async () => {
    const chain = createFakeChain(referee, {});
    const store = await storeWith();
    const { publisher, events, build } = await start(chain, store);
    const request = awaiting(chain);
    await build(2);
    expect(events).toEqual([
      { type: 'missing', request, index: 0 },
      { type: 'missing', request, index: 0 },
    ]);
    await store.put(tensorAddress(referee, spec, input, 1), input);
    await build(2);
    expect(published(chain)).toEqual(['publish-input']);
    await publisher.stop();
  });

  it('sends nothing that would come too late', async () => {
    const chain = createFakeChain(referee, {});
    const { publisher, build } = await start(chain, await storeWith(input));
    awaiting(chain, { due: 2 });
    await build(3);
    expect(published(chain)).toEqual([]);
    await publisher.stop();
  });
});
