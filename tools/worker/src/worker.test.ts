import { Keyring } from '@polkadot/keyring';
import { createReferee } from '@veritrace/referee';
import {
  type Address,
  type ContentStore,
  createContentStore,
  createMemoryBackend,
  type StoreBackend,
  tensorAddress,
} from '@veritrace/sdk';
import { describe, expect, it } from 'vitest';
import { toHex } from './digest.ts';
import { createMemoryJournal, type Entry, type Journal } from './journal.ts';
import { createFakeChain, type FakeChain } from './testing/fake-chain.ts';
import { quiet } from './testing/quiet-logger.ts';
import { toyInput, toyModel } from './testing/toy-model.ts';
import { plainTracer, type Tracer } from './tracer.ts';
import type { Engine, Worker, WorkerBehaviour, WorkerConfig, WorkerEvent } from './types.ts';
import { createWorker } from './worker.ts';

const referee = createReferee();
const model = toyModel(referee);
const keyring = new Keyring({ type: 'sr25519' });
const operator = keyring.addFromUri('//Operator');
const stash = keyring.addFromUri('//Stash').address;
const otherOperator = keyring.addFromUri('//OtherOperator');
const otherStash = keyring.addFromUri('//OtherStash').address;
const operators = { [operator.address]: stash, [otherOperator.address]: otherStash };

const exact = async (): Promise<Engine> => ({
  run: async (inputs) => model.loaded.evaluate(inputs),
  dispose: async () => undefined,
});

/** An engine whose requantisation is wrong by one, everywhere. */
const inexact = async (): Promise<Engine> => ({
  run: async (inputs) => {
    const outputs = model.loaded.evaluate(inputs);
    return outputs.map((output, node) => (node === 1 ? output.map((byte) => byte ^ 1) : output));
  },
  dispose: async () => undefined,
});

const start = async (
  chain: FakeChain,
  {
    account = operator,
    journal = createMemoryJournal(),
    behaviour = {},
    store,
    createEngine = exact,
    tracer,
    ...config
  }: Partial<WorkerConfig> & {
    account?: typeof operator;
    journal?: Journal;
    behaviour?: WorkerBehaviour;
    store?: ContentStore;
    createEngine?: () => Promise<Engine>;
    tracer?: Tracer;
  } = {},
) => {
  const events: WorkerEvent[] = [];
  const worker = createWorker(
    {
      operator: account,
      models: [model],
      engine: { executionProvider: 'cpu', threads: 1 },
      verifySampleTiles: 4,
      ...config,
    },
    {
      chain,
      referee,
      journal,
      logger: quiet,
      createEngine,
      behaviour,
      ...(store === undefined ? {} : { store }),
      ...(tracer === undefined ? {} : { tracer }),
    },
  );
  worker.on((event) => events.push(event));
  await worker.start();
  return { worker, events, journal };
};

const settled = (chain: FakeChain, ...workers: Worker[]) =>
  Promise.all(
    workers.map((worker) =>
      worker.settled({
        best: chain.head('best').number,
        finalized: chain.head('finalized').number,
      }),
    ),
  );

/** Blocks until a condition holds; fails when it never does. */
const buildUntil = async (chain: FakeChain, workers: Worker[], isDone: () => boolean) => {
  for (let blocks = 0; blocks < 30; blocks += 1) {
    await settled(chain, ...workers);
    if (isDone()) return;
    chain.build();
  }
  throw new Error('not within 30 blocks');
};

const outcomes = (chain: FakeChain) =>
  chain.included().map(({ action, error }) => (error === undefined ? action.type : error));

const traceRootOf = (input: Uint8Array) =>
  toHex(referee.traceRoot(model.loaded.trace(model.loaded.evaluate([input]))));

const claimOf = (chain: FakeChain, request: bigint, worker: Address) =>
  chain.state().claims.get(`${request} ${worker}`);

