/** The chain's records as plain objects, as the queries return them. */
import type { Subject } from './subject.ts';
import type { Address, Balance, FamilyId, Hex, ModelId, RequestId } from './types.ts';

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
  /** 1 or 2: how the tensors of the graph, its inputs among them, are committed to. */
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
  /** Who registered it. */
  author: Address;
  /** The family it is a version of; whose it is stands there. */
  family: FamilyId;
  /** Counted from one. */
  version: number;
  /** SHA-256 of graph.bin. */
  artefact: Hex;
  graphRoot: Hex;
  /** Of one inference by one worker. */
  price: Balance;
  /** The owner's share, in parts per million. */
  royalty: number;
  /** Held for it, of the owner. */
  deposit: Balance;
  header: GraphHeader;
  outputs: ModelOutput[];
  status: ModelStatus;
  openRequests: number;
}

/** The versions of a model, and whose they are. */
export interface Family {
  id: FamilyId;
  /** Sets terms, earns royalties, answers for the deposits. */
  owner: Address;
  /** To whom it is offered. */
  heir: Address | undefined;
  /** The version that takes the requests made to the latest. */
  latest: ModelId | undefined;
  /** Versions ever registered. */
  versions: number;
  /** Versions that are still there. */
  models: number;
  /** Held of the owner: the sum of its models' deposits. */
  deposit: Balance;
}

/** What people want to know of a model. The chain bounds the length of each field, in bytes of UTF-8. */
export interface ModelCard {
  /** Not empty. At most 64 bytes. */
  name: string;
  /** An SPDX expression where there is one. At most 64 bytes. */
  licence: string;
  /** What it is for. At most 64 bytes. */
  task: string;
  /** What its inputs are. At most 512 bytes. */
  inputs: string;
  /** What its outputs mean. At most 512 bytes. */
  outputs: string;
  /** Where graph.bin is found. At most 256 bytes. */
  artefactUri: string;
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

/**
 * Where a request stands. `Contested`: unequal claims, the user refunded, stakes wait for a verdict. `AwaitingInput`: a
 * worker cannot get an input, which must be published.
 */
export type RequestStatus =
  | 'Pending'
  | 'Assigned'
  | 'Committing'
  | 'Revealing'
  | 'Claimed'
  | 'Contested'
  | 'AwaitingInput';

/** An input of an open request, as storage has it: its bytes, row-major little-endian, or its tensor root. */
export type InputSource = { type: 'Inline'; value: Uint8Array } | { type: 'ByRoot'; value: Hex };

/** Who can check what is claimed: anyone, or whoever holds the inputs that are named by their roots. */
export type Visibility = 'Public' | 'Private';

/** A worker’s word that it cannot get an input. */
export interface Complaint {
  request: RequestId;
  operator: Address;
  /** Held of the operator; burned if the input turns up. */
  fee: Balance;
}

export type SlotState =
  | { type: 'Assigned' }
  /** With its commitment. */
  | { type: 'Committed'; value: Hex }
  /** With its trace root. */
  | { type: 'Revealed'; value: Hex }
  | { type: 'Missed' }
  | { type: 'Struck' }
  /** Owes nothing: the model was condemned, or an input was not published. */
  | { type: 'Excused' };

export interface Slot {
  worker: Address;
  state: SlotState;
  /** Challenges running against its claim. */
  challenges: number;
}

/** What an auditor has to show, and gets for it. */
export interface Audit {
  /** Not one of the request's workers. */
  auditor: Address;
  /** Whose claim it is about. */
  worker: Address;
  /** The node of whose output a tile is to be shown. */
  node: number;
  /** Decides which tile. */
  lot: bigint;
  /** The first block in which it is too late. */
  due: number;
  /** On hold on the treasury's account. */
  fee: Balance;
}

/** `Awaiting`: the claims are in, and whether one is audited is drawn in a later block. */
export type AuditState =
  | { type: 'None' }
  | { type: 'Awaiting' }
  | ({ type: 'Running' } & Audit)
  | ({ type: 'Attested' } & Audit);

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
  visibility: Visibility;
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
  /** Where the audit of its claims stands. */
  audit: AuditState;
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

/** What is to be shown: an output of this type and shape, of layout version 1 or 2, or so many leaves. */
export type ChallengeContent =
  | ({ type: 'Tensor' } & TensorSpec)
  | ({ type: 'ChunkedTensor' } & TensorSpec)
  | { type: 'Leaves'; value: number };

/** What of a claim was opened; nothing is opened twice. */
export interface Opened {
  nodes: number[];
  pages: number[];
}

export interface Challenge {
  request: RequestId;
  worker: Address;
  /** What the worker is asked to show. */
  subject: Subject;
  challenger: Address;
  bond: Balance;
  /** The worker's leaf for the node, or the hash of the page. */
  digest: Hex;
  content: ChallengeContent;
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
  /** Where the claim was convicted, as seals name it: the node, or its page in a long trace. */
  subject: Subject;
  /** Order of the holder's seal, if there is one. */
  order: bigint | undefined;
  /** Only seals made in earlier blocks go before the holder. */
  before: number;
  convicted: number;
  /** The first block in which it is released, and too late for a seal. */
  due: number;
}
