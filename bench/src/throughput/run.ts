/** Loads a network of real nodes, more and more, and sees what it settles. */
import { basename } from 'node:path';
import { Keyring } from '@polkadot/keyring';
import { type RunningNetwork, startNetwork, TOKEN, toUnits } from '@veritrace/harness';
import {
  batchAll,
  connect,
  createCall,
  getParametersOf,
  getQuote,
  type ModelId,
  readEntries,
  type VeritraceClient,
} from '@veritrace/sdk';
import { poissonArrivals } from '../inference/arrivals.ts';
import { inputsFor } from '../inference/inputs.ts';
import { findModels } from '../inference/models.ts';
import { computedIn } from '../latency/computed.ts';
import { observe } from '../latency/observer.ts';
import { INPUTS } from '../paths.ts';
import { createRandom } from '../random.ts';
import { type ChainWatch, stages, type WatchedBlock, watchChain } from './chain-watch.ts';
import { type Asker, type Offered, offer } from './offer.ts';
import { type ProcessorUse, watchProcessors } from './processor-time.ts';
import type { StageCost, Step, ThroughputDetail, Use } from './report.ts';

/** What a run is asked to do. */
export interface ThroughputSettings {
  network: string;
  /** Requests a second, one load after the other. */
  rates: readonly number[];
  /** For how long each is offered. */
  seconds: number;
  redundancy: number;
  softBound: number;
  seed: number;
}

export interface ThroughputOptions extends ThroughputSettings {
  signal: AbortSignal;
  note(text: string): void;
}

/** Blocks each working phase may take. */
const DEADLINE = 12;
/** Seconds that a request may be open, generously: so many accounts are needed that none has too many. */
const OPEN_FOR = 120;
/** Transactions a daemon may have waiting at once, and an off-chain worker: the readme of tools/worker says so. */
const WAITING = { daemon: 8, offchain: 1 } as const;

/** What the chain can hold. */
interface Limits {
  /** Picoseconds of all classes in a block. */
  refTime: number;
  normalRefTime: number;
  /** Bytes of transactions in a block. */
  length: number;
  /** Requests an account may have open. */
  open: number;
}

const numberOf = (value: unknown): number => Number(String(value));

const limitsOf = async (client: VeritraceClient): Promise<Limits> => {
  const { system } = client.api.consts;
  if (system === undefined) throw new Error('the runtime does not tell what a block holds');
  const weights = system.blockWeights as unknown as {
    maxBlock: { refTime: unknown };
    perClass: { normal: { maxTotal: { unwrapOr(other: unknown): { refTime: unknown } } } };
  };
  const length = system.blockLength as unknown as {
    max: { normal: unknown; operational: unknown };
  };
  const { maxOpenPerAccount } = await getParametersOf(
    client,
    'inference',
    client.heads.current('best').hash,
  );
  return {
    refTime: numberOf(weights.maxBlock.refTime),
    normalRefTime: numberOf(weights.perClass.normal.maxTotal.unwrapOr(weights.maxBlock).refTime),
    length: numberOf(length.max.operational ?? length.max.normal),
    open: maxOpenPerAccount,
  };
};

/** Accounts of this benchmark's own, with enough money for everything. */
const createAskers = async (
  client: VeritraceClient,
  count: number,
  each: bigint,
): Promise<Asker[]> => {
  const keyring = new Keyring({ type: 'sr25519' });
  const accounts = Array.from({ length: count }, (_, index) =>
    keyring.addFromUri(`//Ferdie//throughput//${index}`),
  );
  await batchAll(
    client,
    accounts.map(({ address }) =>
      createCall(client, 'balances', 'transferKeepAlive', [address, each]),
    ),
  ).submit(keyring.addFromUri('//Ferdie'), { until: 'finalized' });
  return Promise.all(
    accounts.map(async (account) => ({
      account,
      nonce: (await client.api.rpc.system.accountNextIndex(account.address)).toNumber(),
    })),
  );
};

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

/** The share of the workers' stake that open requests lock. */
const lockedShare = async (client: VeritraceClient): Promise<number> => {
  const rows = await readEntries(
    client.api,
    client.heads.current('best').hash,
    'workers',
    'workers',
  );
  const workers = rows.map(({ value }) => value as { stake: bigint; locked: bigint });
  const [stake, locked] = workers.reduce(
    ([a, b], one) => [a + Number(one.stake), b + Number(one.locked)],
    [0, 0],
  );
  return stake === 0 ? 0 : locked / stake;
};

/** What is noted at every head of the users' node. */
interface Notes {
  pool: number[];
  locked: number[];
}

