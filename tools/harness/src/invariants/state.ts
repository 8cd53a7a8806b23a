/** All of a chain's state that the invariants speak about, read at one block. */
import type {
  Address,
  Balance,
  BlockRef,
  Bounty,
  ChainEvent,
  Challenge,
  Complaint,
  Family,
  Model,
  Request,
  RequestId,
  Seal,
  Worker,
} from '@veritrace/sdk';

/** Why funds are held, as `pallet.Reason`. */
export type HoldReason =
  | 'inference.Escrow'
  | 'inference.Deposit'
  | 'inference.Complaint'
  | 'inference.Audit'
  | 'workers.Stake'
  | 'disputes.Bond'
  | 'disputes.Seal'
  | 'disputes.Bounty'
  | 'models.Deposit';

export interface AccountBalance {
  free: Balance;
  /** Everything held, whatever for. */
  reserved: Balance;
}

/** A claim that stands, as far as the invariants care. */
export interface StandingClaim {
  request: RequestId;
  worker: Address;
  traceRoot: string;
  outputRoot: string;
  /** Hex, one per output of the model. None when its answer is not stored. */
  outputs: readonly string[];
}

/** Whose all money is. */
export interface Money {
  issuance: Balance;
  accounts: ReadonlyMap<Address, AccountBalance>;
  /** Held by account and reason. Reasons that are not ours are left out. */
  holds: ReadonlyMap<Address, ReadonlyMap<HoldReason, Balance>>;
}

export interface ChainState extends Money {
  block: BlockRef;
  models: readonly Model[];
  families: readonly Family[];
  workers: readonly Worker[];
  /** Stake locked for a request. */
  locks: readonly { worker: Address; request: RequestId; amount: Balance }[];
  requests: readonly Request[];
  /** Complaints about inputs that cannot be had. */
  complaints: readonly Complaint[];
  /** Requests whose inputs are stored. */
  inputs: readonly RequestId[];
  claims: readonly StandingClaim[];
  /** Whose answers are stored. */
  answers: readonly { request: RequestId; worker: Address }[];
  /** What the deadline buckets have, by the block of the bucket. */
  due: readonly { block: number; request: RequestId }[];
  /** How many requests a user has open. */
  openOf: ReadonlyMap<Address, number>;
  /** Requests a worker has work for. */
  workOf: ReadonlyMap<Address, readonly RequestId[]>;
  challenges: readonly Challenge[];
  seals: readonly Seal[];
  /** Bounties on hold. */
  bounties: readonly Bounty[];
  /** What was earned by accounts it was too little to open. */
  claimable: ReadonlyMap<Address, Balance>;
  totalClaimable: Balance;
  /** The account that what is claimable lies on. */
  payoutsAccount: Address;
  /** The account that pays for audits. */
  treasuryAccount: Address;
  existentialDeposit: Balance;
  /** What the block's execution took and may take at most, in picoseconds. */
  weight: {
    /** Of transactions, whatever their class. */
    transactions: bigint;
    /** Of what the block itself does: its beginning, its end, what is swept. */
    own: bigint;
    most: bigint;
    /** Whether a session began: its pallet has the whole block taken, whatever it does. */
    isNewSession: boolean;
  };
  /** What happened in the block. */
  events: readonly ChainEvent[];
}
