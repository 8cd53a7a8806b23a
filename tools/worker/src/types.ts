/** What the three daemons take and give. */
import type { ExactProvider } from '@veritrace/compiler';
import type { Graph, KnownTrace, LoadedGraph, Referee } from '@veritrace/referee';
import type {
  Account,
  Address,
  BlockRef,
  Challenge,
  Claim,
  ContentStore,
  HeadRef,
  Hex,
  ModelId,
  Request,
  RequestId,
  Subject,
} from '@veritrace/sdk';
import type { Chain } from './chain.ts';
import type { Journal } from './journal.ts';
import type { ProofCap } from './proof-cap.ts';
import type { Tracer } from './tracer.ts';

/** The part of a pino logger the daemons use. Secrets are never passed to it. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Milliseconds since some fixed moment; for durations in logs only. Waiting is by blocks. */
export type Clock = () => number;

/** Runs an exact program. Outputs are every node's, row-major little-endian. */
export interface Engine {
  run(inputs: Uint8Array[]): Promise<Uint8Array[]>;
  dispose(): Promise<void>;
}

export interface EngineOptions {
  /** One on which exact programs have been proved exact. */
  executionProvider: ExactProvider;
  threads: number;
}

/** `createExactSession` of the compiler fits. */
export type EngineFactory = (graph: Graph, options: EngineOptions) => Promise<Engine>;

/** A compiled model in memory. */
export interface LoadedModel {
  /** Where it was read from; for logs. */
  name: string;
  loaded: LoadedGraph;
  graphRoot: Hex;
}

/** What every daemon is given. */
export interface DaemonDeps {
  /** The chain as the daemons see it: `chainOf(client)`, or a fake. */
  chain: Chain;
  referee: Referee;
  /** Lasting memory; one per daemon. */
  journal: Journal;
  logger: Logger;
  /** Where inputs are got that are not on chain, and outputs put that are larger than a claim carries. Nowhere when absent. */
  store?: ContentStore;
  clock?: Clock;
  /** Between 0 and 1, for what a daemon draws by lot. `Math.random` by default. */
  random?: () => number;
}

/** What all daemons can do. */
export interface Daemon<Event> {
  /** Replays the journal, reconciles it with the chain and begins. Resolves when the present head was handled. */
  start(): Promise<void>;
  /** Finishes the step it is in and ends. What was sent stays sent; the journal knows. */
  stop(): Promise<void>;
  /**
   * Resolves when everything the daemon does on heads up to this one is done: computed, signed, sent. It does not wait
   * for inclusion. `finalized` asks that this block was seen as final, too. Rejects when the daemon stopped on an error.
   */
  settled(head: { best: number; finalized?: number }): Promise<void>;
  /** Calls back for everything that happens, from now on. Returns the way to stop. */
  on(listener: (event: Event) => void): () => void;
}

/** What every daemon tells of its transactions. */
export type TransactionEvent =
  | { type: 'sent'; action: string; hash: Hex; block: number }
  | {
      type: 'included';
      action: string;
      hash: Hex;
      block: BlockRef;
      /** Name of the chain's error. */
      error: string | undefined;
      /** Why a proof in it was not accepted. */
      rejected: string | undefined;
    }
  | { type: 'expired'; action: string; hash: Hex }
  /** A step could not be finished; it is tried again at the next head. */
  | { type: 'trouble'; error: string };

export type WorkerEvent =
  | TransactionEvent
  | { type: 'computed'; request: RequestId; traceRoot: Hex; outputRoot: Hex; milliseconds: number }
  | { type: 'withheld'; request: RequestId; reason: string }
  /** An input cannot be got; the chain is told so if it stays like that. */
  | { type: 'unavailable'; request: RequestId }
  /** Outputs larger than a claim were put into the store. */
  | { type: 'served'; request: RequestId; outputs: number }
  | { type: 'challenged'; request: RequestId; subject: Subject; answered: boolean }
  /** A claim that this worker has to look at as an auditor was computed; whether it is true. */
  | { type: 'audited'; request: RequestId; worker: Address; isTrue: boolean };

/** What a worker says it computed. */
export interface ComputedTrace {
  /** Every node's output, row-major little-endian. */
  nodeOutputs: Uint8Array[];
  /** Trace leaves, when they are not to be those of `nodeOutputs`. */
  leaves?: Uint8Array[];
  /** The declared outputs' bytes, when they are not to be those of `nodeOutputs`. */
  outputs?: Uint8Array[];
}

/** What a decision about a request may look at. */
export interface WorkContext {
  request: Request;
  /** Request inputs, row-major little-endian. */
  inputs: Uint8Array[];
  model: LoadedModel;
  /** The worker's own account. */
  worker: Address;
  chain: Chain;
  head: HeadRef;
  /** The true outputs, computed by the engine; computed once. */
  honest(): Promise<Uint8Array[]>;
}

/** What a worker is about to publish. */
export interface PreparedClaim {
  leaves: Uint8Array[];
  traceRoot: Uint8Array;
  outputRoot: Uint8Array;
  /** The declared outputs' bytes. */
  outputs: Uint8Array[];
  /** Every node's output behind the leaves, to answer challenges with. */
  nodeOutputs: Uint8Array[];
  /** The leaves were computed from these very outputs, and not stated: hashing them again would tell nothing. */
  isTraced?: true;
}

/**
 * What a worker decides, one function per decision. Each is optional and replaces the honest one; a decision that says
 * no is asked again at every head.
 */
