/**
 * The client and the worker on the runtime that ships, under the embedded chain.
 *
 * 1. An author registers a model; its graph goes live.
 * 2. A worker bonds, serves it, and runs as a daemon with a journal on disk.
 * 3. A user asks and gets a soft answer, then a final one.
 * 4. He asks by root, and the input is got from a store, published, or not to be had.
 * 5. What the chain refuses, or never does, is an error that says so.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Keyring } from '@polkadot/keyring';
import { createExactSession } from '@veritrace/compiler';
import { createEmbeddedDriver, endEmbedded, type Network } from '@veritrace/harness';
import { createReferee } from '@veritrace/referee';
import {
  awaitSettlement,
  createContentStore,
  createMemoryBackend,
  DeadlineError,
  getBalance,
  getCard,
  getFamily,
  getModel,
  getQuote,
  getRequest,
  getRequestLife,
  type Inference,
  InferenceFailed,
  infer,
  type ModelId,
  registerModel,
  registerWorker,
  serveModel,
  settleRequest,
  VeritraceError,
  watchEvents,
} from '@veritrace/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chainOf } from './client-chain.ts';
import { openJournal } from './journal.ts';
import { loadModel } from './load-model.ts';
import { quiet } from './testing/quiet-logger.ts';
import type { LoadedModel, Worker } from './types.ts';
import { createWorker } from './worker.ts';

const UNIT = 10n ** 12n;
const DIR = fileURLToPath(
  new URL('../../../scenarios/models/digits-mlp/compiled', import.meta.url),
);
const keyring = new Keyring({ type: 'sr25519' });
const pairOf = (name: string) => keyring.addFromUri(`//embedded-test-${name}`);
const author = pairOf('author');
const stash = pairOf('stash');
const operator = pairOf('operator');
const user = pairOf('user');

const referee = createReferee();
let folder: string;
let network: Network;
let worker: Worker | undefined;
let model: ModelId;
let loaded: LoadedModel;
/** Where the worker gets inputs that are not on chain. */
const common = createContentStore({ backends: [createMemoryBackend()], referee });

const nextBlock = async (): Promise<number> => {
  const { taken } = await network.advance(network.client.heads.current('best'));
  return taken.content.number;
};

/** Makes blocks until the promise is done; the daemon has acted on each before the next. */
const advance = async <T>(promise: Promise<T>): Promise<T> => {
  let isDone = false;
  const watched = promise.finally(() => {
    isDone = true;
  });
  watched.catch(() => undefined);
  // A transaction is signed and sent within a turn of the event loop or a few: blocks made meanwhile are harmless.
  for (let blocks = 0; !isDone && blocks < 200; blocks += 1) {
    const number = await nextBlock();
    await worker?.settled({ best: number, finalized: number });
  }
  return watched;
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'embedded-'));
  network = await createEmbeddedDriver().start({
    preset: 'development',
    patch: {},
    balances: new Map(
      [author, stash, operator, user].map(({ address }) => [address, 1_000n * UNIT]),
    ),
  });
  loaded = await loadModel(DIR, referee);
}, 60_000);

afterAll(async () => {
  await worker?.stop();
  await network?.stop();
  await endEmbedded();
  rmSync(folder, { recursive: true });
});

const card = { name: 'digits', licence: 'CC-BY-4.0' };
const head = () => network.client.heads.current('best');
const input = () => Uint8Array.from({ length: 64 }, (_, index) => (index * 7) % 17);