describe('a worker asked alone', () => {
  it('submits the true result in the block after its assignment', async () => {
    const chain = createFakeChain(referee, operators);
    const { worker, events } = await start(chain);
    const request = chain.ask(model, [stash], toyInput(1));
    chain.build();
    await settled(chain, worker);
    chain.build();
    expect(claimOf(chain, request, stash)?.traceRoot).toBe(traceRootOf(toyInput(1)));
    await settled(chain, worker);
    expect(events.map(({ type }) => type)).toEqual(['computed', 'sent', 'included']);
    await worker.stop();
  });

  it('sends nothing more once the result is in', async () => {
    const chain = createFakeChain(referee, operators);
    const { worker } = await start(chain);
    chain.ask(model, [stash], toyInput(1));
    for (let blocks = 0; blocks < 8; blocks += 1) {
      chain.build();
      await settled(chain, worker);
    }
    expect(outcomes(chain)).toEqual(['submit']);
    await worker.stop();
  });

  it('answers the most urgent of several requests first', async () => {
    const chain = createFakeChain(referee, operators);
    const { worker } = await start(chain);
    for (const due of [35, 30, 12]) chain.ask(model, [stash], toyInput(due), { due });
    await buildUntil(chain, [worker], () => chain.state().claims.size === 3);
    const order = chain
      .included()
      .flatMap(({ action }) => (action.type === 'submit' ? [action.request] : []));
    expect(order).toEqual([2n, 1n, 0n]);
    await worker.stop();
  });

  it('answers several requests of one block in the next', async () => {
    const chain = createFakeChain(referee, operators);
    const { worker } = await start(chain);
    const asked = [1, 2, 3, 4].map((input) => chain.ask(model, [stash], toyInput(input)));
    chain.build();
    await settled(chain, worker);
    const { number } = chain.build();
    expect(asked.map((request) => claimOf(chain, request, stash)?.at)).toEqual(
      asked.map(() => number),
    );
    await worker.stop();
  });

  it('computes the next request while the outputs of the last are committed to', async () => {
    const chain = createFakeChain(referee, operators);
    let runs = 0;
    let begin: () => void = () => undefined;
    const second = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const createEngine = async (): Promise<Engine> => ({
      ...(await exact()),
      run: async (inputs) => {
        runs += 1;
        if (runs === 2) begin();
        return model.loaded.evaluate(inputs);
      },
    });
    // No trace is done before the engine is asked for the second time: were they in turn, there would never be one.
    const tracer: Tracer = {
      ...plainTracer,
      trace: async (...asked) => {
        await second;
        return plainTracer.trace(...asked);
      },
    };
    const { worker } = await start(chain, { createEngine, tracer });
    for (const input of [1, 2]) chain.ask(model, [stash], toyInput(input));
    await buildUntil(chain, [worker], () => chain.state().claims.size === 2);
    for (const [request, input] of [
      [0n, 1],
      [1n, 2],
    ] as const) {
      expect(claimOf(chain, request, stash)?.traceRoot).toBe(traceRootOf(toyInput(input)));
    }
    await worker.stop();
  });

  it('tries again at the next head when outputs could not be committed to', async () => {
    const chain = createFakeChain(referee, operators);
    let asked = 0;
    const tracer: Tracer = {
      ...plainTracer,
      trace: async (...of) => {
        asked += 1;
        if (asked === 1) throw new Error('no thread');
        return plainTracer.trace(...of);
      },
    };
    const { worker, events } = await start(chain, { tracer });
    const request = chain.ask(model, [stash], toyInput(1));
    await buildUntil(chain, [worker], () => chain.state().claims.size === 1);
    expect(claimOf(chain, request, stash)?.traceRoot).toBe(traceRootOf(toyInput(1)));
    expect(events).toContainEqual({ type: 'trouble', error: 'Error: no thread' });
    await worker.stop();
  });

  it('withholds when the inputs have not the roots of the request', async () => {
    const chain = createFakeChain(referee, operators);
    const { worker, events } = await start(chain);
    chain.ask(model, [stash], toyInput(1), { inputRoots: ['0x00'] });
    for (let blocks = 0; blocks < 4; blocks += 1) {
      chain.build();
      await settled(chain, worker);
    }
    expect(outcomes(chain)).toEqual([]);
    expect(events).toEqual([
      {
        type: 'withheld',
        request: 0n,
        reason: 'the inputs do not have the roots of the request',
      },
    ]);
    await worker.stop();
  });

  it('withholds what the referee disagrees with', async () => {
    const chain = createFakeChain(referee, operators);
    const { worker, events } = await start(chain, {
      createEngine: inexact,
      verifySampleTiles: 40,
    });
    chain.ask(model, [stash], toyInput(1));
    chain.build();
    await settled(chain, worker);
    chain.build();
    await settled(chain, worker);
    expect(outcomes(chain)).toEqual([]);
    expect(events.map(({ type }) => type)).toEqual(['withheld']);
    await worker.stop();
  });

  it('sends nothing that could only come too late', async () => {
    const chain = createFakeChain(referee, operators);
    const { worker } = await start(chain);
    chain.ask(model, [stash], toyInput(1), { due: 2 });
    chain.build();
    await settled(chain, worker);
    chain.build();
    expect(outcomes(chain)).toEqual([]);
    await worker.stop();
  });

  it('tells the chain its least price once', async () => {
    const chain = createFakeChain(referee, operators);
    const { worker } = await start(chain, { minPrice: 7n });
    await buildUntil(chain, [worker], () => chain.head('best').number === 5);
    expect(outcomes(chain)).toEqual(['set-min-price']);
    expect(chain.state().minPrices[stash]).toBe(7n);
    await worker.stop();
  });

  it.each([
    ['took its result back', false],
    ['that its node has forgotten took its result back', true],
  ])('sends the same bytes again after a fork %s', async (_, isForgotten) => {
    const chain = createFakeChain(referee, operators);
    chain.finalityLag = 4;
    const { worker } = await start(chain);
    const request = chain.ask(model, [stash], toyInput(1));
    chain.build();
    await settled(chain, worker);
    chain.build();
    await settled(chain, worker);
    const [first] = chain.included();
    expect(claimOf(chain, request, stash)).toBeDefined();
    chain.reorganise(1, isForgotten);
    expect(claimOf(chain, request, stash)).toBeUndefined();
    await buildUntil(chain, [worker], () => claimOf(chain, request, stash) !== undefined);
    expect(chain.included().map(({ signed }) => signed.hash)).toEqual([first?.signed.hash]);
    await worker.stop();
  });

  it('does not answer another request by what it sent before a fork gave its number away', async () => {
    const chain = createFakeChain(referee, operators);
    chain.finalityLag = 1_000;
    const { worker } = await start(chain);
    for (let block = 0; block < 3; block += 1) chain.build();
    const request = chain.ask(model, [stash], toyInput(3));
    chain.build();
    await settled(chain, worker);
    const [first] = chain.pool;
    const asked = chain.state().requests.get(request);
    const [spec] = model.loaded.header.inputs;
    if (first === undefined || asked === undefined || spec === undefined) {
      throw new Error('nothing was asked, or nothing sent');
    }
    chain.edit(({ requests, inputs }) => {
      requests.set(request, {
        ...structuredClone(asked),
        inputRoots: [
          toHex(referee.tensorRoot(spec, toyInput(8), model.loaded.header.layoutVersion)),
        ],
      });
      inputs.set(request, [toyInput(8)]);
    });
    // The block of the request and the one before: a request is in an earlier block than the draw of its worker.
    chain.reorganise(2);
    await buildUntil(chain, [worker], () => claimOf(chain, request, stash) !== undefined);
    expect(claimOf(chain, request, stash)?.traceRoot).toBe(traceRootOf(toyInput(8)));
    expect(chain.included().map(({ signed }) => signed.hash)).not.toContain(first.hash);
    await worker.stop();
  });

  it('goes on after a node that could not be reached', async () => {
    const chain = createFakeChain(referee, operators);
    const { worker } = await start(chain);
    let isDown = true;
    chain.onBroadcast = () => {
      if (isDown) throw new Error('no connection');
    };
    const request = chain.ask(model, [stash], toyInput(1), { due: 40 });
    chain.build();
    await settled(chain, worker);
    isDown = false;
    await buildUntil(chain, [worker], () => claimOf(chain, request, stash) !== undefined);
    expect(outcomes(chain)).toEqual(['submit']);
    await worker.stop();
  });
});

