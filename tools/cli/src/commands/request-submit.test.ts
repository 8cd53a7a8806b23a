/** `request submit` and `request show --store` on the runtime that ships, with a worker that answers. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Keyring } from '@polkadot/keyring';
import { createExactSession } from '@veritrace/compiler';
import { createEmbeddedDriver, endEmbedded, type Network } from '@veritrace/harness';
import {
  createReferee,
  encodeGraph,
  KERNEL_VERSION,
  LAYOUT_VERSION,
  type TensorSpec,
} from '@veritrace/referee';
import {
  getModels,
  type ModelId,
  registerModel,
  registerWorker,
  serveModel,
  TooLarge,
} from '@veritrace/sdk';
import {
  chainOf,
  createMemoryJournal,
  createWorker,
  loadModel,
  openStores,
  type Worker,
} from '@veritrace/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandError } from '../errors.ts';
import type { Output } from '../output.ts';
import { showRequest } from './request.ts';
import { ask, readInputs, type SubmitOptions } from './request-submit.ts';

const UNIT = 10n ** 12n;
const root = fileURLToPath(new URL('../../../../', import.meta.url));
const DIR = join(root, 'scenarios/models/digits-mlp/compiled');
const SEVEN = join(root, 'scenarios/inputs/digits/samples/7-0.png');
const keyring = new Keyring({ type: 'sr25519' });
const pairOf = (name: string) => keyring.addFromUri(`//request-submit-${name}`);
const [author, stash, operator, user] = ['author', 'stash', 'operator', 'user'].map(pairOf) as [
  ReturnType<typeof pairOf>,
  ReturnType<typeof pairOf>,
  ReturnType<typeof pairOf>,
  ReturnType<typeof pairOf>,
];
const referee = createReferee();
const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

let folder: string;
let network: Network;
let worker: Worker | undefined;
let model: ModelId;

const nextBlock = async (): Promise<void> => {
  const { taken } = await network.advance(network.client.heads.current('best'));
  const { number } = taken.content;
  await worker?.settled({ best: number, finalized: number });
};

/** Makes blocks until the promise is done. */
const advance = async <T>(promise: Promise<T>): Promise<T> => {
  let isDone = false;
  const watched = promise.finally(() => {
    isDone = true;
  });
  watched.catch(() => undefined);
  for (let blocks = 0; !isDone && blocks < 200; blocks += 1) await nextBlock();
  return watched;
};

const recording = () => {
  const documents: Record<string, unknown>[] = [];
  const texts: string[] = [];
  const output: Output = {
    json: true,
    result: (document, text) => {
      documents.push(document as Record<string, unknown>);
      texts.push(text());
    },
    note: () => undefined,
  };
  return { documents, texts, output };
};

const options = (more: Partial<SubmitOptions> = {}): SubmitOptions => ({
  endpoint: 'ws://embedded',
  key: '//request-submit-user',
  input: [SEVEN],
  compiled: DIR,
  latest: false,
  redundancy: 1,
  maxPrice: undefined,
  byRoot: false,
  publish: true,
  final: false,
  ...more,
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'request-submit-'));
  network = await createEmbeddedDriver().start({
    preset: 'development',
    patch: {},
    balances: new Map(
      [author, stash, operator, user].map(({ address }) => [address, 1_000n * UNIT]),
    ),
  });
  const { client } = network;
  const card = { name: 'digits', licence: 'CC-BY-4.0' };
  const registered = await advance(
    registerModel(client, author, DIR, { price: UNIT, royalty: 100_000, card }),
  );
  model = registered.model;
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
      models: [await loadModel(DIR, referee)],
      engine: { executionProvider: 'cpu', threads: 1 },
      verifySampleTiles: 2,
    },
    {
      chain: chainOf(client),
      referee,
      journal: createMemoryJournal(),
      logger: quiet,
      store: openStores([{ dir: join(folder, 'common') }], { referee, logger: quiet }),
      createEngine: createExactSession,
    },
  );
  await worker.start();
  for (let blocks = 0; blocks < 3; blocks += 1) await nextBlock();
}, 120_000);

afterAll(async () => {
  await worker?.stop();
  await network?.stop();
  await endEmbedded();
  await rm(folder, { recursive: true });
});

