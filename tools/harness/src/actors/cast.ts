/** The daemons that take part: real workers, challengers and keepers, each with its behaviour, in this process. */
import { createExactSession } from '@veritrace/compiler';
import type { Referee } from '@veritrace/referee';
import type { ContentStore, RequestId, VeritraceClient } from '@veritrace/sdk';
import {
  type ComputedTrace,
  chainOf,
  createChallenger,
  createKeeper,
  createMemoryJournal,
  createPublisher,
  createWorker,
  type EngineFactory,
  type Journal,
  type Logger,
  type WorkerBehaviour,
} from '@veritrace/worker';
import { challengerBehaviour } from '../behaviours/challengers.ts';
import type { ChallengerBehaviourSpec, WorkerBehaviourSpec } from '../behaviours/specs.ts';
import { workerBehaviour } from '../behaviours/workers.ts';
import type { Place } from '../drivers/driver.ts';
import type { Model } from '../models/model.ts';
import type { AccountDirectory } from './accounts.ts';
import { createFrontRunner, type FrontRunner, seenBy } from './front-runner.ts';
import { ownChain } from './own-chain.ts';
import { createRandom } from './random.ts';

/** A daemon as the cast needs it. */
interface Player {
  start(): Promise<void>;
  stop(): Promise<void>;
  settled(head: { best: number; finalized?: number }): Promise<void>;
}

/** A daemon ended with an error of its own. */
export class DaemonFailed extends Error {
  override readonly name = 'DaemonFailed';
}

export interface Cast {
  /** `node`, where it is known, is the one its daemon talks to. */
  startWorker(
    name: string,
    behaviour: WorkerBehaviourSpec,
    models: Model[],
    node?: string,
  ): Promise<void>;
  /** A second daemon with the worker's operator key, at another node, with a journal of its own. */
  startTwin(
    name: string,
    behaviour: WorkerBehaviourSpec,
    models: Model[],
    node?: string,
  ): Promise<void>;
  /** `seals`: whether an honest one seals what it finds before it proves it. */
  startChallenger(
    name: string,
    behaviour: ChallengerBehaviourSpec,
    models: Model[],
    seals: boolean,
  ): Promise<void>;
  startKeeper(name: string): Promise<void>;
  /** A user’s daemon that publishes inputs out of its own store when they are demanded. */
  startPublisher(name: string, own: ContentStore): Promise<void>;
  /** Stops a daemon as a crash does: its journal stays. */
  stop(name: string): Promise<void>;
  /** Starts a stopped one again, with its journal. */
  restart(name: string): Promise<void>;
  /** Everyone has done what it does about this block. Throws a `DaemonFailed`. */
  settled(block: number): Promise<void>;
  /** Whether everyone is well, without waiting for anyone. Throws a `DaemonFailed`. */
  check(): void;
  /** Ends all. */
  end(): Promise<void>;
}

export interface CastOptions {
  /** The connection of a daemon. */
  clientOf(daemon: string, place?: Place): Promise<VeritraceClient>;
  accounts: AccountDirectory;
  referee: Referee;
  seed: number;
  /** Where inputs are that users give away, and outputs that are larger than claims. */
  store: ContentStore;
  loggerOf(actor: string): Logger;
  /** Told what a worker stands for that does not compute as it should. */
  onTrace?(worker: string, request: RequestId, trace: ComputedTrace): void;
}

/** Each worker computes for itself: one session per worker and model, on one thread. */
const createEngine: EngineFactory = (graph) =>
  createExactSession(graph, { executionProvider: 'cpu', threads: 1 });

const engine = { executionProvider: 'cpu', threads: 1 } as const;

/** What a worker's second daemon is called. No actor's name has a dot. */
const twinOf = (worker: string): string => `${worker}.twin`;

/** Tiles that workers recompute before they answer. */
const SAMPLED_TILES = 2;