describe('workers asked together', () => {
  it('commit, and reveal only when that block is final', async () => {
    const chain = createFakeChain(referee, operators);
    chain.finalityLag = 2;
    const [mine, other] = [await start(chain), await start(chain, { account: otherOperator })];
    const workers = [mine.worker, other.worker];
    const request = chain.ask(model, [stash, otherStash], toyInput(3));
    await buildUntil(chain, workers, () => chain.state().claims.size === 2);
    const revealing = chain.state().requests.get(request)?.since ?? 0;
    expect(claimOf(chain, request, stash)?.at).toBe(revealing + 3);
    expect(claimOf(chain, request, stash)?.traceRoot).toBe(
      claimOf(chain, request, otherStash)?.traceRoot,
    );
    expect(outcomes(chain)).toEqual(['commit', 'commit', 'reveal', 'reveal']);
    await Promise.all(workers.map((worker) => worker.stop()));
  });

  it('reveal in the second half of the phase however late finality is', async () => {
    const chain = createFakeChain(referee, operators);
    chain.finalityLag = 1_000;
    const { worker } = await start(chain);
    const request = chain.ask(model, [stash], toyInput(3), {
      redundancy: 2,
      status: 'Committing',
    });
    await buildUntil(chain, [worker], () => chain.state().claims.size === 1);
    const { since = 0, due = 0 } = chain.state().requests.get(request) ?? {};
    const at = claimOf(chain, request, stash)?.at ?? 0;
    expect(at).toBeGreaterThan((since + due) / 2);
    expect(at).toBeLessThan(due);
    await worker.stop();
  });

  it('reveal what they committed to after a fork on which the number meant another request', async () => {
    const chain = createFakeChain(referee, operators);
    chain.finalityLag = 1_000;
    const { worker, events } = await start(chain);
    const request = chain.ask(model, [stash], toyInput(3), {
      redundancy: 2,
      status: 'Committing',
      deadline: 20,
    });
    await buildUntil(chain, [worker], () => outcomes(chain).length === 1);
    const [committed, inputs] = [chain.state().requests.get(request), [toyInput(3)]];
    if (committed === undefined) throw new Error('the request is gone');
    const [spec] = model.loaded.header.inputs;
    if (spec === undefined) throw new Error('a model without input');
    chain.edit(({ requests, inputs: stored }) => {
      requests.set(request, {
        ...structuredClone(committed),
        inputRoots: [
          toHex(referee.tensorRoot(spec, toyInput(8), model.loaded.header.layoutVersion)),
        ],
        status: 'Committing',
        slots: committed.slots.map((slot) => ({ ...slot, state: { type: 'Assigned' } })),
      });
      stored.set(request, [toyInput(8)]);
    });
    chain.build();
    await settled(chain, worker);
    expect(events.filter(({ type }) => type === 'computed')).toHaveLength(2);
    chain.edit(({ requests, inputs: stored }) => {
      requests.set(request, structuredClone(committed));
      stored.set(request, inputs);
    });
    await buildUntil(chain, [worker], () => chain.state().claims.size === 1);
    expect(claimOf(chain, request, stash)?.traceRoot).toBe(traceRootOf(toyInput(3)));
    await worker.stop();
  });

  it('do not reveal when behaviour forbids it', async () => {
    const chain = createFakeChain(referee, operators);
    const { worker } = await start(chain, { behaviour: { mayReveal: () => false } });
    chain.ask(model, [stash], toyInput(3), { redundancy: 2, status: 'Committing' });
    await buildUntil(chain, [worker], () => chain.head('best').number === 20);
    expect(outcomes(chain)).toEqual(['commit']);
    await worker.stop();
  });

  it('publish what behaviour computed', async () => {
    const chain = createFakeChain(referee, operators);
    const lie = async () => {
      const nodeOutputs = model.loaded.evaluate([toyInput(9)]);
      return { nodeOutputs };
    };
    const { worker } = await start(chain, {
      behaviour: { computeTrace: lie, verify: async () => undefined },
    });
    const request = chain.ask(model, [stash], toyInput(3));
    await buildUntil(chain, [worker], () => chain.state().claims.size === 1);
    expect(claimOf(chain, request, stash)?.traceRoot).toBe(traceRootOf(toyInput(9)));
    await worker.stop();
  });
});