const watchHeads = (client: VeritraceClient): { notes: Notes; stop(): void } => {
  const notes: Notes = { pool: [], locked: [] };
  const stop = client.heads.subscribe('best', () => {
    // A head that cannot be looked at is one sample less.
    client.api.rpc.author.pendingExtrinsics().then(
      (pending) => notes.pool.push(pending.length),
      () => undefined,
    );
    lockedShare(client).then(
      (share) => notes.locked.push(share),
      () => undefined,
    );
  });
  return { notes, stop };
};

/** How full everything was. */
const usesOf = (
  blocks: readonly WatchedBlock[],
  limits: Limits,
  processors: ProcessorUse,
  notes: Notes,
  computing: ReadonlyMap<string, number>,
  perWorkerAndBlock: Readonly<Record<string, number>>,
  network: RunningNetwork,
): Use[] => [
  { what: 'all cores of the machine', share: processors.machine },
  ...Object.entries(processors.processes).map(
    ([name, cores]): Use => ({ what: `one core, by ${name}`, share: cores }),
  ),
  {
    what: 'weight of blocks',
    share: mean(
      blocks.map(
        ({ normal, operational, mandatory }) => (normal + operational + mandatory) / limits.refTime,
      ),
    ),
  },
  {
    what: 'weight of blocks for normal transactions',
    share: mean(blocks.map(({ normal }) => normal / limits.normalRefTime)),
  },
  { what: 'length of blocks', share: mean(blocks.map(({ bytes }) => bytes / limits.length)) },
  { what: 'stake to lock', share: mean(notes.locked) },
  ...[...computing].map(([name, share]): Use => ({ what: `computing of ${name}`, share })),
  ...network.workers().map(
    ({ name, kind }): Use => ({
      what: `transactions a block of ${name}`,
      share: (perWorkerAndBlock[name] ?? 0) / WAITING[kind],
    }),
  ),
];

/** Seconds that each worker has spent computing so far, by its log. */
const computedSeconds = async (network: RunningNetwork): Promise<Map<string, number>> =>
  new Map(
    await Promise.all(
      network.workers().map(async ({ name }) => {
        const computed = computedIn(await network.logs(name, 1_000_000));
        const total = [...computed.values()].reduce(
          (sum, { milliseconds }) => sum + milliseconds,
          0,
        );
        return [name, total / 1000] as const;
      }),
    ),
  );

const storyOf = (chain: ChainWatch, { hex }: Offered) => {
  const id = hex === undefined ? undefined : chain.requestOf(hex);
  return id === undefined ? undefined : chain.requests.get(id);
};

const isOver = (chain: ChainWatch, offered: Offered): boolean =>
  offered.hex === undefined ||
  chain.wasRefused(offered.hex) ||
  storyOf(chain, offered)?.over === true;

const span = (moments: readonly number[]): number =>
  moments.length < 2 ? 0 : (Math.max(...moments) - Math.min(...moments)) / 1000;

/** What was settled of what was offered. */
const settledOf = (chain: ChainWatch, offered: readonly Offered[], seconds: number) => {
  const settled = offered.flatMap((one) => {
    const story = storyOf(chain, one);
    return story?.hard === undefined || story.soft === undefined
      ? []
      : [{ due: one.due, soft: story.soft, hard: story.hard }];
  });
  const longest = Math.max(seconds, span(settled.map(({ hard }) => hard)));
  return {
    settled: settled.length,
    lost: offered.length - settled.length,
    settledRate: settled.length / longest,
    softSeconds: settled.map(({ due, soft }) => (soft - due) / 1000),
    hardSeconds: settled.map(({ due, hard }) => (hard - due) / 1000),
  };
};

const costsOf = (blocks: readonly WatchedBlock[]): StageCost[] =>
  stages.flatMap((stage) => {
    const all = blocks.flatMap(({ costs }) => costs).filter((cost) => cost.stage === stage);
    return all.length === 0
      ? []
      : [
          {
            stage,
            count: all.length,
            fee: all.map(({ fee }) => Number(fee)),
            refTime: all.map(({ refTime }) => refTime),
            proofSize: all.map(({ proofSize }) => proofSize),
            bytes: all.map(({ bytes }) => bytes),
          },
        ];
  });

