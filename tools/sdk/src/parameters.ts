/** What root may change in each pallet. Windows and clocks are in blocks, shares in parts per million. */
import type { Balance } from './types.ts';

/** What one node may cost the chain. */
export interface GraphLimits {
  /** Largest proof, in bytes. */
  maxProofBytes: number;
  /** Most multiply-accumulates that a proof makes the chain compute. */
  maxMacs: bigint;
  /** Largest opening, in bytes. */
  maxOpeningBytes: number;
}

export interface ModelParameters {
  depositBase: Balance;
  depositPerNode: Balance;
  maxRoyalty: number;
  reporterShare: number;
  limits: GraphLimits;
}

export interface WorkerParameters {
  minBond: Balance;
  ticketSize: Balance;
  minLock: Balance;
  /** A lock is at least this many times the price. */
  lockMultiple: number;
  /** What a missed deadline burns at least. */
  noShowPenalty: Balance;
  unbondDelay: number;
  ticketAge: number;
  maxDrawTries: number;
  /** The share of the lock that a missed deadline burns, if that is more than `noShowPenalty`. */
  noShowShare: number;
}

export interface InferenceParameters {
  minPrice: Balance;
  requestDeposit: Balance;
  maxOpenPerAccount: number;
  maxRedundancy: number;
  maxReassignments: number;
  minDeadline: number;
  maxDeadline: number;
  assignWindow: number;
  challengeWindow: number;
  agreedWindow: number;
  minWindowAfterChallenge: number;
  bounty: Balance;
  /** Blocks in which an input that a worker could not get may be published. */
  publishWindow: number;
  /** Held of the operator who complains, and burned if the input is published. */
  complaintFee: Balance;
  /** What each worker gets of its price when no one publishes. */
  unavailabilityShare: number;
  /** What whoever settles a request that the sweep left over gets of its deposit. */
  settleReward: Balance;
  /** The share of requests of which a claim is audited. */
  auditShare: number;
  /** What an auditor is paid, as a share of the price. */
  auditPay: number;
  /** Blocks an auditor has. */
  auditWindow: number;
}

export interface DisputeParameters {
  bondBase: Balance;
  bondPerKib: Balance;
  openClock: number;
  openClockPerKib: number;
  contradictClock: number;
  /** The step limit: a node with more input bytes cannot be contradicted in one transaction. */
  maxWholeBytes: number;
  /** Most multiply-accumulates of a node contradicted in one transaction. */
  maxMacs: bigint;
  /** Most of a tile or an element. */
  maxTileMacs: bigint;
  maxOpeningBytes: number;
  rejectedProofPenalty: Balance;
  sealBond: Balance;
  sealLifetime: number;
  /** Blocks a bounty is on hold, in which an earlier seal may be shown. */
  sealRevealWindow: number;
}

export interface PayoutParameters {
  protocolFee: number;
}
