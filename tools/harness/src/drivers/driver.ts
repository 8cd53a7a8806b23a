/** What a scenario needs of a chain, whatever runs it. */
import type { BlockRef, Hex, VeritraceClient } from '@veritrace/sdk';
import type { JsonObject } from '../embedded/json.ts';
import type { DriverName, ScenarioStep } from '../scenario/schema.ts';

/** The network a scenario asks for. */
export interface NetworkOptions {
  preset: string;
  /** Merged over the preset's genesis. */
  patch: JsonObject;
  /** Smallest units by address. */
  balances: ReadonlyMap<string, bigint>;
}

/** What a run's record says of the chain it ran on. */
export interface ChainFacts {
  /** State root of the genesis. */
  genesisRoot: Hex;
  runtime: { name: string; version: number; sha256: string };
  preset: string;
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

/** A chain that is running. */
export interface Network {
  readonly driver: DriverName;
  readonly client: VeritraceClient;
  readonly facts: ChainFacts;
  /** `undefined` when this driver did not make the genesis. */
  readonly genesis: GenesisFiles | undefined;
  /** The next block: made, where the driver makes blocks, awaited elsewhere. Its events can be read when this resolves. */
  next(): Promise<BlockRef>;
  /** Extrinsics of a block, as they are. */
  extrinsics(block: BlockRef): Promise<Hex[]>;
  /** Transactions dropped since the last call. */
  dropped(): DroppedTransaction[];
  /** Ends it. Harmless a second time. */
  stop(): Promise<void>;
}

/** A way to run chains. */
export interface Driver {
  readonly name: DriverName;
  /** Whether it can do a step of this kind. */
  can(step: ScenarioStep['do']): boolean;
  start(options: NetworkOptions): Promise<Network>;
}