describe('a challenged worker', () => {
  const challenge = (
    chain: FakeChain,
    request: bigint,
    node: number,
    due: number,
    openingBytes = 600,
  ) =>
    chain.edit((state) => {
      for (const slot of state.requests.get(request)?.slots ?? []) slot.challenges += 1;
      state.challenges.set(`${request} ${stash} node:${node}`, {
        request,
        worker: stash,
        subject: { type: 'Node', value: node },
        challenger: otherStash,
        bond: 1n,
        digest: '0x00',
        content: { type: 'Tensor', dtype: 'U8', shape: [1] },
        state: { type: 'Awaiting', due },
        openingBytes,
        at: 1,
      });
    });

  it('opens the node with the output behind its leaf, though it was restarted', async () => {
    const chain = createFakeChain(referee, operators);
    const before = await start(chain);
    const request = chain.ask(model, [stash], toyInput(4));
    await buildUntil(chain, [before.worker], () => chain.state().claims.size === 1);
    await before.worker.stop();

    const after = await start(chain, { journal: createMemoryJournal(before.journal.entries()) });
    challenge(chain, request, 1, 20);
    await buildUntil(chain, [after.worker], () => outcomes(chain).includes('open'));
    const opened = chain.included().find(({ action }) => action.type === 'open')?.action;
    const truth = model.loaded.evaluate([toyInput(4)])[1] ?? new Uint8Array();
    expect(opened).toEqual({
      type: 'open',
      request,
      node: 1,
      opening: model.loaded.open(1, truth, 1_000_000),
    });
    const subject = { type: 'Node', value: 1 };
    expect(after.events).toContainEqual({ type: 'challenged', request, subject, answered: true });
    await after.worker.stop();
  });

  it('opens in the form of the limit that the challenge was made under', async () => {
    const chain = createFakeChain(referee, operators, { maxOpeningBytes: 1_000_000 });
    const { worker } = await start(chain);
    const request = chain.ask(model, [stash], toyInput(4));
    await buildUntil(chain, [worker], () => chain.state().claims.size === 1);
    // Made when 600 bytes in three tiles were too many: their hashes are due, though the limit is higher now.
    challenge(chain, request, 1, 20, 96);
    await buildUntil(chain, [worker], () => outcomes(chain).includes('open'));
    const opened = chain.included().find(({ action }) => action.type === 'open')?.action;
    const truth = model.loaded.evaluate([toyInput(4)])[1] ?? new Uint8Array();
    const [asTiles, asBytes] = [512, 600].map((limit) => model.loaded.open(1, truth, limit));
    expect(opened).toMatchObject({ opening: asTiles });
    expect(asTiles).not.toEqual(asBytes);
    await worker.stop();
  });

  it('ends the challenge of one who has nothing to say', async () => {
    const chain = createFakeChain(referee, operators);
    const { worker } = await start(chain);
    const request = chain.ask(model, [stash], toyInput(4));
    await buildUntil(chain, [worker], () => chain.state().claims.size === 1);
    challenge(chain, request, 0, 20);
    await buildUntil(chain, [worker], () => outcomes(chain).includes('expire-challenge'));
    expect(outcomes(chain)).toEqual(['submit', 'open', 'expire-challenge']);
    expect(chain.state().challenges.size).toBe(0);
    expect(claimOf(chain, request, stash)).toBeDefined();
    await worker.stop();
  });
});

