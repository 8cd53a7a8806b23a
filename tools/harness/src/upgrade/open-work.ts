/**
 * Before the upgrade: a chain under the runtime of version 1 on which everything is open at once that may be open.
 *
 * Every request is about a model of its own, of which only the workers meant are serving a version, so it is certain who
 * is drawn. The same graph by another author is another model.
 */
import { createHash } from 'node:crypto';
import type { KeyringPair } from '@polkadot/keyring/types';
import type { Referee } from '@veritrace/referee';
import {
  batchAll,
  bytes,
  type Call,
  challengeNode,
  commitResult,
  contradictNode,
  createCall,
  getRequest,
  type Hex,
  type Inclusion,
  type ModelId,
  openNode,
  type Request,
  type RequestId,
  type RequestStatus,
  readStorage,
  registerDraft,
  registerWorker,
  sealAccusation,
  serveModel,
  submitGraphPage,
  unbondStake,
} from '@veritrace/sdk';
import type { AccountDirectory } from '../actors/accounts.ts';
import { changeOneValue, evaluateFrom } from '../behaviours/lie.ts';
import type { Model } from '../models/model.ts';
import { TOKEN } from '../token.ts';
import {
  changeParametersV1,
  revealResultV1,
  submitInferenceRequestV1,
  submitInferenceResultV1,
} from './earlier-calls.ts';
import type { Clerk, Wish } from './ground.ts';

const UNIT = 10n ** BigInt(TOKEN.decimals);

export const PRICE = UNIT;
const ROYALTY = 100_000;
const STAKE = 300n * UNIT;

/** Each request by its name here: the model it is about, and the workers that serve a version of it for this one. */
const PLOTS = {
  /** Two workers; one has committed, the other has not. */
  working: { graph: 'mlp', redundancy: 2, workers: ['ada', 'ben'] },
  /** Two workers; both have committed, one has revealed. */
  revealing: { graph: 'mlp', redundancy: 2, workers: ['abe', 'bea'] },
  /** One worker, who has done nothing yet. */
  assigned: { graph: 'mlp', redundancy: 1, workers: ['cleo'] },
  /** A true claim in its window. */
  claimed: { graph: 'mlp', redundancy: 1, workers: ['dora'] },
  /** A lie in its window that nobody has accused. */
  lie: { graph: 'mlp', redundancy: 1, workers: ['mallory'] },
  /** A lie about a node that must be opened, challenged, not opened yet. */
  awaited: { graph: 'cnn', redundancy: 1, workers: ['mike'] },
  /** The same, opened. */
  opened: { graph: 'cnn', redundancy: 1, workers: ['moe'] },
  /** A true claim, challenged without reason, not opened yet. */
  accused: { graph: 'cnn', redundancy: 1, workers: ['erin'] },
  /** Two claims, of which one is a lie; the window has passed, and nobody contradicted either. */
  contested: { graph: 'mlp', redundancy: 2, workers: ['gina', 'hank'] },
  /** A lie that fell; the bounty is on hold for one who sealed nothing, and another's seal is earlier. */
  convicted: { graph: 'mlp', redundancy: 1, workers: ['igor'] },
  /** More workers than serve the model: nobody is drawn. */
  pending: { graph: 'mlp', redundancy: 3, workers: ['gina', 'hank'] },
} as const;

export type PlotName = keyof typeof PLOTS;

export const plotNames = Object.keys(PLOTS) as PlotName[];

/** The node of each graph at which liars lie: the first fits one transaction, the second does not. */
export const LIES = { mlp: 1, cnn: 2 } as const;

export type GraphName = keyof typeof LIES;
export type Graphs = Readonly<Record<GraphName, Model>>;

/** A claim that a worker makes, or is to make. */
export interface Told {
  worker: string;
  leaves: Uint8Array[];
  outputs: Uint8Array[];
  nodeOutputs: Uint8Array[];
  traceRoot: Uint8Array;
  outputRoot: Uint8Array;
  salt: Uint8Array;
}

export interface Plot {
  name: PlotName;
  graph: Model;
  model: ModelId;
  user: string;
  request: RequestId;
  input: Uint8Array;
  /** Every node's true output. */
  truth: Uint8Array[];
  /** By worker: what it committed to or claimed, or, before it did, would. */
  told: ReadonlyMap<string, Told>;
}