export interface WorkerBehaviour {
  /** The inputs it has, or says it has: the honest way to get them is given. `undefined`: it says that it cannot. */
  getInputs?(
    request: Request,
    honest: () => Promise<Uint8Array[] | undefined>,
  ): Promise<Uint8Array[] | undefined>;
  /** What is claimed to have been computed; asked once. `undefined`: nothing, the worker stays silent. */
  computeTrace?(context: WorkContext): Promise<ComputedTrace | undefined>;
  /** The last look before anything is published: `undefined` if it is right, else why it is withheld. */
  verify?(context: WorkContext, claim: PreparedClaim): Promise<string | undefined>;
  /** Whether to send a result (k = 1) now. */
  maySubmit?(context: WorkContext, claim: PreparedClaim): boolean | Promise<boolean>;
  /** Whether to commit now. */
  mayCommit?(context: WorkContext, claim: PreparedClaim): boolean | Promise<boolean>;
  /** What is committed to; the honest commitment is given. */
  commitment?(context: WorkContext, honest: Uint8Array): Uint8Array | Promise<Uint8Array>;
  /** Whether to reveal now. */
  mayReveal?(context: WorkContext, claim: PreparedClaim): boolean | Promise<boolean>;
  /** The opening to answer the challenge of a node with; the true one is given. `undefined`: no answer. */
  onChallenge?(
    context: WorkContext,
    challenge: Challenge,
    opening: () => Uint8Array,
  ): Promise<Uint8Array | undefined>;
  /** The leaves to answer the challenge of a page with; the true ones are given. `undefined`: no answer. */
  onPageChallenge?(
    context: WorkContext,
    challenge: Challenge,
    leaves: () => Uint8Array[],
  ): Promise<Uint8Array[] | undefined>;
  /** Whether to do what it was drawn for as an auditor; asked once for each audit. */
  mayAudit?(context: WorkContext): boolean | Promise<boolean>;
}

/** A worker's settings, checked; keys and files already read. */
export interface WorkerConfig {
  /** Signs work. The worker's own account is found on chain. */
  operator: Account;
  models: LoadedModel[];
  engine: EngineOptions;
  /** The least price to be drawn for; the chain is told when it has another. As it is on chain when absent. */
  minPrice?: bigint;
  /** Random tiles recomputed by the referee before anything is published. */
  verifySampleTiles: number;
  /** Transactions that may wait for inclusion at once; eight when absent. */
  waitingTransactions?: number;
}

export interface WorkerDeps extends DaemonDeps {
  createEngine: EngineFactory;
  behaviour?: WorkerBehaviour;
  /** Where outputs are committed to; its owner disposes of it. On the worker's own thread when absent. */
  tracer?: Tracer;
}

export type Worker = Daemon<WorkerEvent>;

/** A node at which a claim is to be contradicted; or, of a long trace, a page that the worker has to open first. */
export type Fault = { node: number } | { page: number };

/** What a challenger looks at. */
export interface ClaimContext {
  request: Request;
  claim: Claim;
  model: LoadedModel;
  inputs: Uint8Array[];
  /** The claim's trace, as far as it is known. */
  trace: KnownTrace;
  chain: Chain;
  head: HeadRef;
  /** Every node's true output; computed once. */
  honest(): Promise<Uint8Array[]>;
}

/** What a challenger decides. Each is optional and replaces the honest one. */
export interface ChallengerBehaviour {
  /** Where to contradict it; `undefined` for a true claim. */
  findFault?(context: ClaimContext): Promise<Fault | undefined>;
  /** Whether the node is contradicted in one transaction rather than by challenge. */
  inOne?(context: ClaimContext, node: number): boolean;
  /** The proof to send, by kind; the honest prover's is given and throws when there is nothing to prove. */
  proof?(
    context: ClaimContext,
    kind: 'node' | 'challenge' | 'tile' | 'element',
    honest: () => Uint8Array,
  ): Uint8Array | Promise<Uint8Array>;
}

export interface ChallengerConfig {
  account: Account;
  models: LoadedModel[];
  /** Claims that are looked at; all when absent. */
  only?: (claim: { request: RequestId; worker: Address }) => boolean;
  /**
   * Whether accusations are sealed a block before they are made, so that nobody gets the bounty who copies the proof.
   * Without, a lie falls a block earlier and no bond is held; the bounty may go to someone else. True by default.
   */
  seals?: boolean;
  /** The largest proof of a whole node; a node that takes more is challenged. `PROOF_CAP` by default. */
  proofCap?: ProofCap;
}

export interface ChallengerDeps extends DaemonDeps {
  /** Recomputes claims; the referee does when absent. */
  createEngine?: EngineFactory;
  engine?: EngineOptions;
  behaviour?: ChallengerBehaviour;
}

export type ChallengerEvent =
  | TransactionEvent
  | { type: 'assessed'; request: RequestId; worker: Address; fault: Subject | undefined }
  | { type: 'rejected'; request: RequestId; worker: Address; subject: Subject; reason: string }
  | { type: 'convicted'; request: RequestId; worker: Address; subject: Subject };

export type Challenger = Daemon<ChallengerEvent>;

export interface KeeperConfig {
  account: Account;
  /** Blocks left to the chain's own sweep before the keeper steps in. 1 by default. */
  patience?: number;
}

export type KeeperEvent = TransactionEvent | { type: 'due'; request: RequestId; since: number };

export type Keeper = Daemon<KeeperEvent>;

export interface PublisherConfig {
  /** Pays for the publications. */
  account: Account;
  /** Whether others' inputs are published, too, if they are in the store. Not by default. */
  forAll?: boolean;
}

export type PublisherEvent =
  | TransactionEvent
  /** An input that is demanded is not in the store. */
  | { type: 'missing'; request: RequestId; index: number };

export type Publisher = Daemon<PublisherEvent>;

/** Ids of models by graph root are the chain's; this is what a daemon knows them by. */
export type ModelsByRoot = ReadonlyMap<Hex, LoadedModel>;

export type { ModelId };
