/**
 * Between: the daemons of the earlier release have stopped, those of the present one take over keys and journals. They are
 * started while the earlier runtime still runs, and wait.
 */
import { createExactSession } from '@veritrace/compiler';
import { bytes, type Claim, getRequest, type Request } from '@veritrace/sdk';
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
  type OpenWork,
  type Plot,
  plotOf,
  type StoryOptions,
  soleClaim,
  type Told,
  toldBy,
} from './open-work.ts';

export interface DaemonOptions extends StoryOptions {
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

const demand = (record: Request | undefined, { name }: Plot): Request => {
  if (record === undefined) throw new Error(`the request "${name}" is gone before the upgrade`);
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

/** Starts them. */
export const startDaemons = async (options: DaemonOptions): Promise<void> => {
  const { clerk, accounts, referee, graphs, open, loggerOf } = options;
  const { client, head, daemons } = clerk;
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
};