/** What was open when the runtime was replaced. */
export interface OpenWork {
  plots: ReadonlyMap<PlotName, Plot>;
  /** What vera sealed her accusation of the convicted lie with. */
  seal: { salt: Uint8Array; traceRoot: Hex; node: number };
  draft: { model: ModelId; rest: Uint8Array[] };
  /** Unbonds, and may withdraw from this block on. */
  leaving: { worker: string; amount: bigint; from: number };
}

export interface StoryOptions {
  clerk: Clerk;
  root: KeyringPair;
  /** See `Ground`. */
  lag: number;
  accounts: AccountDirectory;
  referee: Referee;
  graphs: Graphs;
  /** As many different inputs as are asked for. */
  inputFor(graph: Model, index: number): Promise<Uint8Array>;
}

/** In blocks, times the lag: long enough for an upgrade in between, short enough to be waited for after it. */
const windows = (lag: number) => ({
  inference: {
    challengeWindow: 24 * lag,
    agreedWindow: 18 * lag,
    maxDeadline: 40 * lag,
    assignWindow: 26 * lag,
    minWindowAfterChallenge: 3 * lag,
  },
  disputes: {
    openClock: 20 * lag,
    contradictClock: 18 * lag,
    sealLifetime: 80 * lag,
    sealRevealWindow: 20 * lag,
  },
  workers: { unbondDelay: 15 * lag },
});

/** Of the working phases, so that nobody is late before the upgrade is over. */
const DEADLINE = 30;
/** Of the request that is to be contested before everything else, as the presets allow it. */
const SHORT_DEADLINE = 20;

const find = <T>(map: ReadonlyMap<string, T>, name: string): T => {
  const found = map.get(name);
  if (found === undefined) throw new Error(`the story of the upgrade has no ${name}`);
  return found;
};

export const plotOf = ({ plots }: Pick<OpenWork, 'plots'>, name: PlotName): Plot =>
  find(plots, name);

export const toldBy = ({ told }: Plot, worker: string): Told => find(told, worker);

/** The only worker of a request of one. */
export const soleClaim = (plot: Plot): Told => {
  const [told] = plot.told.values();
  if (told === undefined) throw new Error(`nobody answers ${plot.name}`);
  return told;
};

const saltOf = (what: string): Uint8Array =>
  new Uint8Array(createHash('sha256').update(`upgrade ${what}`).digest());

const eventOf = <Type extends Inclusion['events'][number]['event']['type']>(
  inclusion: Inclusion | undefined,
  type: Type,
): Extract<Inclusion['events'][number]['event'], { type: Type }> => {
  for (const { event } of inclusion?.events ?? []) {
    if (event.type === type) return event as Extract<typeof event, { type: Type }>;
  }
  throw new Error(`${inclusion?.call} was included without ${type}`);
};

/** What a worker makes of a request; with a lie at a node, everything after it is computed from there. */
const tell = (
  referee: Referee,
  { loaded }: Model,
  input: Uint8Array,
  truth: Uint8Array[],
  worker: string,
  lieAt: number | undefined,
): Omit<Told, 'salt'> => {
  const honest = lieAt === undefined ? undefined : truth[lieAt];
  const nodeOutputs =
    lieAt === undefined || honest === undefined
      ? truth
      : evaluateFrom(
          referee,
          loaded,
          [input],
          lieAt,
          changeOneValue(loaded.graph, lieAt, honest, 0.4),
        );
  const leaves = loaded.trace(nodeOutputs);
  const declared = loaded.header.outputs;
  const pick = (items: readonly Uint8Array[]) => declared.flatMap((node) => items[node] ?? []);
  return {
    worker,
    leaves,
    outputs: pick(nodeOutputs),
    nodeOutputs,
    traceRoot: referee.traceRoot(leaves),
    outputRoot: referee.outputRoot(pick(leaves)),
  };
};

const LIARS: ReadonlySet<string> = new Set(['mallory', 'mike', 'moe', 'hank', 'igor']);

