/** A network of real nodes, as those who drive it see it. */
import type { Address } from '@veritrace/sdk';

/** What runs the nodes: processes of this machine, or containers. */
export const providers = ['native', 'podman', 'kubernetes'] as const;
export type Provider = (typeof providers)[number];

/** What a node is there for. A `later` node is declared but not started with the network. */
export type NodeRole = 'validator' | 'full' | 'later';

/** A node as it can be reached. */
export interface NetworkNode {
  readonly name: string;
  readonly role: NodeRole;
  /** Address of its RPC, the same after a restart. */
  readonly ws: string;
  /** Address of its metrics, the same after a restart. */
  readonly prometheus: string;
  /** Its process; `undefined` while it does not run, and where a container is not a process of this machine. */
  readonly pid: number | undefined;
  /** Whether SIGSTOP holds it. */
  readonly paused: boolean;
  /** What it has written so far. */
  readonly log: string;
}

/** How a worker works: a daemon over RPC, or the node's off-chain worker and its sidecar. */
export type WorkerKind = 'daemon' | 'offchain';

/** A worker of the network, with the process that computes for it. */
export interface NetworkWorker {
  readonly name: string;
  readonly kind: WorkerKind;
  /** The node it talks to, or whose off-chain worker it is. */
  readonly node: string;
  /** Who bonds. */
  readonly account: Address;
  /** Who signs its work. */
  readonly operator: Address;
  /** Names of the models it serves. */
  readonly serves: readonly string[];
  /** The daemon's or the sidecar's process; `undefined` while it does not run. */
  readonly pid: number | undefined;
  /** Where the sidecar listens; `undefined` for a daemon. */
  readonly sidecar: string | undefined;
  readonly log: string;
}

/** A model that the network registered for its workers. */
export interface NetworkModel {
  readonly name: string;
  /** Its id on the chain; `undefined` when `bootstrap` was false. */
  readonly id: string | undefined;
  /** Absolute folder of the compiled model. */
  readonly dir: string;
}

/** What a network tells while it starts, runs and ends. */
export type NetworkProgress =
  | { type: 'phase'; text: string }
  | { type: 'awaiting'; what: string; seen: string }
  | { type: 'lost'; name: string; text: string };

/** What to start, and how. */
export interface StartNetworkOptions {
  /** Path of the specification, a `.toml` file. */
  spec: string;
  /** Folder for everything the run writes; a new one under `runs/` when absent. */
  dir?: string;
  provider?: Provider;
  /**
   * Path of the runtime that the chain starts with; the released one when absent. Only for nodes that are processes of this
   * machine: images have their own.
   */
  runtime?: string;
  /** Ends the network, whether it is ready or still starting. */
  signal?: AbortSignal;
  onProgress?: (progress: NetworkProgress) => void;
  /**
   * Whether the models and workers of the `[veritrace]` table are funded, registered and started (the default). A
   * scenario brings its own: it starts the bare nodes.
   */
  bootstrap?: boolean;
  /** Milliseconds each phase of the start may take; three minutes when absent. */
  deadlineMs?: number;
}

/** A running network. It ends with the process that started it, however that ends. */
export interface RunningNetwork {
  readonly name: string;
  readonly provider: Provider;
  /** Absolute folder of the run: specification, state, logs, the nodes' data. */
  readonly dir: string;
  /** Marks every process of this run, in the environment variable `VERITRACE_RUN_ID`. */
  readonly runId: string;
  /** As it is now; ask again after a fault. */
  nodes(): readonly NetworkNode[];
  /** One node by name. Throws a `NetworkError` that lists the names there are. */
  node(name: string): NetworkNode;
  workers(): readonly NetworkWorker[];
  worker(name: string): NetworkWorker;
  models(): readonly NetworkModel[];

  /** SIGSTOP: the process stays, with its connections, and does nothing. */
  pause(node: string): Promise<void>;
  /** SIGCONT. */
  resume(node: string): Promise<void>;
  /** SIGKILL, as a power cut. Resolves when the process is gone. */
  kill(node: string): Promise<void>;
  /**
   * Starts a killed node with the command line, environment and data it had, or a `later` node for the first time.
   * Resolves when its RPC answers.
   */
  start(node: string): Promise<void>;
  /**
   * Cuts a node from its peers: it starts anew with the command line it had, but knows and takes no peer. Its data stays.
   * `rejoin` gives it its peers back. Both resolve when its RPC answers.
   */
  isolate(node: string): Promise<void>;
  rejoin(node: string): Promise<void>;

  /** Ends a worker's daemon or sidecar, by default as a crash does (SIGKILL). Resolves when the process is gone. */
  stopWorker(worker: string, signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again with the command line, environment and journal it had. Resolves when it is at work. */
  startWorker(worker: string): Promise<void>;

  /** The last lines a node or worker wrote. */
  logs(name: string, lines?: number): Promise<string[]>;
  /** Ends everything and waits until no process is left. Harmless a second time. */
  stop(): Promise<void>;
}

/** A network cannot do what was asked of it. The message says what, where and what to do. */
export class NetworkError extends Error {
  override readonly name: string = 'NetworkError';
}

/** Something did not come to pass before its deadline. */
export class NetworkTimeout extends NetworkError {
  override readonly name = 'NetworkTimeout';
}

/** `startNetwork`: resolves when every node answers, has peers and has finalized a block, and every worker is at work. */
export type StartNetwork = (options: StartNetworkOptions) => Promise<RunningNetwork>;
