/** A record as the views see it. */

import type { Problem } from './problem.ts';
import type {
  Account,
  ActorSummary,
  ChainFacts,
  CompileReport,
  Dispute,
  Manifest,
  ModelOnChain,
  Nodes,
  RawEvent,
  RequestSummary,
  Step,
  Summary,
  VerdictSummary,
} from './schema.ts';

export interface Block {
  number: number;
  hash: string;
  /** Bytes of each extrinsic. */
  sizes: readonly number[];
}

/** An event, its amounts and numbers as the record has them. */
export type RecordEvent = RawEvent;

/** A model: what was compiled, and what the chain knows of it. */
export interface ModelEntry {
  name: string;
  manifest: Manifest | undefined;
  nodes: Nodes | undefined;
  chain: ModelOnChain | undefined;
  report: CompileReport | undefined;
}

/** What timelines, stories and sums of money are made of: a record has it, and so has a chain that is followed. */
export interface Chronicle {
  /** In order, without a gap. */
  blocks: readonly Block[];
  events: readonly RecordEvent[];
  chainEvents: readonly RecordEvent[];
  steps: readonly Step[];
  models: readonly {
    name: string;
    chain: { id?: string | undefined } | undefined;
  }[];
  summary: {
    /** One that nobody named is called by its number. */
    requests: readonly Pick<RequestSummary, 'name' | 'id' | 'user' | 'state'>[];
    verdicts: readonly Pick<VerdictSummary, 'worker'>[];
    actors: readonly Pick<ActorSummary, 'name' | 'role'>[];
  };
  nameOf(address: string): string;
  actor(name: string): Pick<ActorSummary, 'name' | 'role'> | undefined;
}

export interface RunRecord extends Chronicle {
  name: string;
  summary: Summary;
  chain: ChainFacts | undefined;
  versions: Readonly<Record<string, string>>;
  accounts: readonly Account[];
  blocks: readonly Block[];
  /** The run's own events. */
  events: readonly RecordEvent[];
  /** All events of its blocks, those of others who use the chain included. */
  chainEvents: readonly RecordEvent[];
  disputes: readonly Dispute[] | undefined;
  models: readonly ModelEntry[];
  steps: readonly Step[];
  /** Inputs by request. */
  inputs: ReadonlyMap<string, Uint8Array>;
  logs: ReadonlyMap<string, string>;
  /** What is wrong with it that does not keep it from being shown. */
  problems: readonly Problem[];
  /** What an address is called. */
  nameOf(address: string): string;
  actor(name: string): ActorSummary | undefined;
}
