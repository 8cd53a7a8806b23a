/**
 * The client and the worker on the runtime that ships, under the embedded chain.
 *
 * 1. An author registers a model; its graph goes live.
 * 2. A worker bonds, serves it, and runs as a daemon with a journal on disk.
 * 3. A user asks and gets a soft answer, then a final one.
 * 4. He asks by root, and the input is got from a store, published, or not to be had.
 * 5. A worker gets the model itself by its id: from a store, or from where its card says.
 * 6. What the chain refuses, or never does, is an error that says so.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Keyring } from '@polkadot/keyring';
import { createExactSession } from '@veritrace/compiler';
import { createEmbeddedDriver, endEmbedded, type Network } from '@veritrace/harness';
import { createReferee } from '@veritrace/referee';
import {
  awaitSettlement,
  blobAddress,
  createContentStore,
  createDirectoryBackend,
  createMemoryBackend,
  DeadlineError,
  fetchModel,
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
  ModelError,
  type ModelId,
  registerDraft,
  registerModel,
  registerWorker,
  serveModel,
  setCard,
  settleRequest,
  VeritraceError,
  watchEvents,
} from '@veritrace/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chainOf } from './client-chain.ts';
import { openJournal } from './journal.ts';
import { loadModel } from './load-model.ts';
import { freeModels, openModels } from './open-models.ts';
import { PROOF_CAP } from './proof-cap.ts';
import { type RunOptions, runChallenger, runKeeper, runPublisher } from './run-daemon.ts';
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

  it('a model by its id is got from a store, and kept', async () => {
    const { client } = network;
    const graphBin = new Uint8Array(readFileSync(join(DIR, 'graph.bin')));
    const place = join(folder, 'graphs');
    await createDirectoryBackend(place).write?.(blobAddress(graphBin), graphBin);
    const opening = (stores: { dir: string }[], id: ModelId = model) =>
      openModels(
        { models: [{ id }], stores, modelCache: join(folder, 'cache') },
        { referee, logger: quiet, client: async () => client },
      );
    await expect(opening([])).rejects.toThrow(/nowhere to be had.*veritrace model publish/);
    const opened = await opening([{ dir: place }]);
    expect(opened).toMatchObject([{ name: card.name, graphRoot: loaded.graphRoot }]);
    const again = await opening([]);
    expect(again).toMatchObject([{ graphRoot: loaded.graphRoot }]);
    freeModels([...opened, ...again]);
    await expect(opening([], `0x${'ee'.repeat(32)}`)).rejects.toThrow(
      /the chain has no model 0xeeee/,
    );
  }, 60_000);

  it('a model by its id is got from where its card says, if that is a public server', async () => {
    const { client } = network;
    const graphBin = readFileSync(join(DIR, 'graph.bin'));
    const server = createServer((_request, response) => response.end(graphBin));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const artefactUri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graph.bin`;
    try {
      await advance(setCard(client, { model, card: { ...card, artefactUri } }).submit(author));
      const troubles: string[] = [];
      const places = {
        backends: [],
        referee,
        onTrouble: ({ message }: Error) => troubles.push(message),
      };
      // An author says where; it must not lead a worker into its own network.
      await expect(fetchModel(client, model, places)).rejects.toThrow(ModelError);
      expect(troubles).toEqual([expect.stringMatching(/only https may be used/)]);
      const own = { schemes: ['http'], privateAddresses: true } as const;
      const fetched = await fetchModel(client, model, { ...places, card: own });
      expect(fetched).toMatchObject({ name: card.name, model: { id: model } });
      fetched.loaded.free();
      const limited = fetchModel(client, model, { ...places, card: own, maxBytes: 9 });
      await expect(limited).rejects.toThrow(ModelError);
      expect(troubles.at(-1)).toMatch(/more than 9/);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }, 60_000);

  it('a model whose author registered the graph of another is refused', async () => {
    const { client } = network;
    const other = new Uint8Array(readFileSync(join(DIR, '../../digits-frame/compiled/graph.bin')));
    const { digest } = blobAddress(other);
    const backend = createMemoryBackend();
    await backend.write?.({ kind: 'blob', digest }, other);
    const { events } = await advance(
      registerDraft(client, {
        artefact: digest,
        graphRoot: loaded.graphRoot,
        header: loaded.loaded.header,
        price: UNIT,
        royalty: 0,
        card,
      }).submit(author),
    );
    const registered = events.find(({ event }) => event.type === 'models.ModelRegistered')?.event;
    if (registered?.type !== 'models.ModelRegistered') throw new Error('it was not registered');
    await expect(
      fetchModel(client, registered.model, { backends: [backend], referee }),
    ).rejects.toThrow(/graph\.bin of another graph/);
  }, 60_000);

  it('the other daemons run until they are told to stop, and close what they opened', async () => {
    const { client } = network;
    const models = [{ dir: DIR }];
    const acting = {
      endpoint: 'ws://embedded',
      key: { env: 'DAEMON_KEY' },
      logLevel: 'info',
    } as const;
    const computing = {
      models,
      stores: [{ dir: join(folder, 'graphs') }],
      modelCache: join(folder, 'cache'),
      maxModelBytes: 1,
      engine: { executionProvider: 'cpu', threads: 1, memoryMiB: 2_048, seconds: 300 } as const,
    };
    process.env.DAEMON_KEY = '//embedded-test-user';
    const journalOf = (name: string) => join(folder, `${name}.journal`);
    const running: [string, (options: RunOptions) => Promise<void>][] = [
      [
        'challenger',
        (options) =>
          runChallenger(
            {
              ...acting,
              ...computing,
              seals: true,
              proofCap: PROOF_CAP,
              journal: journalOf('challenger'),
            },
            options,
          ),
      ],
      [
        'keeper',
        (options) => runKeeper({ ...acting, patience: 1, journal: journalOf('keeper') }, options),
      ],
      [
        'publisher',
        (options) =>
          runPublisher(
            { ...acting, forAll: false, stores: computing.stores, journal: journalOf('publisher') },
            options,
          ),
      ],
    ];
    for (const [name, run] of running) {
      const stopping = new AbortController();
      const said: string[] = [];
      let closed = 0;
      const logger = {
        ...quiet,
        info: (fields: object, message: string) => {
          said.push(message);
          expect(JSON.stringify(fields)).not.toContain('embedded-test-user');
          if (message === `${name} started`) setImmediate(() => stopping.abort());
        },
      };
      await run({
        logger,
        signal: stopping.signal,
        connectTo: async () => ({
          ...client,
          disconnect: async () => {
            closed += 1;
          },
        }),
      });
      expect(said.filter((line) => line.startsWith(name))).toEqual([
        `${name} started`,
        `${name} stopped`,
      ]);
      expect([name, closed, existsSync(journalOf(name))]).toEqual([name, 1, true]);
    }
    delete process.env.DAEMON_KEY;
    await expect(
      runKeeper(
        { ...acting, patience: 1, journal: journalOf('keeper') },
        { logger: quiet, signal: new AbortController().signal },
      ),
    ).rejects.toThrow("the environment variable DAEMON_KEY with the keeper's key is not set");
  }, 60_000);

  it('a proof weighs the share of a block that its bytes make it declare', async () => {
    const chain = chainOf(network.client);
    const { hash } = network.client.heads.current('best');
    const share = (bytes: number) =>
      chain.blockShare(
        {
          type: 'contradict-node',
          request: 0n,
          worker: stash.address,
          node: 0,
          proof: new Uint8Array(bytes),
        },
        hash,
      );
    const [empty, capped, twice] = [
      await share(0),
      await share(PROOF_CAP.bytes),
      await share(2 * PROOF_CAP.bytes),
    ];
    // By the weights that ship, the cap in bytes is the one that counts.
    expect(capped).toBeLessThan(PROOF_CAP.blockShare);
    expect(capped).toBeGreaterThan(empty);
    // Linear in bytes.
    expect(twice - capped).toBeCloseTo(capped - empty, 6);
    expect(empty).toBeGreaterThan(0);
  });

  it('what is not due cannot be settled', async () => {
    const call = settleRequest(network.client, { request: 999n }).submit(user);
    await expect(advance(call)).rejects.toMatchObject({ error: 'UnknownRequest' });
  }, 60_000);
});