describe('on the embedded chain', () => {
  it('a compiled model goes live with the root that the referee computes', async () => {
    const { client } = network;
    const registered = await advance(
      registerModel(client, author, DIR, { price: UNIT, royalty: 100_000, card }),
    );
    model = registered.model;
    const record = await getModel(client, model, head().hash);
    expect(record?.status).toEqual({ type: 'Live' });
    expect(record?.graphRoot).toBe(loaded.graphRoot);
    expect(record?.author).toBe(client.address(author));
    expect(await getCard(client, model, head().hash)).toMatchObject({ ...card, task: '' });
    expect([registered.family, registered.version]).toEqual([model, 1]);
    expect(await getFamily(client, model, head().hash)).toMatchObject({
      owner: client.address(author),
      heir: undefined,
      latest: model,
      deposit: registered.deposit,
    });
    expect((await getQuote(client, model, 1))?.total).toBe(UNIT);
    expect(await getQuote(client, model, 200)).toBeUndefined();
  }, 60_000);

  it('a second registration is refused with the reason and the remedy', async () => {
    const options = { price: UNIT, royalty: 100_000, card };
    const again = registerModel(network.client, author, DIR, options);
    const error = await advance(again).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(VeritraceError);
    expect(error).toMatchObject({
      pallet: 'models',
      error: 'AlreadyRegistered',
      call: 'models.registerModel',
      remedy: expect.stringMatching(/./),
    });
  }, 60_000);

  it('a request that no worker serves is refunded, and says so', async () => {
    const error = await advance(infer(network.client, user, model, input())).catch(
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(InferenceFailed);
    expect(error).toMatchObject({ outcome: 'inference.RequestRefunded' });
    expect(String(error)).toContain('NotAssigned');
    const { held } = await getBalance(network.client, network.client.address(user), head().hash);
    expect(held).toBe(0n);
  }, 60_000);

  it('a question is answered as the referee answers it, softly, then finally', async () => {
    const { client } = network;
    await advance(
      registerWorker(client, {
        operator: operator.address,
        bond: 200n * UNIT,
        minPrice: 1n,
      }).submit(stash),
    );
    await advance(serveModel(client, { model }).submit(operator));
    worker = createWorker(
      {
        operator,
        models: [loaded],
        engine: { executionProvider: 'cpu', threads: 1 },
        verifySampleTiles: 8,
      },
      {
        chain: chainOf(client),
        referee,
        journal: openJournal(join(folder, 'worker.journal')),
        logger: quiet,
        store: common,
        createEngine: createExactSession,
      },
    );
    await worker.start();
    // New stake tickets are drawn after some blocks.
    for (let blocks = 0; blocks < 3; blocks += 1) await nextBlock();

    const settled: bigint[] = [];
    const watching = new AbortController();
    const watch = (async () => {
      for await (const { event, requests } of watchEvents(client, { signal: watching.signal })) {
        if (event.type === 'inference.Settled') settled.push(...requests);
      }
    })();

    const answer: Inference = await advance(infer(client, user, model, input()));
    const truth = loaded.loaded.evaluate([input()]);
    expect(answer.outputs).toEqual(loaded.loaded.header.outputs.map((node) => truth[node]));
    expect(answer.soft.agreed).toBe(true);
    expect(answer.settled).toBeUndefined();
    expect((await getRequest(client, answer.requestId, head().hash))?.status).toBe('Claimed');

    const life = await getRequestLife(client, answer.requestId, head().hash);
    const [spec] = loaded.loaded.header.inputs;
    expect(life).toMatchObject({
      request: answer.requestId,
      user: client.address(user),
      model,
      status: 'Claimed',
      escrow: UNIT,
      terms: { price: UNIT, nodeCount: 3 },
      inputs: [{ spec, bytes: 64 }],
      workers: [
        {
          worker: client.address(stash),
          state: { type: 'Revealed' },
          claim: { outputBytes: answer.outputs.map(({ length }) => length) },
          challenges: [],
        },
      ],
      convicted: [],
      next: { type: 'Pay' },
    });
    expect(life?.nextAt).toBe(life?.due);

    const early = awaitSettlement(client, answer.requestId, {
      after: answer.soft.block,
      blocks: 1,
    }).catch((reason: unknown) => reason);
    const final = await advance(answer.final());
    expect(final.outputs).toEqual(answer.outputs);
    expect(final.workers).toEqual([client.address(stash)]);
    expect(final.paid).toBe(UNIT);
    expect(await getRequest(client, answer.requestId, head().hash)).toBeUndefined();
    expect(await getRequestLife(client, answer.requestId)).toBeUndefined();
    expect(final.block.number).toBe(life?.nextAt);
    expect(await answer.final()).toBe(final);

    const error = await early;
    expect(error).toBeInstanceOf(DeadlineError);
    expect(String(error)).toContain(`request ${answer.requestId} Claimed until block`);

    watching.abort();
    await watch;
    expect(settled).toEqual([answer.requestId]);
  }, 120_000);

  it('an input by root is got from the store, or published when the worker cannot get it', async () => {
    const { client } = network;
    const truth = loaded.loaded.evaluate([input()]);
    const expected = loaded.loaded.header.outputs.map((node) => truth[node]);

    const given: Inference = await advance(
      infer(client, user, model, input(), { inputs: 'by-root', store: common, referee }),
    );
    expect(given.outputs).toEqual(expected);
    expect([given.soft.visibility, given.missing]).toEqual(['Private', []]);
    const life = await getRequestLife(client, given.requestId, head().hash);
    expect(life).toMatchObject({ visibility: 'Private', inputs: [{ isPublished: false }] });
    expect((await advance(given.final())).visibility).toBe('Private');

    // Another input, in a store that the worker does not know.
    const other = input().map((pixel) => (pixel + 1) % 17);
    const own = createContentStore({ backends: [createMemoryBackend()], referee });
    const published: Inference = await advance(
      infer(client, user, model, other, { inputs: 'by-root', store: own, referee }),
    );
    expect(published.soft.visibility).toBe('Public');
    expect((await advance(published.final())).visibility).toBe('Public');

    // Nobody publishes: the worker has its share, the user the rest, and is told why.
    const third = input().map((pixel) => (pixel + 2) % 17);
    const refused = await advance(
      infer(client, user, model, third, {
        inputs: 'by-root',
        store: own,
        publish: false,
        referee,
      }),
    ).catch((reason: unknown) => reason);
    expect(refused).toBeInstanceOf(InferenceFailed);
    expect(String(refused)).toMatch(/InputUnavailable.*it was not published/);
    const { held } = await getBalance(client, client.address(operator), head().hash);
    expect(held).toBe(0n);
  }, 240_000);

  it('what is not due cannot be settled', async () => {
    const call = settleRequest(network.client, { request: 999n }).submit(user);
    await expect(advance(call)).rejects.toMatchObject({ error: 'UnknownRequest' });
  }, 60_000);
});
