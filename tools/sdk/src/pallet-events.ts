/** The events of the five pallets: names, fields and docs are those of the pallets, fields in camel case. */
import type {
  DisputeParameters,
  InferenceParameters,
  ModelParameters,
  PayoutParameters,
  WorkerParameters,
} from './parameters.ts';
import type { Plain } from './plain.ts';
import type { Visibility } from './state.ts';
import type { Subject } from './subject.ts';
import type { Address, Balance, FamilyId, Hex, ModelId, RequestId } from './types.ts';

/** Why a user got his money back. */
export type RefundReason =
  | 'NotAssigned'
  | 'NotServed'
  | 'Convicted'
  | 'Condemned'
  | 'InputUnavailable';

/** Why there is no audit of a request whose claims were in. */
export type Waiver = 'NotDrawn' | 'TooLate' | 'NoFunds' | 'NoAuditor' | 'Condemned';

/** The part of a node's output that a proof recomputes. */
export type TargetKind = 'Node' | 'Tile' | 'Element';

/** What convicted a claim. */
export type Evidence = { type: 'Contradiction'; value: TargetKind } | { type: 'Silence' };

/** What funds are held for: a pallet and its reason, as in `{ type: 'Inference', value: 'Escrow' }`. */
export interface HeldFor {
  type: string;
  value: string;
}

/** Why a proof was not accepted; `value` says more of a malformed node. */
export interface Rejection {
  type: string;
  value?: Plain;
}