/** Ends a daemon at a write: what follows it never happened. */
const killAt = (
  entries: Entry[],
  write: number,
  moment: 'before' | 'after',
): Journal & { isKilled: () => boolean } => {
  let writes = 0;
  let isKilled = false;
  return {
    entries: () => entries,
    append: (entry) => {
      if (isKilled) throw new Error('dead');
      writes += 1;
      if (writes === write && moment === 'before') isKilled = true;
      if (!isKilled) entries.push(structuredClone(entry));
      if (writes === write) isKilled = true;
      if (isKilled) throw new Error('killed');
    },
    compact: (kept) => {
      entries.splice(0, entries.length, ...kept);
    },
    close: () => undefined,
    isKilled: () => isKilled,
  };
};

describe('a worker that is killed', () => {
  const story = async (
    redundancy: 1 | 2,
    crash:
      | { write: number; moment: 'before' | 'after' }
      | { send: number; moment: 'lost' | 'sent' },
  ) => {
    const chain = createFakeChain(referee, operators);
    const request = chain.ask(model, [stash], toyInput(5), {
      redundancy,
      status: redundancy === 1 ? 'Assigned' : 'Committing',
      deadline: 30,
      due: 40,
    });
    chain.build();
    const entries: Entry[] = [];
    let wasHit = false;
    let sends = 0;
    const journal =
      'write' in crash ? killAt(entries, crash.write, crash.moment) : killAt(entries, 0, 'after');
    let worker: Worker | undefined;
    if ('send' in crash) {
      chain.onBroadcast = (signed) => {
        sends += 1;
        if (sends !== crash.send) return;
        wasHit = true;
        if (crash.moment === 'sent') chain.pool.push(signed);
        // The process is gone: nothing it would do next is remembered.
        journal.append = () => {
          throw new Error('dead');
        };
        throw new Error('killed while sending');
      };
    }
    try {
      ({ worker } = await start(chain, { journal }));
      for (let blocks = 0; blocks < 12 && !wasHit; blocks += 1) {
        await settled(chain, worker);
        chain.build();
      }
    } catch (error) {
      if (!String(error).includes('cannot write the journal')) throw error;
      wasHit = true;
    }
    await worker?.stop();
    wasHit ||= journal.isKilled();
    chain.onBroadcast = () => undefined;
    const next = await start(chain, { journal: createMemoryJournal(entries) });
    await buildUntil(chain, [next.worker], () => claimOf(chain, request, stash) !== undefined);
    await buildUntil(chain, [next.worker], () => chain.head('best').number >= 25);
    await next.worker.stop();
    return { chain, request, wasHit };
  };

  const expectWhole = (chain: FakeChain, request: bigint, redundancy: 1 | 2) => {
    const wanted = redundancy === 1 ? ['submit'] : ['commit', 'reveal'];
    expect(outcomes(chain)).toEqual(wanted);
    expect(claimOf(chain, request, stash)?.traceRoot).toBe(traceRootOf(toyInput(5)));
  };

  for (const redundancy of [1, 2] as const) {
    for (const moment of ['before', 'after'] as const) {
      // One prepared, then signed and closed for each transaction.
      const writes = redundancy === 1 ? 3 : 5;
      for (let write = 1; write <= writes; write += 1) {
        it(`${moment} write ${write} of a request of ${redundancy}: all is done once`, async () => {
          const { chain, request, wasHit } = await story(redundancy, { write, moment });
          expect(wasHit).toBe(true);
          expectWhole(chain, request, redundancy);
        });
      }
    }
    for (const moment of ['lost', 'sent'] as const) {
      for (let send = 1; send <= redundancy; send += 1) {
        it(`in send ${send} of a request of ${redundancy}, ${moment}: all is done once`, async () => {
          const { chain, request, wasHit } = await story(redundancy, { send, moment });
          expect(wasHit).toBe(true);
          expectWhole(chain, request, redundancy);
        });
      }
    }
  }
});