describe('request submit', () => {
  it('asks and prints the answer, and with --final what was paid', async () => {
    const { documents, texts, output } = recording();
    await advance(ask(network.client, model, options({ final: true }), output));
    expect(documents).toMatchObject([
      {
        model,
        visibility: 'Public',
        outputs: [{ isMissing: false }, { isMissing: false }],
        settled: { paid: UNIT, workers: [network.client.address(stash)] },
      },
    ]);
    // The second output is the index of the class, a 32-bit integer.
    const [, label] = (documents[0]?.outputs ?? []) as { bytes: string }[];
    expect(label?.bytes).toBe('0x07000000');
    expect(texts[0]).toMatch(/^Request \d+ to 0x.*: settled in block #\d+\n/);
    expect(texts[0]).toContain('paid 1 VTR');
  }, 120_000);

  it('by root puts the input into the store, where the worker gets it, and show finds it there', async () => {
    const { client } = network;
    const common = join(folder, 'common');
    const { documents, output } = recording();
    const asking = options({ byRoot: true, store: [common], input: [SEVEN] });
    await advance(ask(client, model, asking, output));
    expect(documents).toMatchObject([{ visibility: 'Private' }]);
    expect(await readdir(join(common, 'tensor'))).toHaveLength(1);

    const shown = recording();
    const id = documents[0]?.request as bigint;
    for (const store of [common, join(folder, 'empty')]) {
      await showRequest(client, id, shown.output, { store: [store] });
    }
    await showRequest(client, id, shown.output);
    expect(shown.documents.slice(0, 2).map(({ content }) => content)).toEqual([
      { inputs: [{ index: 0, root: expect.any(String), isThere: true }], outputs: [] },
      { inputs: [{ index: 0, root: expect.any(String), isThere: false }], outputs: [] },
    ]);
    expect(shown.documents[2]).not.toHaveProperty('content');
    expect(shown.texts[0]).toMatch(/\n {2}input 0 {2}0x\w{10}…: the stores have it$/);
    expect(shown.texts[1]).toMatch(/: the stores have it not$/);
  }, 120_000);

  it('by root needs a place that workers can read', async () => {
    const { output } = recording();
    const asking = ask(network.client, model, options({ byRoot: true }), output);
    await expect(asking).rejects.toThrow(CommandError);
  });

  it('refuses what the chain does not take, before anything is sent or put into a store', async () => {
    const { client } = network;
    const file = join(folder, 'large.bin');
    await writeFile(file, new Uint8Array(262_145));
    const { number } = client.heads.current('best');
    const nonce = (await client.api.rpc.system.accountNextIndex(user.address)).toNumber();
    const { output } = recording();
    const large = options({ compiled: undefined, input: [file] });
    // The limit is that of the runtime which ships.
    await expect(ask(client, model, large, output)).rejects.toThrow(
      /^input 0 has 262,145 bytes, and this chain takes at most 262,144 \(inference\.MaxInputBytes\); nothing was sent\./,
    );
    await expect(
      ask(client, model, options({ input: [SEVEN, SEVEN], compiled: undefined }), output),
    ).rejects.toThrow(/has to be made into an input/);
    const two = options({ compiled: undefined, input: [file, file], byRoot: true });
    const kept = join(folder, 'nothing-kept');
    await expect(ask(client, model, { ...two, store: [kept] }, output)).rejects.toThrow(
      'the model has 1 inputs, not 2',
    );
    await expect(readdir(join(kept, 'tensor'))).rejects.toThrow();
    expect(client.heads.current('best').number).toBe(number);
    expect((await client.api.rpc.system.accountNextIndex(user.address)).toNumber()).toBe(nonce);
  });

  it('registers no model that nobody could ask', async () => {
    const { client } = network;
    const spec: TensorSpec = { dtype: 'U8', shape: [1, 3, 320, 320] };
    const graph = encodeGraph({
      header: {
        kernelVersion: KERNEL_VERSION,
        layoutVersion: LAYOUT_VERSION,
        nodeCount: 1,
        initialiserCount: 0,
        inputs: [spec],
        outputs: [0],
      },
      initialisers: [],
      nodes: [
        {
          op: { tag: 'Reshape', value: undefined },
          inputs: [{ tag: 'Request', value: 0 }],
          output: { dtype: 'U8', shape: [307_200] },
        },
      ],
    });
    await writeFile(join(folder, 'graph.bin'), graph);
    const card = { name: 'large', licence: 'CC-BY-4.0' };
    const before = await getModels(client, client.heads.current('best').hash);
    const registering = registerModel(client, author, folder, {
      price: UNIT,
      royalty: 100_000,
      card,
    });
    await expect(registering).rejects.toThrow(TooLarge);
    await nextBlock();
    expect(await getModels(client, client.heads.current('best').hash)).toEqual(before);
  });

  it('takes pictures through a compiled model alone, and a file for each input', async () => {
    await expect(readInputs([SEVEN], undefined)).rejects.toThrow(/name its folder, --compiled DIR/);
    await expect(readInputs([SEVEN, SEVEN], DIR)).rejects.toThrow(/takes 1 inputs, not 2/);
    const [made] = await readInputs([SEVEN], DIR);
    expect(made).toHaveLength(64);
  });
});