const measure = async (
  network: RunningNetwork,
  options: ThroughputOptions,
): Promise<ThroughputDetail> => {
  const { rates, seconds, redundancy, softBound, seed, note } = options;
  const ending = new AbortController();
  const signal = AbortSignal.any([options.signal, ending.signal]);
  const [home] = network
    .nodes()
    .filter(({ role, pid }) => role === 'validator' && pid !== undefined);
  const [model] = network.models();
  if (home === undefined || model?.id === undefined) {
    throw new Error(`${network.name} has no validator, or registers no model`);
  }
  const [found] = findModels(model.dir);
  if (found === undefined) throw new Error(`${model.dir} is no compiled model`);
  const inputs = inputsFor(found.manifest, INPUTS, seed).requests.map(
    ([input]) => input ?? new Uint8Array(),
  );
  const client = await connect(home.ws);
  const observer = await observe(home.name, home.ws);
  try {
    const limits = await limitsOf(client);
    const quote = await getQuote(client, model.id as ModelId, redundancy);
    if (quote === undefined) {
      throw new Error(`the model takes no requests for ${redundancy} workers on this network`);
    }
    const most = Math.max(...rates);
    const count = Math.ceil((most * OPEN_FOR) / limits.open) + 2;
    const requests = rates.reduce((sum, rate) => sum + rate * seconds, 0);
    const each =
      (quote.total + quote.deposit + toUnits(1, TOKEN.decimals)) *
        BigInt(Math.ceil((2 * requests) / count)) +
      toUnits(10, TOKEN.decimals);
    note(`funding ${count} accounts that ask`);
    const askers = await createAskers(client, count, each);
    const { assignWindow, maxReassignments, challengeWindow } = await getParametersOf(
      client,
      'inference',
      client.heads.current('best').hash,
    );
    const patience = (maxReassignments + 1) * (assignWindow + 3 * DEADLINE + 2 * challengeWindow);
    const first = client.heads.current('finalized').number + 1;
    const chain = watchChain(client, observer.sightings, first, redundancy, signal);

    const workerNames = new Map(
      network.workers().map(({ name, account }) => [client.address(account), name]),
    );
    const steps: Step[] = [];
    for (const [index, rate] of rates.entries()) {
      const arrivals = poissonArrivals(
        rate,
        Math.max(2, Math.round(rate * seconds)),
        createRandom(seed, `load ${index}`),
      );
      note(`${rate} a second: ${arrivals.length} requests`);
      const pids = new Map<string, number>(
        [...network.nodes(), ...network.workers()].flatMap(({ name, pid }) =>
          pid === undefined ? [] : [[name, pid] as const],
        ),
      );
      const processors = watchProcessors(new Map([...pids, ['this benchmark', process.pid]]));
      const heads = watchHeads(client);
      const computedBefore = await computedSeconds(network);
      const began = Date.now();
      const offered = await offer({
        client,
        askers,
        model: model.id as ModelId,
        inputs,
        maxPrice: quote.total,
        deadline: DEADLINE,
        redundancy,
        arrivals,
        signal,
      });
      // How full things were is told of the time in which load came.
      const used = processors();
      heads.stop();
      const ended = Date.now();
      const computedAfter = await computedSeconds(network);
      const last = client.heads.current('best').number + patience;
      await chain.until((block) => block >= last || offered.every((one) => isOver(chain, one)));

      const during = chain.blocks.filter(({ seen }) => seen >= began && seen <= ended);
      const perWorkerAndBlock: Record<string, number> = {};
      for (const { worker } of during.flatMap(({ costs }) => costs)) {
        const name = worker === undefined ? undefined : workerNames.get(worker);
        if (name === undefined) continue;
        perWorkerAndBlock[name] = (perWorkerAndBlock[name] ?? 0) + 1 / during.length;
      }
      const computing = new Map(
        [...computedAfter].map(([name, total]) => [
          name,
          (total - (computedBefore.get(name) ?? 0)) / ((ended - began) / 1000),
        ]),
      );
      const offeredSeconds = (arrivals.at(-1) ?? 0) / 1000;
      steps.push({
        rate,
        offered: offered.length / offeredSeconds,
        requests: offered.length,
        ...settledOf(chain, offered, offeredSeconds),
        refusals: [...new Set(offered.flatMap(({ refusal }) => refusal ?? []))],
        pool: heads.notes.pool,
        perWorkerAndBlock,
        uses: usesOf(during, limits, used, heads.notes, computing, perWorkerAndBlock, network),
      });
    }

    const inferences = steps.reduce((sum, { settled }) => sum + settled, 0);
    // Some block had no request in any hook.
    const idle = Math.min(...chain.blocks.map(({ hooks }) => hooks));
    return {
      network: basename(options.network),
      redundancy,
      softBound,
      steps,
      costs: costsOf(chain.blocks),
      inferences,
      hooksPerInference:
        chain.blocks.reduce((sum, { hooks }) => sum + hooks - idle, 0) / Math.max(1, inferences),
    };
  } finally {
    ending.abort(new Error('the measurement is over'));
    await observer.stop();
    await client.disconnect();
  }
};

/** Starts the network, measures, ends it. */
export const measureThroughput = async (options: ThroughputOptions): Promise<ThroughputDetail> => {
  const network = await startNetwork({
    spec: options.network,
    signal: options.signal,
    onProgress: (progress) => {
      if (progress.type === 'phase') options.note(progress.text);
    },
  });
  try {
    return await measure(network, options);
  } finally {
    await network.stop();
  }
};