const memoryStore = (backend: StoreBackend = createMemoryBackend()): ContentStore =>
  createContentStore({ backends: [backend], referee, cacheBytes: 0 });

const [toySpec] = model.loaded.header.inputs;
if (toySpec === undefined) throw new Error('a model without input');
const put = (store: ContentStore, input: Uint8Array) =>
  store.put(tensorAddress(referee, toySpec, input, 1), input);

describe('a worker whose input is not on chain', () => {
  const input = toyInput(5);

  it('gets it from its store', async () => {
    const chain = createFakeChain(referee, operators);
    const store = memoryStore();
    await put(store, input);
    const { worker, events } = await start(chain, { store });
    const request = chain.ask(model, [stash], input, { visibility: 'Private' });
    await buildUntil(chain, [worker], () => claimOf(chain, request, stash) !== undefined);
    expect(claimOf(chain, request, stash)?.traceRoot).toBe(traceRootOf(input));
    expect(events.map(({ type }) => type)).not.toContain('unavailable');
    await worker.stop();
  });

  it('says so once when it cannot be got, late in the first half', async () => {
    const chain = createFakeChain(referee, operators);
    const { worker, events } = await start(chain);
    const request = chain.ask(model, [stash], input, { visibility: 'Private', deadline: 10 });
    await buildUntil(
      chain,
      [worker],
      () => chain.state().requests.get(request)?.status === 'AwaitingInput',
    );
    const { since } = chain.state().requests.get(request) ?? { since: 0 };
    // Drawn in block 1: heard up to block 6, said so that there are two blocks in which it is.
    expect(since).toBe(5);
    chain.build();
    await settled(chain, worker);
    expect(outcomes(chain)).toEqual(['input-unavailable']);
    expect(events.filter(({ type }) => type === 'unavailable')).toHaveLength(1);
    await worker.stop();
  });

  it.each([
    ['busy until one block is left in which it is heard', 12, ['input-unavailable']],
    ['busy until none is', 13, []],
  ] as const)('complains in the second quarter of a long phase: %s', async (_, busy, expected) => {
    const chain = createFakeChain(referee, operators);
    const request = chain.ask(model, [stash], input, {
      visibility: 'Private',
      deadline: 24,
      since: 1,
      due: 25,
    });
    for (let blocks = 0; blocks < busy; blocks += 1) chain.build();
    const { worker } = await start(chain);
    for (let blocks = 0; blocks < 4; blocks += 1) {
      chain.build();
      await settled(chain, worker);
    }
    expect(outcomes(chain)).toEqual(expected);
    expect(chain.state().requests.get(request)?.status).toBe(
      expected.length === 1 ? 'AwaitingInput' : 'Assigned',
    );
    await worker.stop();
  });

  it('does not complain in the first quarter', async () => {
    const chain = createFakeChain(referee, operators);
    chain.ask(model, [stash], input, { visibility: 'Private', deadline: 24, since: 1, due: 25 });
    const { worker } = await start(chain);
    for (let blocks = 0; blocks < 6; blocks += 1) {
      chain.build();
      await settled(chain, worker);
    }
    expect(outcomes(chain)).toEqual([]);
    await buildUntil(chain, [worker], () => outcomes(chain).length > 0);
    expect(chain.head('best').number).toBeLessThan(12);
    await worker.stop();
  });

  it('complains in time when the phase is as short as it can be', async () => {
    const chain = createFakeChain(referee, operators);
    const { worker } = await start(chain);
    const request = chain.ask(model, [stash], input, {
      visibility: 'Private',
      deadline: 2,
      since: 1,
      due: 3,
    });
    chain.build();
    await settled(chain, worker);
    chain.build();
    expect(chain.state().requests.get(request)?.status).toBe('AwaitingInput');
    await worker.stop();
  });

  it('answers without a complaint when the input turns up meanwhile', async () => {
    const chain = createFakeChain(referee, operators);
    const store = memoryStore();
    const { worker } = await start(chain, { store });
    const request = chain.ask(model, [stash], input, { visibility: 'Private', deadline: 10 });
    chain.build();
    await settled(chain, worker);
    await put(store, input);
    await buildUntil(chain, [worker], () => claimOf(chain, request, stash) !== undefined);
    expect(outcomes(chain)).toEqual(['submit']);
    await worker.stop();
  });

  it('answers when it was published', async () => {
    const chain = createFakeChain(referee, operators);
    const { worker } = await start(chain);
    const request = chain.ask(model, [stash], input, { visibility: 'Private', deadline: 10 });
    await buildUntil(
      chain,
      [worker],
      () => chain.state().requests.get(request)?.status === 'AwaitingInput',
    );
    chain.edit(({ requests }) => {
      const record = requests.get(request);
      if (record === undefined) throw new Error('it is open');
      const since = chain.head('best').number + 1;
      Object.assign(record, { status: 'Assigned', visibility: 'Public', since, due: since + 10 });
    });
    await buildUntil(chain, [worker], () => claimOf(chain, request, stash) !== undefined);
    expect(claimOf(chain, request, stash)?.traceRoot).toBe(traceRootOf(input));
    await worker.stop();
  });

  it('does not complain when only the second half is left', async () => {
    const chain = createFakeChain(referee, operators);
    chain.ask(model, [stash], input, { visibility: 'Private', deadline: 10 });
    for (let blocks = 0; blocks < 7; blocks += 1) chain.build();
    const { worker } = await start(chain);
    for (let blocks = 0; blocks < 6; blocks += 1) {
      chain.build();
      await settled(chain, worker);
    }
    expect(outcomes(chain)).toEqual([]);
    await worker.stop();
  });

  it('believes nothing that its store gives', async () => {
    const chain = createFakeChain(referee, operators);
    const lying: StoreBackend = { name: 'liar', read: async () => toyInput(6) };
    const { worker } = await start(chain, { store: memoryStore(lying) });
    const request = chain.ask(model, [stash], input, { visibility: 'Private' });
    await buildUntil(
      chain,
      [worker],
      () => chain.state().requests.get(request)?.status === 'AwaitingInput',
    );
    await worker.stop();
  });
});

