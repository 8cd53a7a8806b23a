/** The chain's records as plain objects, as the queries return them. */
import type { Address, Balance, Hex, ModelId, RequestId } from './types.ts';

/** Element type and dimensions, outermost first. */
export interface TensorSpec {
  dtype: 'U8' | 'I8' | 'I32' | 'F32';
  shape: number[];
}

/** A graph's output: the node whose trace leaf the output must have, and its type and shape. */
export interface ModelOutput {
  node: number;
  spec: TensorSpec;
}

export interface GraphHeader {
  kernelVersion: number;
  layoutVersion: number;
  nodeCount: number;
  initialiserCount: number;
  inputs: TensorSpec[];
  outputs: number[];
}

export type ModelStatus =
  | { type: 'Draft' }
  | { type: 'Live' }
  | { type: 'Deprecated' }
  | { type: 'Condemned'; node: number };

export interface Model {
  id: ModelId;
  author: Address;
  /** SHA-256 of graph.bin. */
  artefact: Hex;
  graphRoot: Hex;
  /** Free text of the author, as bytes. */
  metadata: Uint8Array;
  /** Of one inference by one worker. */
  price: Balance;
  /** The author's share, in parts per million. */
  royalty: number;
  deposit: Balance;
  header: GraphHeader;
  outputs: ModelOutput[];
  status: ModelStatus;
  openRequests: number;
}

/** What a request keeps a copy of. */
export interface ModelTerms {
  graphRoot: Hex;
  price: Balance;
  royalty: number;
  nodeCount: number;
  inputs: TensorSpec[];
  outputs: ModelOutput[];
}

/** Where a request stands. `Contested`: unequal claims, the user refunded, stakes wait for a verdict. */
export type RequestStatus =
  | 'Pending'
  | 'Assigned'
  | 'Committing'
  | 'Revealing'
  | 'Claimed'
  | 'Contested';

export type SlotState =
  | { type: 'Assigned' }
  /** With its commitment. */
  | { type: 'Committed'; value: Hex }
  /** With its trace root. */
  | { type: 'Revealed'; value: Hex }
  | { type: 'Missed' }
  | { type: 'Struck' }
  /** Owes nothing: the model was condemned. */
  | { type: 'Excused' };

export interface Slot {
  worker: Address;
  state: SlotState;
  /** Challenges running against its claim. */
  challenges: number;
}

export interface Request {
  id: RequestId;
  user: Address;
  model: ModelId;
  terms: ModelTerms;
  redundancy: number;
  /** Still held of the price. */
  escrow: Balance;
  deposit: Balance;
  /** Tensor root of each input. */
  inputRoots: Hex[];
  status: RequestStatus;
  /** Length of each working phase, in blocks. */
  deadline: number;
  /** The block the present phase began in. */
  since: number;
  /** The first block in which the present phase is over. */
  due: number;
  /** Bucket of the sweep that has it; `undefined` only when contested. */
  bucket: number | undefined;
  attemptsLeft: number;
  /** Every worker ever drawn for it. */
  slots: Slot[];
}

export interface Claim {
  request: RequestId;
  worker: Address;
  traceRoot: Hex;
  outputRoot: Hex;
  outputs: Uint8Array[];
  /** The block it was revealed in. */
  at: number;
}

export interface Worker {
  account: Address;
  /** Signs work; cannot move stake. */
  operator: Address;
  /** Bonded and counted for tickets. */
  stake: Balance;
  /** Of the stake, what open requests lock. */
  locked: Balance;
  minPrice: Balance;
  /** Challenges running against its claims: no new work until none is. */
  accusations: number;
  unbonding: { amount: Balance; at: number }[];
  served: ModelId[];
}

/** `due` is the first block in which the worker is too late, or the bond can be forfeited. */
export type ChallengeState = { type: 'Awaiting'; due: number } | { type: 'Opened'; due: number };

export interface Challenge {
  request: RequestId;
  worker: Address;
  node: number;
  challenger: Address;
  bond: Balance;
  /** The worker's leaf for the node. */
  leaf: Hex;
  spec: TensorSpec;
  state: ChallengeState;
  openingBytes: number;
  /** The block it was made in. */
  at: number;
}

/** A sealed accusation. It counts in the blocks after `at` and before `until`. */
export interface Seal {
  who: Address;
  seal: Hex;
  bond: Balance;
  /** How many seals were made before it. */
  order: bigint;
  at: number;
  until: number;
  /** The first block in which its bond can be forfeited. */
  forfeit: number;
}

/** What was paid for a conviction, on hold while an earlier seal may turn up. */
export interface Bounty {
  request: RequestId;
  traceRoot: Hex;
  /** Who gets it unless an earlier seal turns up. */
  holder: Address;
  amount: Balance;
  /** The node at which the claim was convicted. */
  node: number;
  /** Order of the holder's seal, if there is one. */
  order: bigint | undefined;
  /** Only seals made in earlier blocks go before the holder. */
  before: number;
  convicted: number;
  /** The first block in which it is released, and too late for a seal. */
  due: number;
}
