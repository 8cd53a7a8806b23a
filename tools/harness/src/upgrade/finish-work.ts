/**
 * After the upgrade: the daemons of the present release start with the journals of the earlier one, and whatever was open
 * comes to its end.
 */
import { createExactSession } from '@veritrace/compiler';
import {
  bytes,
  type Claim,
  getBounties,
  getChallenges,
  getRequest,
  getRequests,
  nodeSubject,
  openNode,
  type Request,
  reclaimBond,
  submitGraphPage,
  submitInferenceRequest,
  withdrawUnbonded,
} from '@veritrace/sdk';
import {
  chainOf,
  createChallenger,
  createKeeper,
  createMemoryJournal,
  createWorker,
  type Daemon,
  type EarlierEntry,
  type Entry,
  entryOf,
  identityOf,
  type Logger,
} from '@veritrace/worker';
import {
  LIES,
  type OpenWork,
  openingOf,
  type Plot,
  PRICE,
  plotNames,
  plotOf,
  type StoryOptions,
  soleClaim,
  type Told,
  toldBy,
} from './open-work.ts';

export interface FinishOptions extends StoryOptions {
  open: OpenWork;
  loggerOf(daemon: string): Logger;
}

/** Workers who have something left to do, with the request it is about. */
const ENGAGED = [
  ['ada', 'working'],
  ['ben', 'working'],
  ['abe', 'revealing'],
  ['bea', 'revealing'],
  ['cleo', 'assigned'],
  ['erin', 'accused'],
] as const;

/** Of these nothing was prepared before the upgrade. */
const NEW_TO_IT: ReadonlySet<string> = new Set(['ben', 'cleo']);

/** Blocks until everything must have ended: the longest window and what may come after it. */
const PATIENCE = 160;

const demand = (record: Request | undefined, { name }: Plot): Request => {
  if (record === undefined) throw new Error(`the request "${name}" is gone after the upgrade`);
  return record;
};

/** What an earlier worker wrote down before it published anything. */
const preparedEntry = (record: Request, told: Told): Entry =>
  entryOf(record.id, identityOf(record), told);

/** What an earlier challenger wrote down of a lie that it found and sealed. */
const sealedEntries = (
  record: Request,
  worker: string,
  { seal }: OpenWork,
): (Entry | EarlierEntry)[] => {
  const request = String(record.id);
  const identity = `${identityOf(record)} ${seal.traceRoot satisfies Claim['traceRoot']}`;
  return [
    {
      type: 'assessed',
      request,
      worker,
      identity: `${identity} ${worker}`,
      fault: seal.node,
    },
    {
      type: 'sealed',
      request,
      identity,
      traceRoot: seal.traceRoot,
      node: seal.node,
      salt: bytes(seal.salt),
    },
  ];
};

/** Ends what is open. Returns the request that was made after the upgrade. */
export const finishWork = async (options: FinishOptions): Promise<{ asked: bigint }> => {
  const { clerk, accounts, referee, graphs, open, inputFor, loggerOf } = options;
  const { client, send, until, head, daemons } = clerk;
  const key = accounts.account;
  const chain = chainOf(client);
  const models = Object.values(graphs);
  const engine = { executionProvider: 'cpu', threads: 1 } as const;
  const { hash } = head();
  const recordOf = async (plot: Plot): Promise<Request> =>
    demand(await getRequest(client, plot.request, hash), plot);

  const start = async (daemon: Daemon<unknown>): Promise<void> => {
    await daemon.start();
    daemons.push(daemon);
  };
  for (const [worker, name] of ENGAGED) {
    const plot = plotOf(open, name);
    const entries = NEW_TO_IT.has(worker)
      ? []
      : [preparedEntry(await recordOf(plot), toldBy(plot, worker))];
    await start(
      createWorker(
        {
          operator: accounts.operator(worker),
          models,
          engine,
          verifySampleTiles: 2,
        },
        {
          chain,
          referee,
          journal: createMemoryJournal(entries),
          logger: loggerOf(worker),
          createEngine: createExactSession,
        },
      ),
    );
  }
  const convicted = plotOf(open, 'convicted');
  const fallen = client.address(key(soleClaim(convicted).worker));
  await start(
    createChallenger(
      { account: key('vera'), models },
      {
        chain,
        referee,
        journal: createMemoryJournal(sealedEntries(await recordOf(convicted), fallen, open)),
        logger: loggerOf('vera'),
      },
    ),
  );
  await start(
    createKeeper(
      { account: key('kim') },
      { chain, referee, journal: createMemoryJournal(), logger: loggerOf('kim') },
    ),
  );

  // The liar who was challenged shows what it claimed; a draft is completed; a user asks, all in the present shape.
  const awaited = plotOf(open, 'awaited');
  const assigned = plotOf(open, 'assigned');
  const input = await inputFor(assigned.graph, plotNames.length);
  const sent = await send([
    [
      accounts.operator(soleClaim(awaited).worker),
      openNode(client, { request: awaited.request, node: LIES.cnn, opening: openingOf(awaited) }),
    ],
    [
      key('petra'),
      submitInferenceRequest(client, {
        model: assigned.model,
        inputs: [input],
        maxPrice: 10n * PRICE,
        deadline: 40,
        redundancy: 1,
      }),
    ],
    ...open.draft.rest.map(
      (page) => [key('ivan'), submitGraphPage(client, { model: open.draft.model, page })] as const,
    ),
  ]);
  const asked = sent
    .flatMap(({ events }) => events)
    .flatMap(({ event }) =>
      event.type === 'inference.RequestSubmitted' ? [event.request] : [],
    )[0];
  if (asked === undefined) throw new Error('a request was included without its event');

  await until('the end of the unbonding', PATIENCE, async ({ number }) =>
    number >= open.leaving.from ? true : undefined,
  );
  await send([[key(open.leaving.worker), withdrawUnbonded(client)]]);

  // Frank runs no daemon: his bonds over what fell are free for anyone to give back.
  for (const name of ['awaited', 'opened'] as const) {
    const plot = plotOf(open, name);
    const worker = client.address(key(soleClaim(plot).worker));
    await until(`the verdict on "${name}"`, PATIENCE, async ({ hash: at }) => {
      const record = await getRequest(client, plot.request, at);
      return record?.slots.some(({ state }) => state.type === 'Struck') === true ? true : undefined;
    });
    const subject = nodeSubject(LIES.cnn);
    await send([[key('ivan'), reclaimBond(client, { request: plot.request, worker, subject })]]);
  }

  await until('the end of everything', PATIENCE, async ({ hash: at }) => {
    const [requests, challenges, bounties] = await Promise.all([
      getRequests(client, at),
      getChallenges(client, at),
      getBounties(client, at),
    ]);
    return requests.length + challenges.length + bounties.length === 0 ? true : undefined;
  });
  for (const daemon of daemons.splice(0)) await daemon.stop();
  return { asked };
};