export const createCast = ({
  clientOf,
  accounts,
  referee,
  seed,
  store,
  loggerOf,
  onTrace,
}: CastOptions): Cast => {
  const failures: DaemonFailed[] = [];
  const playing = new Map<string, Player>();
  const makers = new Map<string, () => Promise<Player>>();
  const journals = new Map<string, Journal>();
  const frontRunners = new Map<string, FrontRunner>();

  const journalOf = (name: string): Journal => {
    const known = journals.get(name);
    if (known !== undefined) return known;
    const journal = createMemoryJournal();
    journals.set(name, journal);
    return journal;
  };

  const failure = (name: string, cause: unknown): DaemonFailed => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return new DaemonFailed(`the daemon of ${name} ended: ${reason}`, { cause });
  };

  const begin = async (name: string): Promise<void> => {
    const make = makers.get(name);
    if (make === undefined) throw new RangeError(`${name} was never started`);
    const player = await make();
    playing.set(name, player);
    // Only a daemon that ends rejects: no block has so high a number.
    player.settled({ best: Number.POSITIVE_INFINITY }).catch((cause: unknown) => {
      if (playing.get(name) === player) failures.push(failure(name, cause));
    });
    await player.start();
  };

  const deps = async (name: string, place?: Place) => ({
    chain: ownChain(chainOf(await clientOf(name, place)), accounts.owns),
    referee,
    journal: journalOf(name),
    store,
    logger: loggerOf(name),
    random: createRandom(seed, name),
  });

  const halt = async (name: string): Promise<void> => {
    frontRunners.delete(name);
    const player = playing.get(name);
    playing.delete(name);
    await player?.stop();
  };

  /** The behaviour, with what it computes told. */
  const observed = (behaviour: WorkerBehaviour, worker: string): WorkerBehaviour => {
    const { computeTrace } = behaviour;
    if (computeTrace === undefined || onTrace === undefined) return behaviour;
    return {
      ...behaviour,
      computeTrace: async (work) => {
        const trace = await computeTrace(work);
        if (trace !== undefined) onTrace(worker, work.request.id, trace);
        return trace;
      },
    };
  };

  /** A daemon that signs with a worker's operator key. */
  const startDaemon = (
    daemon: string,
    worker: string,
    behaviour: WorkerBehaviourSpec,
    models: Model[],
    place: Place,
  ): Promise<void> => {
    makers.set(daemon, async () =>
      createWorker(
        {
          operator: accounts.operator(worker),
          models,
          engine,
          verifySampleTiles: SAMPLED_TILES,
        },
        {
          ...(await deps(daemon, place)),
          createEngine,
          behaviour: observed(
            workerBehaviour(behaviour, { referee, seed, name: daemon, models }),
            worker,
          ),
        },
      ),
    );
    return begin(daemon);
  };

  return {
    startWorker: (name, behaviour, models, node) =>
      startDaemon(name, name, behaviour, models, { node }),
    startTwin: (name, behaviour, models, node) =>
      startDaemon(twinOf(name), name, behaviour, models, { node, apartFrom: name }),
    startChallenger: (name, behaviour, models, seals) => {
      makers.set(name, async () => {
        const account = accounts.account(name);
        const { chain, logger, ...others } = await deps(name);
        if (behaviour.kind === 'front-runner') {
          const made = createFrontRunner({
            account,
            chain,
            referee,
            logger,
            seals: behaviour.seals,
          });
          frontRunners.set(name, made);
          return made;
        }
        return createChallenger(
          // Who accuses falsely has nothing to seal.
          { account, models, seals: seals && behaviour.kind === 'honest' },
          {
            ...others,
            chain: seenBy(chain, () => frontRunners.values()),
            logger,
            createEngine,
            engine,
            behaviour: challengerBehaviour(behaviour, { referee, seed, name }),
          },
        );
      });
      return begin(name);
    },
    startKeeper: (name) => {
      makers.set(name, async () =>
        createKeeper({ account: accounts.account(name) }, await deps(name)),
      );
      return begin(name);
    },
    startPublisher: (name, own) => {
      makers.set(name, async () =>
        createPublisher({ account: accounts.account(name) }, { ...(await deps(name)), store: own }),
      );
      return begin(name);
    },
    stop: halt,
    restart: begin,
    settled: async (block) => {
      await Promise.all(
        [...playing].map(async ([name, player]) => {
          try {
            await player.settled({ best: block, finalized: block });
          } catch (cause) {
            throw failure(name, cause);
          }
        }),
      );
    },
    check: () => {
      const [first] = failures;
      if (first !== undefined) throw first;
    },
    end: async () => {
      await Promise.all([...playing.keys()].map(halt));
    },
  };
};
