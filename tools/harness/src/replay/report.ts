/** What a replay tells. Amounts are smallest units. */
import type { Difference, Hex } from '@veritrace/replay';
import type { Violation } from '../invariants/monitor.ts';
import type { Truth } from './truths.ts';

/** A claim, whether it was true, and what came of it. */
export interface ClaimVerdict {
  /** As the run called it; its number where no run did. */
  request: string;
  id: bigint;
  worker: string;
  /** The block it was made in. */
  block: number;
  truth: Truth;
  /** How it fell, when it did. */
  conviction:
    | {
        block: number;
        challenger: string;
        /** The kind of contradiction, or `Silence`. */
        evidence: string;
        /** What it was convicted at, as the chain has it: `node 3`, say. */
        subject: string;
        transactions: number;
        /** Lost by the worker: what others got of it, and what was burned. */
        paid: bigint;
        burned: bigint;
        paidTo: { who: string; amount: bigint }[];
      }
    | undefined;
}

/** A stretch of blocks that one runtime executed. */
export interface RuntimeStretch {
  name: string;
  version: number;
  /** The first of these blocks. */
  from: number;
}

export interface ReplayReport {
  record: string;
  /** Root of the list of its files. */
  root: string | undefined;
  files: number;
  bytes: number;
  /** Whether everything is as recorded, every claim that fell was false, and every invariant held. */
  passed: boolean;
  /** The first thing that is not as recorded. */
  difference: Difference | undefined;
  chain: {
    kind: 'imported' | 'assembled' | undefined;
    name: string | undefined;
    /** State root of the first block: of the genesis, mostly. */
    base: { number: number; hash: Hex; root: Hex } | undefined;
    /** The last block that was executed, with the root that was computed. */
    last: { number: number; hash: Hex; root: Hex } | undefined;
    blocks: number;
    extrinsics: number;
    events: number;
    runtimes: RuntimeStretch[];
    /** Blocks, of an earlier runtime, whose records are not read: executed, but no claims judged, no invariants checked. */
    unread: number;
    /** Seals of block authors that were verified. */
    seals: number;
  };
  claims: ClaimVerdict[];
  proofs: { accepted: number; rejected: number };
  invariants: { checked: number; violated: Violation[] };
  durationMs: number;
  /** Of that, spent on executing blocks and hashing states. */
  executingMs: number;
}