/** Brings up models, workers and requests. */
export const openWork = async (options: StoryOptions): Promise<OpenWork> => {
  const { clerk, root, lag, accounts, referee, graphs, inputFor } = options;
  const { client, send, until, head } = clerk;
  const key = accounts.account;
  const graphOf = (name: PlotName): GraphName => PLOTS[name].graph;
  const sudo = (call: Call): Wish => [root, createCall(client, 'sudo', 'sudo', [call.extrinsic])];

  const workers = [...new Set(plotNames.flatMap((name) => [...PLOTS[name].workers])), 'lena'];
  const authorOf = (name: PlotName) => `author of ${name}`;
  const userOf = (name: PlotName) => `user of ${name}`;
  await send([
    [
      root,
      batchAll(
        client,
        [
          ...plotNames.flatMap((name) => [key(authorOf(name)), key(userOf(name))]),
          ...workers.flatMap((name) => [key(name), accounts.operator(name)]),
          ...['vera', 'frank', 'kim', 'ivan', 'petra'].map(key),
        ].map(({ address }) =>
          createCall(client, 'balances', 'transferKeepAlive', [address, 500n * UNIT]),
        ),
      ),
    ],
  ]);

  const draftOf = (author: string, graph: Model, name: string): Wish => [
    key(author),
    registerDraft(client, {
      artefact: bytes(graph.loaded.artefact),
      graphRoot: bytes(graph.loaded.graphRoot),
      header: graph.loaded.header,
      price: PRICE,
      royalty: ROYALTY,
      card: { ...graph.card, name },
    }),
  ];
  // `pending` is about the model of `contested`: of the two who serve it, three are wanted.
  const registered = plotNames.filter((name) => name !== 'pending');
  const drafts = await send([
    ...registered.map((name) => draftOf(authorOf(name), graphs[graphOf(name)], name)),
    draftOf('ivan', graphs.cnn, 'half a model'),
  ]);
  const idOf = (index: number) => eventOf(drafts[index], 'models.ModelRegistered').model;
  const models = new Map<string, ModelId>(registered.map((name, index) => [name, idOf(index)]));
  models.set('pending', find(models, 'contested'));
  const half = idOf(registered.length);
  const halfPages = graphs.cnn.loaded.pages(500);
  await send([
    ...registered.flatMap((name): Wish[] =>
      graphs[graphOf(name)].loaded
        .pages(60_000)
        .map((page) => [
          key(authorOf(name)),
          submitGraphPage(client, { model: find(models, name), page }),
        ]),
    ),
    ...halfPages
      .slice(0, 1)
      .map((page): Wish => [key('ivan'), submitGraphPage(client, { model: half, page })]),
    ...workers.map(
      (name): Wish => [
        key(name),
        registerWorker(client, {
          operator: accounts.operator(name).address,
          bond: STAKE,
          minPrice: 1n,
        }),
      ],
    ),
  ]);
  await send(
    registered.flatMap((name) =>
      PLOTS[name].workers.map(
        (worker): Wish => [key(worker), serveModel(client, { model: find(models, name) })],
      ),
    ),
  );

  const plots = new Map<PlotName, Plot>();
  const ask = async (names: readonly PlotName[], deadline: number): Promise<void> => {
    const inputs = await Promise.all(
      names.map((name) => inputFor(graphs[graphOf(name)], plotNames.indexOf(name))),
    );
    const asked = await send(
      names.map((name, index): Wish => {
        const { redundancy } = PLOTS[name];
        const input = inputs[index] ?? new Uint8Array();
        return [
          key(userOf(name)),
          submitInferenceRequestV1(client, {
            model: find(models, name),
            inputs: [input],
            maxPrice: 10n * PRICE,
            deadline,
            redundancy,
          }),
        ];
      }),
    );
    for (const [index, name] of names.entries()) {
      const graph = graphs[graphOf(name)];
      const input = inputs[index] ?? new Uint8Array();
      const truth = graph.loaded.evaluate([input]);
      const told = PLOTS[name].workers.map((worker): [string, Told] => [
        worker,
        {
          ...tell(
            referee,
            graph,
            input,
            truth,
            worker,
            LIARS.has(worker) ? LIES[graphOf(name)] : undefined,
          ),
          salt: saltOf(`${name} ${worker}`),
        },
      ]);
      plots.set(name, {
        name,
        graph,
        model: find(models, name),
        user: userOf(name),
        request: eventOf(asked[index], 'inference.RequestSubmitted').request,
        input,
        truth,
        told: new Map(told),
      });
    }
  };
  /** Until all of them are there. */
  const reach = (names: readonly PlotName[], status: RequestStatus): Promise<Request[]> =>
    until(`requests that are ${status}: ${names.join(', ')}`, 80, async ({ hash }) => {
      const records = await Promise.all(
        names.map((name) => getRequest(client, find(plots, name).request, hash)),
      );
      const there = records.flatMap((record) => (record?.status === status ? [record] : []));
      return there.length === names.length ? there : undefined;
    });

  const commit = (name: PlotName, worker: string): Wish => {
    const { request, told } = find(plots, name);
    const { traceRoot, outputRoot, salt } = find(told, worker);
    const account = key(worker).publicKey;
    const commitment = referee.commitment({ request, account, traceRoot, outputRoot, salt });
    return [accounts.operator(worker), commitResult(client, { request, commitment })];
  };
  const reveal = (name: PlotName, worker: string): Wish => {
    const { request, told } = find(plots, name);
    return [accounts.operator(worker), revealResultV1(client, { request, ...find(told, worker) })];
  };
  const submit = (name: PlotName): Wish => {
    const plot = find(plots, name);
    const told = soleClaim(plot);
    return [
      accounts.operator(told.worker),
      submitInferenceResultV1(client, { request: plot.request, ...told }),
    ];
  };
  const challenge = (by: string, name: PlotName, node: number): Wish => {
    const plot = find(plots, name);
    const { worker, leaves } = soleClaim(plot);
    return [
      key(by),
      challengeNode(client, {
        request: plot.request,
        worker: key(worker).address,
        proof: plot.graph.loaded.proveChallenge(node, leaves),
      }),
    ];
  };

  // Contested, under windows as they are.
  await ask(['contested'], SHORT_DEADLINE);
  await reach(['contested'], 'Committing');
  await send([commit('contested', 'gina'), commit('contested', 'hank')]);
  await reach(['contested'], 'Revealing');
  await send([reveal('contested', 'gina'), reveal('contested', 'hank')]);
  await reach(['contested'], 'Contested');

  const { hash } = head();
  const changed = await Promise.all(
    Object.entries(windows(lag)).map(async ([pallet, change]): Promise<Wish> => {
      const present = await readStorage(client.api, hash, pallet, 'parameters');
      return sudo(changeParametersV1(client, pallet, present as object, change));
    }),
  );
  await send(changed);

  const rest = plotNames.filter((name) => name !== 'contested');
  await ask(rest, DEADLINE * lag);
  await reach(['working', 'revealing'], 'Committing');
  await reach(
    rest.filter((name) => PLOTS[name].redundancy === 1),
    'Assigned',
  );
  await send([
    commit('working', 'ada'),
    commit('revealing', 'abe'),
    commit('revealing', 'bea'),
    ...(['claimed', 'lie', 'awaited', 'opened', 'accused', 'convicted'] as const).map(submit),
  ]);
  await reach(['revealing'], 'Revealing');

  const fallen = find(plots, 'convicted');
  const lie = soleClaim(fallen);
  const seal = { salt: saltOf('seal'), traceRoot: bytes(lie.traceRoot), node: LIES.mlp };
  await send([
    reveal('revealing', 'abe'),
    [
      key('vera'),
      sealAccusation(client, {
        seal: referee.seal({
          request: fallen.request,
          traceRoot: lie.traceRoot,
          place: seal.node,
          account: key('vera').publicKey,
          salt: seal.salt,
        }),
      }),
    ],
  ]);
  const unbonded = 100n * UNIT;
  const [conviction, , , , leaves] = await send([
    [
      key('frank'),
      contradictNode(client, {
        request: fallen.request,
        worker: key(lie.worker).address,
        proof: fallen.graph.loaded.proveNode(seal.node, lie.leaves, [fallen.input], fallen.truth),
      }),
    ],
    challenge('frank', 'awaited', LIES.cnn),
    challenge('frank', 'opened', LIES.cnn),
    challenge('frank', 'accused', LIES.cnn),
    [key('lena'), unbondStake(client, { amount: unbonded })],
  ]);
  eventOf(conviction, 'disputes.ClaimConvicted');

  const shown = find(plots, 'opened');
  const shownClaim = soleClaim(shown);
  await send([
    [
      accounts.operator(shownClaim.worker),
      openNode(client, { request: shown.request, node: LIES.cnn, opening: openingOf(shown) }),
    ],
  ]);

  return {
    plots,
    seal,
    draft: { model: half, rest: halfPages.slice(1) },
    leaving: {
      worker: 'lena',
      amount: unbonded,
      from: eventOf(leaves, 'workers.UnbondingStarted').at,
    },
  };
};

/** Most bytes of an opening that are shown as they are, as every preset has it. */
const WHOLE_OPENING = 512 * 1024;

/** The worker's own tensor under the challenged leaf. */
export const openingOf = (plot: Plot): Uint8Array => {
  const output = soleClaim(plot).nodeOutputs[LIES.cnn];
  if (output === undefined) throw new Error(`${plot.name} has no node ${LIES.cnn}`);
  return plot.graph.loaded.open(LIES.cnn, output, WHOLE_OPENING);
};