describe('a worker whose output is larger than a claim', () => {
  const input = toyInput(2);
  const [node = 0] = model.loaded.header.outputs;
  const output = model.loaded.evaluate([input])[node] ?? new Uint8Array();
  const spec = model.loaded.graph.nodes[node]?.output;
  if (spec === undefined) throw new Error('a model without output');
  const address = tensorAddress(referee, spec, output, 1);
  const small = () =>
    Object.assign(createFakeChain(referee, operators), { maxOutputBytes: output.length - 1 });

  it('leaves it to its leaf, and puts it into the store once that is on chain', async () => {
    const chain = small();
    const store = memoryStore();
    const { worker, events } = await start(chain, { store });
    const request = chain.ask(model, [stash], input);
    chain.build();
    await settled(chain, worker);
    expect(await store.get(address)).toBeUndefined();
    chain.build();
    await settled(chain, worker);
    const claim = claimOf(chain, request, stash);
    expect(claim?.traceRoot).toBe(traceRootOf(input));
    // The model's other output is small.
    const evaluated = model.loaded.evaluate([input]);
    expect(claim?.outputs).toEqual([
      new Uint8Array(),
      ...model.loaded.header.outputs.slice(1).map((other) => evaluated[other]),
    ]);
    expect(await store.get(address)).toEqual(output);
    expect(events).toContainEqual({ type: 'served', request, outputs: 1 });
    await worker.stop();
  });

  it('serves it after a restart, too', async () => {
    const chain = small();
    const first = await start(chain);
    const request = chain.ask(model, [stash], input);
    await buildUntil(chain, [first.worker], () => claimOf(chain, request, stash) !== undefined);
    await first.worker.stop();
    const store = memoryStore();
    const { worker } = await start(chain, { store, journal: first.journal });
    await settled(chain, worker);
    expect(await store.get(address)).toEqual(output);
    await worker.stop();
  });

  it('goes on when its store takes nothing', async () => {
    const chain = small();
    const { worker, events } = await start(chain, {
      store: memoryStore({ name: 'reading', read: async () => undefined }),
    });
    const request = chain.ask(model, [stash], input);
    await buildUntil(chain, [worker], () => claimOf(chain, request, stash) !== undefined);
    chain.build();
    await settled(chain, worker);
    const told = events.map(({ type }) => type);
    expect(told).not.toContain('served');
    expect(told).not.toContain('trouble');
    await worker.stop();
  });
});
