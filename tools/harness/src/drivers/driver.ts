/** What a scenario needs of a chain, whatever runs it. */

import type { Ledger } from '@veritrace/replay';
import type {
  Address,
  BlockContent,
  BlockRef,
  Hex,
  Parameters,
  VeritraceClient,
} from '@veritrace/sdk';
import type { JsonObject } from '../embedded/json.ts';
import type { InvariantReport } from '../invariants/monitor.ts';
import type { ChainState } from '../invariants/state.ts';
import type { DriverName, NodeFault, Scenario, ScenarioStep } from '../scenario/schema.ts';

/** Where a daemon wants to be. Drivers without nodes of their own have one place for all. */
export interface Place {
  /** A node by name. */
  node?: string | undefined;
  /** A daemon whose node it must not be, where there are several. */
  apartFrom?: string | undefined;
}

/** The network a scenario asks for. */
export interface NetworkOptions {
  preset: string;
  /** Merged over the preset's genesis. */
  patch: JsonObject;
  /** Smallest units by address. */
  balances: ReadonlyMap<string, bigint>;
  /** Ends waiting. */
  signal?: AbortSignal | undefined;
}

/** What a run's record says of the chain it ran on. */
export interface ChainFacts {
  /** State root of the genesis. */
  genesisRoot: Hex;
  /** Hash of block 0; where the driver makes the chain it says nothing. */
  genesisHash?: Hex;
  /** What the chain's specification calls it. */
  chain?: string;
  /** The runtime, with the digest of what is under `:code`. */
  runtime: { name: string; version: number; sha256: string };
  /** `undefined` on a chain that was there before. */
  preset: string | undefined;
}

/** Everything needed to start the chain again. */
export interface GenesisFiles {
  config: JsonObject;
  /** Storage without the runtime. */
  storage: Record<Hex, Hex>;
  /** The runtime as it is under `:code`. */
  runtime: Uint8Array;
}

/** A transaction that no block will include. */
export interface DroppedTransaction {
  extrinsic: Hex;
  reason: string;
}

/** A block as a run takes it in: what was sent, what happened, and the state after it. */
export interface TakenBlock {
  content: BlockContent;
  state: ChainState;
  /** The chain's clock, in milliseconds. */
  timestamp: number;
}

/** The next block of the best chain, and the blocks that the way to it takes back, newest first. */
export interface Advance {
  retracted: readonly BlockRef[];
  taken: TakenBlock;
}

/** When something was first heard of here, in milliseconds of this machine's clock. */
export interface Hearsay {
  /** As a best block. */
  best: number | undefined;
  /** As a finalized one. */
  finalized: number | undefined;
}

/** A chain that is running. */
export interface Network {
  readonly driver: DriverName;
  /** Whether the run makes the blocks, one whenever it is ready for it, or the chain goes by itself. */
  readonly pace: 'made' | 'live';
  /** The connection of everyone who is no daemon. On a live chain it is to another node when the first is lost. */
  readonly client: VeritraceClient;
  /** The connection of a daemon; on a live chain daemons talk to different nodes. */
  clientOf(daemon: string, place?: Place): Promise<VeritraceClient>;
  readonly facts: ChainFacts;
  /** `undefined` when this driver did not make the genesis. */
  readonly genesis: GenesisFiles | undefined;
  /** The block the run begins with: everyone has what it was promised. */
  readonly origin: TakenBlock;
  /** What root has set by then. */
  readonly parameters: Parameters;
  /**
   * The next block after `from`: made, where the run makes blocks, awaited elsewhere, one at a time however many there
   * are. Rejects with a `ChainStalled` when none comes.
   */
  advance(from: BlockRef, signal?: AbortSignal): Promise<Advance>;
  /** The newest block that cannot be taken back. */
  finalized(): BlockRef;
  /** Reads a block. */
  read(block: BlockRef): Promise<TakenBlock>;
  /** When a block was heard of; nothing where that means nothing. */
  heard(block: BlockRef): Hearsay;
  /**
   * What became of the invariants in the finalized blocks between two, both included. Waits for the second; without one it
   * is what was looked at by now.
   */
  invariants(from: number, to: number | undefined, signal?: AbortSignal): Promise<InvariantReport>;
  /**
   * The chain from its genesis to a block, with everything needed to execute it again. Rejects when that is more than a
   * record should have, or when no node has all of it.
   */
  ledger(to: number, signal?: AbortSignal): Promise<Ledger>;
  /** Transactions dropped since the last call. */
  dropped(): DroppedTransaction[];
  /** Leaves out of the next blocks, so many of them, what an account sends. Only where `can` of the driver says so. */
  censor(account: Address, blocks: number): void;
  /** Does a fault to a node. Only where `can` of the driver says so. */
  fault(kind: NodeFault, node: string): Promise<void>;
  /** Whether a node has a block; one that does not answer has none. Only where `can` of the driver says so. */
  has(node: string, block: BlockRef): Promise<boolean>;
  /** The last lines that each node logged; none where its log is not at hand. */
  logs(lines: number): Promise<{ node: string; lines: string[] }[]>;
  /** Ends it, or, where others use it too, leaves it. Harmless a second time. */
  stop(): Promise<void>;
}

/** A way to run chains. */
export interface Driver {
  readonly name: DriverName;
  /** Names of the nodes it has; `undefined` where it has none of its own. */
  nodes(): readonly string[] | undefined;
  /** Whether it can do a step of this kind. */
  can(step: ScenarioStep['do']): boolean;
  /** Why it cannot give a scenario the network it asks for; `undefined` when it can. */
  refuses(network: Scenario['network']): string | undefined;
  /** Makes a run's keys its own where others run on the same chain; `undefined` where the seed alone fixes them. */
  salt(): string | undefined;
  start(options: NetworkOptions): Promise<Network>;
}

/** The chain does not go on. The message says since when. */
export class ChainStalled extends Error {
  override readonly name = 'ChainStalled';
}