/** Fields of each event. */
export interface PalletEvents {
  /** A model was registered. It takes requests once its graph was submitted. */
  'models.ModelRegistered': {
    /** Its id: a hash over author, artefact and graph root. */
    model: ModelId;
    /** Who registered it. */
    author: Address;
    /** The family it is a version of; its own id for a new one. */
    family: FamilyId;
    /** Its number in the family. */
    version: number;
    /** SHA-256 of the compiled graph as a file. */
    artefact: Hex;
    /** Commitment to the graph. */
    graphRoot: Hex;
    /** What is held for it, of the author. */
    deposit: Balance;
  };
  /** A page of a graph was decoded, checked and hashed. */
  'models.GraphPageAccepted': {
    /** The model. */
    model: ModelId;
    /** Initialisers accepted so far. */
    initialisers: number;
    /** Nodes accepted so far. */
    nodes: number;
  };
  /** The whole graph was checked and has the registered root: the model takes requests. */
  'models.ModelCompleted': {
    /** The model. */
    model: ModelId;
  };
  /** The owner changed price or royalty. Open requests keep the terms they were made under. */
  'models.TermsChanged': {
    /** The model. */
    model: ModelId;
    /** Price of one inference by one worker. */
    price: Balance;
    /** The owner's share of the price. */
    royalty: number;
  };
  /** The owner withdrew the model from new requests. */
  'models.ModelDeprecated': {
    /** The model. */
    model: ModelId;
  };
  /** The model is gone. */
  'models.ModelRemoved': {
    /** The model. */
    model: ModelId;
    /** What the owner got back. */
    deposit: Balance;
  };
  /** A node of the model was shown to be malformed; its open requests are refunded. */
  'models.ModelCondemned': {
    /** The model. */
    model: ModelId;
    /** The malformed node. */
    node: number;
    /** Who showed it. */
    reporter: Address;
    /** What the reporter got of the deposit. */
    rewarded: Balance;
    /** What was burned of the deposit. */
    burned: Balance;
  };
  /** The owner changed a model's card. */
  'models.CardChanged': {
    /** The model. */
    model: ModelId;
  };
  /** Requests to the latest version of a family go to another model from now on. */
  'models.LatestChanged': {
    /** The family. */
    family: FamilyId;
    /** The model; none when the family takes no such requests now. */
    model: ModelId | undefined;
  };
  /** The owner offered a family to someone, or withdrew the offer. */
  'models.FamilyOffered': {
    /** The family. */
    family: FamilyId;
    /** Who may accept it. */
    heir: Address | undefined;
  };
  /** A family has another owner, who earns its royalties and answers for its deposits from now on. */
  'models.FamilyTransferred': {
    /** The family. */
    family: FamilyId;
    /** Whose it was. */
    from: Address;
    /** Whose it is. */
    to: Address;
    /** What is held of the new owner instead of the former. */
    deposit: Balance;
  };
  /** The last model of a family is gone, and the family with it. */
  'models.FamilyEnded': {
    /** The family. */
    family: FamilyId;
  };
  /** Root changed the parameters. */
  'models.ParametersChanged': {
    /** The new ones. */
    parameters: ModelParameters;
  };
  /**
   * What an earlier release stored under this key is not what it stores. It was left as it is: root can look at it, and put it
   * right with `set_storage`.
   */
  'models.NotMigrated': {
    /** The key, with the map's prefix. */
    key: Hex;
  };
  /** A worker was registered. */
  'workers.WorkerRegistered': {
    /** Whose stake it is. */
    worker: Address;
    /** The key that signs its work. */
    operator: Address;
    /** What was bonded. */
    stake: Balance;
    /** It is not drawn for less. */
    minPrice: Balance;
  };
  /** Another key signs a worker's work from now on. */
  'workers.OperatorChanged': {
    /** The worker. */
    worker: Address;
    /** The new key. */
    operator: Address;
  };
  /** More stake was bonded. */
  'workers.Bonded': {
    /** The worker. */
    worker: Address;
    /** How much was added. */
    amount: Balance;
    /** What is bonded now. */
    stake: Balance;
  };
  /** Stake began to be unbonded. */
  'workers.UnbondingStarted': {
    /** The worker. */
    worker: Address;
    /** How much. */
    amount: Balance;
    /** The block from which it can be withdrawn. */
    at: number;
  };
  /** Unbonded stake was given back. */
  'workers.Withdrawn': {
    /** The worker. */
    worker: Address;
    /** How much. */
    amount: Balance;
  };
  /** Stake that was unbonding was bonded again. */
  'workers.Rebonded': {
    /** The worker. */
    worker: Address;
    /** How much. */
    amount: Balance;
    /** What is bonded now. */
    stake: Balance;
  };
  /** A worker serves a model from now on. */
  'workers.ServingStarted': {
    /** The worker. */
    worker: Address;
    /** The model. */
    model: ModelId;
  };
  /** A worker no longer serves a model. Work it has already been drawn for remains. */
  'workers.ServingStopped': {
    /** The worker. */
    worker: Address;
    /** The model. */
    model: ModelId;
  };
  /** A worker's tickets for a model were made or taken away. */
  'workers.TicketsChanged': {
    /** The worker. */
    worker: Address;
    /** The model. */
    model: ModelId;
    /** How many it has now. */
    tickets: number;
  };
  /** A worker asks another price. */
  'workers.MinPriceChanged': {
    /** The worker. */
    worker: Address;
    /** It is not drawn for less. */
    minPrice: Balance;
  };
  /** A worker left. */
  'workers.Deregistered': {
    /** The worker. */
    worker: Address;
  };
  /** A worker was drawn for a request, and stake was locked. */
  'workers.Locked': {
    /** The worker. */
    worker: Address;
    /** The request. */
    request: RequestId;
    /** How much. */
    amount: Balance;
  };
  /** A lock was given back in full. */
  'workers.LockReleased': {
    /** The worker. */
    worker: Address;
    /** The request. */
    request: RequestId;
    /** How much. */
    amount: Balance;
  };
  /** A worker missed a deadline. */
  'workers.NoShowPenalised': {
    /** The worker. */
    worker: Address;
    /** The request. */
    request: RequestId;
    /** What was burned. */
    burned: Balance;
    /** What of the lock was given back. */
    released: Balance;
  };
  /** A worker was convicted, and lost the lock. */
  'workers.Slashed': {
    /** The worker. */
    worker: Address;
    /** The request. */
    request: RequestId;
    /** What of the lock was paid to others. */
    paid: Balance;
    /** What was burned. */
    burned: Balance;
  };
  /** A challenge was opened against a claim of the worker. It gets no new work. */
  'workers.Accused': {
    /** The worker. */
    worker: Address;
    /** Challenges open now. */
    accusations: number;
  };
  /** A challenge against a claim of the worker is over. */
  'workers.Absolved': {
    /** The worker. */
    worker: Address;
    /** Challenges still open. */
    accusations: number;
  };
  /** The parameters were changed. */
  'workers.ParametersChanged': {
    /** The new values. */
    parameters: WorkerParameters;
  };
  /**
   * What an earlier release stored under this key is not what it stores. It was left as it is: root can look at it, and put it
   * right with `set_storage`.
   */
  'workers.NotMigrated': {
    /** The key, with the map's prefix. */
    key: Hex;
  };
  /** A request was made, its price and deposit are held. */
  'inference.RequestSubmitted': {
    /** The request. */
    request: RequestId;
    /** Who pays. */
    user: Address;
    /** What is to be run. */
    model: ModelId;
    /** How many workers it asks for. */
    redundancy: number;
    /** Held for the workers. */
    escrow: Balance;
    /** Held for the storage. */
    deposit: Balance;
  };
  /** Workers were drawn, their stake is locked. */
  'inference.RequestAssigned': {
    /** The request. */
    request: RequestId;
    /** The workers. */
    workers: Address[];
    /** The first block in which they are late. */
    due: number;
  };
  /** Workers who did not commit were replaced. */
  'inference.WorkersReplaced': {
    /** The request. */
    request: RequestId;
    /** The replacements. */
    workers: Address[];
    /** The first block in which they are late. */
    due: number;
  };
  /** A worker committed to a claim. */
  'inference.ResultCommitted': {
    /** The request. */
    request: RequestId;
    /** The worker. */
    worker: Address;
    /** What it committed to. */
    commitment: Hex;
  };
  /** No more commits: those who committed may reveal. */
  'inference.RevealOpened': {
    /** The request. */
    request: RequestId;
    /** The first block in which it is too late to reveal. */
    due: number;
  };
  /** A worker made a claim: the request has a soft result. */
  'inference.ResultRevealed': {
    /** The request. */
    request: RequestId;
    /** The worker. */
    worker: Address;
    /** Commitment to its trace. */
    traceRoot: Hex;
    /** Commitment to its answer. */
    outputRoot: Hex;
    /** Whether anyone can check it, or only who holds the inputs. */
    visibility: Visibility;
  };
  /** All claims are in. They may be contradicted until the window ends. */
  'inference.WindowOpened': {
    /** The request. */
    request: RequestId;
    /** The first block in which claims that stand unchallenged are final. */
    due: number;
    /** Whether the window is the shorter one, all workers having made the same claim. */
    agreed: boolean;
  };
  /** The window ends later, because a challenge ended, a claim fell, or the inputs were published. */
  'inference.WindowExtended': {
    /** The request. */
    request: RequestId;
    /** The first block in which claims that stand unchallenged are final. */
    due: number;
  };
  /** A worker was late. */
  'inference.WorkerMissed': {
    /** The request. */
    request: RequestId;
    /** The worker. */
    worker: Address;
    /** Burned from its lock. */
    burned: Balance;
  };
  /** A worker owes nothing for a request of a condemned model. */
  'inference.WorkerExcused': {
    /** The request. */
    request: RequestId;
    /** The worker. */
    worker: Address;
  };
  /** A challenge was opened against a claim: the request does not settle before it ends. */
  'inference.ClaimChallenged': {
    /** The request. */
    request: RequestId;
    /** Whose claim. */
    worker: Address;
  };
  /** A challenge against a claim ended without conviction. */
  'inference.ChallengeWithdrawn': {
    /** The request. */
    request: RequestId;
    /** Whose claim. */
    worker: Address;
  };
  /** A claim was proved wrong. */
  'inference.ClaimStruck': {
    /** The request. */
    request: RequestId;
    /** Whose claim. */
    worker: Address;
    /** Commitment to the trace that is wrong. */
    traceRoot: Hex;
    /** Paid out of the lock. */
    paid: Balance;
    /** Burned from the lock. */
    burned: Balance;
  };
  /** Workers are drawn anew. */
  'inference.RequestReopened': {
    /** The request. */
    request: RequestId;
    /** How many times this can happen again. */
    attemptsLeft: number;
    /** The first block in which it is refunded if no workers are found. */
    due: number;
  };
  /** The claims that stand are final, everyone was paid, the request is closed. */
  'inference.Settled': {
    /** The request. */
    request: RequestId;
    /** Commitment to the answer. */
    outputRoot: Hex;
    /** How many workers were paid. */
    workers: number;
    /** Taken from the escrow, the author's and the treasury's parts included. */
    paid: Balance;
    /** Given back to the user: the rest of the escrow, and the deposit. */
    refunded: Balance;
    /** Whether anyone could have contradicted it, or only who held the inputs. */
    visibility: Visibility;
  };
  /** The payment failed, and its amount went back to the user. A bug in the runtime. */
  'inference.PaymentFailed': {
    /** The request. */
    request: RequestId;
    /** What failed. */
    error: Plain;
  };
  /** The user withdrew his request before workers were drawn. It is closed. */
  'inference.RequestCancelled': {
    /** The request. */
    request: RequestId;
    /** Given back: escrow and deposit. */
    refunded: Balance;
  };
  /** The user got his money back, the request is closed. */
  'inference.RequestRefunded': {
    /** The request. */
    request: RequestId;
    /** Why. */
    reason: RefundReason;
    /** Given back: escrow and deposit. */
    refunded: Balance;
  };
  /** Unequal claims that no one contradicted: the user got his money back, the locks wait for a verdict. */
  'inference.RequestContested': {
    /** The request. */
    request: RequestId;
    /** Given back: escrow and deposit. */
    refunded: Balance;
  };
  /** Verdicts left no unequal claims of a contested request. It closes when the window ends. */
  'inference.ContestDecided': {
    /** The request. */
    request: RequestId;
    /** The first block in which it can be closed. */
    due: number;
  };
  /** A contested request was closed, and the locks that were left given back. */
  'inference.ContestClosed': {
    /** The request. */
    request: RequestId;
  };
  /** A request was settled that the sweep had left over. */
  'inference.KeeperRewarded': {
    /** The request. */
    request: RequestId;
    /** Who settled it. */
    keeper: Address;
    /** Paid out of the request's deposit. */
    amount: Balance;
  };
  /** A worker was drawn to show a tile of a claim. Its stake is locked, the fee is on hold. */
  'inference.AuditDrawn': {
    /** The request. */
    request: RequestId;
    /** Who has to show it. */
    auditor: Address;
    /** Whose claim. */
    worker: Address;
    /** The node of whose output a tile is to be shown. */
    node: number;
    /** Decides which tile: the remainder of its division by their number. */
    lot: bigint;
    /** The first block in which it is too late. */
    due: number;
    /** Held of the treasury. */
    fee: Balance;
  };
  /** The claims that are in are not audited. */
  'inference.AuditWaived': {
    /** The request. */
    request: RequestId;
    /** Why. */
    reason: Waiver;
  };
  /** An auditor showed its tile. Its stake is free, and it is paid when the request is. */
  'inference.AuditAttested': {
    /** The request. */
    request: RequestId;
    /** The auditor. */
    auditor: Address;
    /** Whose claim it was about. */
    worker: Address;
  };
  /** An auditor was paid by the treasury. */
  'inference.AuditPaid': {
    /** The request. */
    request: RequestId;
    /** The auditor. */
    auditor: Address;
    /** What it got. */
    fee: Balance;
  };
  /** An auditor that had shown its tile is not paid, since the request is not, or the claim fell. */
  'inference.AuditUnpaid': {
    /** The request. */
    request: RequestId;
    /** The auditor. */
    auditor: Address;
  };
  /** An auditor showed nothing in time. */
  'inference.AuditMissed': {
    /** The request. */
    request: RequestId;
    /** The auditor. */
    auditor: Address;
    /** Burned from its lock. */
    burned: Balance;
  };
  /** An auditor that still had time owes nothing any more: the claim fell, or the model was condemned. */
  'inference.AuditCalledOff': {
    /** The request. */
    request: RequestId;
    /** The auditor. */
    auditor: Address;
  };
  /** The parameters were changed. */
  'inference.ParametersChanged': {
    /** What holds from now on. */
    parameters: InferenceParameters;
  };
  /** A worker cannot get an input: the request waits until every one of them is published. */
  'inference.InputDemanded': {
    /** The request. */
    request: RequestId;
    /** The worker. */
    worker: Address;
    /** Held from its operator. */
    fee: Balance;
    /** The first block in which it is too late to publish. */
    due: number;
  };
  /** An input that was named by its root is on chain. */
  'inference.InputPublished': {
    /** The request. */
    request: RequestId;
    /** Which of the model's inputs. */
    index: number;
    /** Who published it. */
    who: Address;
  };
  /** Every input is on chain: the workers have the whole working phase again. */
  'inference.RequestResumed': {
    /** The request. */
    request: RequestId;
    /** The first block in which they are late. */
    due: number;
  };
  /** The input that could not be had was published: the complaint is paid for. */
  'inference.ComplaintCharged': {
    /** The request. */
    request: RequestId;
    /** Who complained. */
    operator: Address;
    /** Burned of what was held. */
    burned: Balance;
  };
  /** The input that could not be had was not published, or does not matter any more. */
  'inference.ComplaintReleased': {
    /** The request. */
    request: RequestId;
    /** Who complained. */
    operator: Address;
    /** Given back of what was held. */
    released: Balance;
  };
  /** A worker was paid for a request whose input could not be had. Its lock was given back. */
  'inference.WorkerCompensated': {
    /** The request. */
    request: RequestId;
    /** The worker. */
    worker: Address;
    /** Paid out of the escrow. */
    amount: Balance;
  };
  /**
   * What an earlier release stored under this key is not what it stores. It was left as it is: root can look at it, and put it
   * right with `set_storage`.
   */
  'inference.NotMigrated': {
    /** The key, with the map's prefix. */
    key: Hex;
  };
  /** A worker was asked to open a node of its claim. */
  'disputes.NodeChallenged': {
    /** The claim's request. */
    request: RequestId;
    /** The claim's worker. */
    worker: Address;
    /** The node. */
    node: number;
    /** Who asks. */
    challenger: Address;
    /** What is held of the challenger. */
    bond: Balance;
    /** Bytes of the opening. */
    openingBytes: number;
    /** The first block in which an opening is too late. */
    due: number;
  };
  /** A worker opened a node in time. What it showed is in the call. */
  'disputes.NodeOpened': {
    /** The claim's request. */
    request: RequestId;
    /** The claim's worker. */
    worker: Address;
    /** The node. */
    node: number;
    /** The first block in which the bond can be forfeited. */
    due: number;
  };
  /** A proof or an opening was not accepted. Nothing changed but the penalty. */
  'disputes.ProofRejected': {
    /** The claim's request. */
    request: RequestId;
    /** The claim's worker. */
    worker: Address;
    /** Who submitted it. */
    who: Address;
    /** Why it was not accepted. */
    reason: Rejection;
    /** What was burned of who submitted it. */
    penalty: Balance;
  };
  /** A claim was proved wrong, and with it every claim of the request that has its trace root. */
  'disputes.ClaimConvicted': {
    /** The claim's request. */
    request: RequestId;
    /** The claim's worker. */
    worker: Address;
    /** The trace root that fell. */
    traceRoot: Hex;
    /** The node at which it was wrong, or what was not opened. */
    subject: Subject;
    /** Who brought the proof, or whose challenge was not answered. The bounty is on hold for it. */
    challenger: Address;
    /** What convicted it. */
    evidence: Evidence;
    /** Number of claims struck. */
    struck: number;
  };
  /** A challenge ended with the claim: the bond is free. */
  'disputes.BondReturned': {
    /** The claim's request. */
    request: RequestId;
    /** The claim's worker. */
    worker: Address;
    /** What was challenged. */
    subject: Subject;
    /** Whose bond it was. */
    challenger: Address;
    /** The bond. */
    bond: Balance;
  };
  /** A challenge was answered and nobody contradicted the answer in time. */
  'disputes.BondForfeited': {
    /** The claim's request. */
    request: RequestId;
    /** The claim's worker. */
    worker: Address;
    /** What was challenged. */
    subject: Subject;
    /** Whose bond it was. */
    challenger: Address;
    /** What the worker got of it. */
    compensation: Balance;
    /** What was burned of it. */
    burned: Balance;
  };
  /** An accusation was sealed. */
  'disputes.Sealed': {
    /** Whose it is. */
    who: Address;
    /** Digest of what is accused, the account and a salt. */
    seal: Hex;
    /** What is held of the owner. */
    bond: Balance;
    /** The first block in which it does not count any more. */
    until: number;
  };
  /** A seal was shown to be over a claim that fell: its bond is free. */
  'disputes.SealOpened': {
    /** Whose it was. */
    who: Address;
    /** The seal. */
    seal: Hex;
    /** The request that it was about. */
    request: RequestId;
    /** The trace root that it was about. */
    traceRoot: Hex;
    /** The node that it was about; in a long trace, the page. */
    subject: Subject;
    /** The bond. */
    bond: Balance;
  };
  /** A seal expired unused. */
  'disputes.SealForfeited': {
    /** Whose it was. */
    who: Address;
    /** The seal. */
    seal: Hex;
    /** What was burned of its owner. */
    burned: Balance;
  };
  /** The bounty of a conviction is on hold for who brought the proof, unless an earlier seal turns up. */
  'disputes.BountyHeld': {
    /** The claim's request. */
    request: RequestId;
    /** The trace root that fell. */
    traceRoot: Hex;
    /** The node at which it was wrong, or which was not opened; in a long trace, the page. */
    subject: Subject;
    /** Whom it is on hold for. */
    who: Address;
    /** How much it is. */
    amount: Balance;
    /** The first block in which it is released. */
    due: number;
  };
  /** An earlier seal turned up: the bounty is on hold for its owner. */
  'disputes.BountyMoved': {
    /** The claim's request. */
    request: RequestId;
    /** The trace root that fell. */
    traceRoot: Hex;
    /** Whom it was on hold for. */
    from: Address;
    /** Whom it is on hold for now. */
    to: Address;
    /** How much it is. */
    amount: Balance;
  };
  /** A bounty is free. */
  'disputes.BountyReleased': {
    /** The claim's request. */
    request: RequestId;
    /** The trace root that fell. */
    traceRoot: Hex;
    /** Who has it. */
    who: Address;
    /** How much it is. */
    amount: Balance;
  };
  /** A worker was asked to open a page of its claim. */
  'disputes.PageChallenged': {
    /** The claim's request. */
    request: RequestId;
    /** The claim's worker. */
    worker: Address;
    /** The page. */
    page: number;
    /** Who asks. */
    challenger: Address;
    /** What is held of the challenger. */
    bond: Balance;
    /** Bytes of the opening. */
    openingBytes: number;
    /** The first block in which an opening is too late. */
    due: number;
  };
  /** A worker opened a page in time. Its leaves are in the call. */
  'disputes.PageOpened': {
    /** The claim's request. */
    request: RequestId;
    /** The claim's worker. */
    worker: Address;
    /** The page. */
    page: number;
    /** The first block in which the bond can be forfeited. */
    due: number;
  };
  /** The parameters were changed. */
  'disputes.ParametersChanged': {
    /** The new ones. */
    parameters: DisputeParameters;
  };
  /**
   * What an earlier release stored under this key is not what it stores. It was left as it is: root can look at it, and put it
   * right with `set_storage`.
   */
  'disputes.NotMigrated': {
    /** The key, with the map's prefix. */
    key: Hex;
  };
  /** Held funds were paid out. */
  'payouts.Paid': {
    /** What they were held for. */
    reason: HeldFor;
    /** Whose hold they came from. */
    from: Address;
    /** Who has them now, free. */
    to: Address;
    /** How much. */
    amount: Balance;
  };
  /** Held funds were earned by an account that they are too little to open. They wait for `claim`. */
  'payouts.MadeClaimable': {
    /** What they were held for. */
    reason: HeldFor;
    /** Whose hold they came from. */
    from: Address;
    /** Who may claim them. */
    to: Address;
    /** How much was added. */
    amount: Balance;
  };
  /** The price of one inference was split and paid. The three amounts sum to the price. */
  'payouts.InferencePaid': {
    /** Who paid. */
    from: Address;
    /** The model's author. */
    author: Address;
    /** The worker. */
    worker: Address;
    /** The royalty. */
    authorAmount: Balance;
    /** The protocol fee. */
    treasuryAmount: Balance;
    /** The remainder. */
    workerAmount: Balance;
  };
  /** What was claimable was paid out. */
  'payouts.Claimed': {
    /** Who earned it. */
    who: Address;
    /** How much. */
    amount: Balance;
  };
  /** The fee was changed. */
  'payouts.ParametersChanged': {
    /** The new values. */
    parameters: PayoutParameters;
  };
}
