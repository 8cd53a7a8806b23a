/** Daemons as processes of their own: what they have in common, and one function for each. */
import { createReferee, type Referee } from '@veritrace/referee';
import {
  type Account,
  accountFromUri,
  type ConnectOptions,
  connect,
  shownEndpoint,
  type VeritraceClient,
} from '@veritrace/sdk';
import type { Chain } from './chain.ts';
import { createChallenger } from './challenger.ts';
import { createChildEngines } from './child-engine/child-engine.ts';
import { chainOf } from './client-chain.ts';
import type {
  ChallengerSettings,
  KeeperSettings,
  PublisherSettings,
  WorkerSettings,
} from './config.ts';
import { readSecret, type SecretPlace, type StoreSettings } from './config-file.ts';
import { emptyStore } from './inputs.ts';
import { openJournal } from './journal.ts';
import { createKeeper } from './keeper.ts';
import { freeModels, type ModelSettings, openModels } from './open-models.ts';
import { proveModels } from './prove-models.ts';
import { createPublisher } from './publisher.ts';
import { openStores } from './stores.ts';
import { createTracer } from './tracer.ts';
import type { DaemonDeps, EngineOptions, LoadedModel, Logger, WorkerDeps } from './types.ts';
import { type AnyDaemon, untilAborted } from './until-aborted.ts';
import { createWorker } from './worker.ts';

export interface RunOptions {
  logger: Logger;
  /** Ends it in good order. */
  signal: AbortSignal;
  /** How it gets its connection, which it closes in the end; `connect` of the SDK by default. */
  connectTo?: (endpoint: string, options: ConnectOptions) => Promise<VeritraceClient>;
}

interface Process {
  /** Kebab-case: `worker`. */
  name: string;
  endpoint: string;
  journal: string;
  secret: SecretPlace;
  /** What the secret is, for messages. */
  secretName: string;
  /** Models that have to be there before it is anything. */
  models?: ModelSettings & { engine: EngineOptions };
  create(
    account: Account,
    models: LoadedModel[],
    deps: DaemonDeps & Pick<WorkerDeps, 'tracer'>,
  ): AnyDaemon;
  stores?: readonly StoreSettings[];
  /** Whether it commits to outputs, which is done on a thread beside. */
  traces?: boolean;
}

/** Runs until the signal. Resolves after the step it was in and when everything is closed. */
const runProcess = async (
  {
    name,
    endpoint,
    journal: file,
    secret,
    secretName,
    models: wanted,
    stores = [],
    traces = false,
    create,
  }: Process,
  { logger, signal, connectTo = connect }: RunOptions,
): Promise<void> => {
  const account = await accountFromUri(readSecret(secret, process.env, secretName));
  const referee: Referee = createReferee();
  /** In the order in which they were opened; closed in the other. */
  const closing: (() => unknown)[] = [];
  let client: VeritraceClient | undefined;
  const connected = async (): Promise<VeritraceClient> => {
    if (client !== undefined) return client;
    const made = await connectTo(endpoint, { signal });
    client = made;
    closing.push(() => made.disconnect());
    return made;
  };
  try {
    const models =
      wanted === undefined
        ? []
        : await openModels(wanted, { referee, logger, client: connected, signal });
    closing.push(() => freeModels(models));
    if (wanted !== undefined) await proveModels(models, wanted.engine, { referee, logger, signal });
    const connection = await connected();
    const chain: Chain = chainOf(connection);
    const journal = openJournal(file);
    closing.push(() => journal.close());
    const store = stores.length === 0 ? undefined : openStores(stores, { referee, logger });
    const tracer = traces ? createTracer({ logger }) : undefined;
    closing.push(() => tracer?.dispose());
    const daemon = create(account, models, {
      ...(tracer === undefined ? {} : { tracer }),
      chain,
      referee,
      journal,
      logger,
      ...(store === undefined ? {} : { store }),
    });
    closing.push(() => daemon.stop());
    logger.info(
      { endpoint: shownEndpoint(endpoint), account: connection.address(account) },
      `${name} started`,
    );
    await daemon.start();
    await untilAborted(daemon, signal);
  } finally {
    for (const close of closing.reverse()) await close();
    logger.info({}, `${name} stopped`);
  }
};

/** Runs a worker until the signal. */
export const runWorker = (settings: WorkerSettings, options: RunOptions): Promise<void> =>
  runProcess(
    {
      name: 'worker',
      endpoint: settings.endpoint,
      journal: settings.journal,
      secret: settings.operator,
      secretName: 'operator key',
      models: settings,
      stores: settings.stores,
      traces: true,
      create: (operator, models, deps) =>
        createWorker(
          {
            operator,
            models,
            engine: settings.engine,
            verifySampleTiles: settings.verifySampleTiles,
            waitingTransactions: settings.limits.waitingTransactions,
            ...(settings.minPrice === undefined ? {} : { minPrice: settings.minPrice }),
          },
          { ...deps, createEngine: createChildEngines(settings.engine) },
        ),
    },
    options,
  );

/** Runs a challenger until the signal. */
export const runChallenger = (settings: ChallengerSettings, options: RunOptions): Promise<void> =>
  runProcess(
    {
      name: 'challenger',
      endpoint: settings.endpoint,
      journal: settings.journal,
      secret: settings.key,
      secretName: "challenger's key",
      models: settings,
      stores: settings.stores,
      create: (account, models, deps) =>
        createChallenger(
          { account, models, seals: settings.seals, proofCap: settings.proofCap },
          {
            ...deps,
            createEngine: createChildEngines(settings.engine),
            engine: settings.engine,
          },
        ),
    },
    options,
  );

/** Runs a keeper until the signal. */
export const runKeeper = (settings: KeeperSettings, options: RunOptions): Promise<void> =>
  runProcess(
    {
      name: 'keeper',
      endpoint: settings.endpoint,
      journal: settings.journal,
      secret: settings.key,
      secretName: "keeper's key",
      create: (account, _models, deps) =>
        createKeeper({ account, patience: settings.patience }, deps),
    },
    options,
  );

/** Runs a publisher until the signal. */
export const runPublisher = (settings: PublisherSettings, options: RunOptions): Promise<void> =>
  runProcess(
    {
      name: 'publisher',
      endpoint: settings.endpoint,
      journal: settings.journal,
      secret: settings.key,
      secretName: "publisher's key",
      stores: settings.stores,
      create: (account, _models, deps) =>
        createPublisher(
          { account, forAll: settings.forAll },
          { ...deps, store: deps.store ?? emptyStore },
        ),
    },
    options,
  );
