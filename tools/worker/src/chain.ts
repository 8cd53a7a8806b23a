/**
 * The chain as the daemons see it. `chainOf` makes one from a client; tests use a book in memory. Everything is read at
 * a block's hash, so that one step of a daemon sees one state.
 */
import type { PageProof } from '@veritrace/referee';
import type {
  Account,
  Address,
  BlockRef,
  Bounty,
  Challenge,
  Claim,
  DisputeParameters,
  Finality,
  HeadRef,
  Hex,
  InputSource,
  Opened,
  Request,
  RequestId,
  Seal,
  SignedCall,
  Subject,
  Trace,
} from '@veritrace/sdk';

/** A transaction a daemon sends. */
export type Action =
  | { type: 'submit'; request: RequestId; trace: Trace; outputs: Uint8Array[] }
  | { type: 'commit'; request: RequestId; commitment: Uint8Array }
  | {
      type: 'reveal';
      request: RequestId;
      trace: Trace;
      outputs: Uint8Array[];
      salt: Uint8Array;
    }
  | { type: 'open'; request: RequestId; node: number; opening: Uint8Array }
  | { type: 'open-page'; request: RequestId; page: number; leaves: Uint8Array[] }
  | {
      type: 'contradict-node';
      request: RequestId;
      worker: Address;
      node: number;
      proof: Uint8Array;
      /** What the own seal was made with. */
      salt?: Uint8Array | undefined;
    }
  | { type: 'challenge'; request: RequestId; worker: Address; node: number; proof: Uint8Array }
  | { type: 'challenge-page'; request: RequestId; worker: Address; proof: PageProof }
  | {
      type: 'contradict-tile';
      request: RequestId;
      worker: Address;
      node: number;
      proof: Uint8Array;
      /** What the own seal was made with. */
      salt?: Uint8Array | undefined;
    }
  | {
      type: 'contradict-element';
      request: RequestId;
      worker: Address;
      node: number;
      proof: Uint8Array;
      /** What the own seal was made with. */
      salt?: Uint8Array | undefined;
    }
  | { type: 'expire-challenge'; request: RequestId; worker: Address; subject: Subject }
  | { type: 'reclaim-bond'; request: RequestId; worker: Address; subject: Subject }
  | { type: 'seal'; request: RequestId; seal: Uint8Array }
  | { type: 'reveal-seal'; request: RequestId; traceRoot: Hex; salt: Uint8Array }
  | { type: 'release-bounty'; request: RequestId; traceRoot: Hex }
  | { type: 'expire-seal'; who: Address; seal: Hex }
  | { type: 'attest'; request: RequestId; proof: Uint8Array }
  | { type: 'settle'; request: RequestId }
  | { type: 'input-unavailable'; request: RequestId }
  | { type: 'publish-input'; request: RequestId; index: number; bytes: Uint8Array }
  | { type: 'set-min-price'; minPrice: bigint };

/** What became of a transaction that was found in a block. */
export interface Outcome {
  block: BlockRef;
  /** The name of the chain's error, when it failed. */
  error: string | undefined;
  /** Why a proof in it was not accepted. */
  rejected: string | undefined;
}

/** A claim made in a block. */
export interface ClaimMade {
  request: RequestId;
  worker: Address;
}

export interface Chain {
  /** The newest head known. */
  head(finality: Finality): HeadRef;
  /** Calls back for the present head at once and for every later one. Returns the way to stop. */
  onHead(finality: Finality, listener: (head: HeadRef) => void): () => void;

  /** Whether the records after a block are in the form in which this release reads them: after an upgrade they may not be. */
  isReadable(at: Hex): Promise<boolean>;
  /** The block of that height on the present best chain. */
  hashOf(number: number): Promise<Hex>;

  /** The 32 bytes of an account. */
  accountId(address: Address): Uint8Array;
  /** Whether two addresses are of one account, under whatever prefix. */
  isSame(a: Address, b: Address): boolean;
  /** The worker account whose operator key this is. */
  workerOf(operator: Address, at: Hex): Promise<Address | undefined>;
  /** Open requests that the worker was drawn for, as one of their workers or as an auditor. */
  workOf(worker: Address, at: Hex): Promise<RequestId[]>;
  request(id: RequestId, at: Hex): Promise<Request | undefined>;
  /** A request's inputs: bytes where they are on chain, else roots. */
  inputs(id: RequestId, at: Hex): Promise<InputSource[] | undefined>;
  /** Requests that wait for an input which a worker cannot get. */
  awaited(at: Hex): Promise<RequestId[]>;
  /** Most bytes of an output in a claim; a larger one is left to its leaf in the trace. */
  readonly maxOutputBytes: number;
  claim(request: RequestId, worker: Address, at: Hex): Promise<Claim | undefined>;
  /** Every open claim. */
  claims(at: Hex): Promise<ClaimMade[]>;
  /** Claims made in the blocks after `from` up to `to`. */
  claimsMade(from: BlockRef, to: HeadRef): Promise<ClaimMade[]>;
  challenge(
    request: RequestId,
    worker: Address,
    subject: Subject,
    at: Hex,
  ): Promise<Challenge | undefined>;
  /** Running challenges against a claim. */
  challengesOf(request: RequestId, worker: Address, at: Hex): Promise<Challenge[]>;
  /** Every running challenge. */
  challenges(at: Hex): Promise<Challenge[]>;
  /** Nodes and pages of a claim that were opened; none is opened twice. */
  opened(request: RequestId, worker: Address, at: Hex): Promise<Opened>;
  /** An account's seal; `undefined` when it was never made, used or forfeited. */
  seal(who: Address, seal: Hex, at: Hex): Promise<Seal | undefined>;
  /** Every seal. */
  seals(at: Hex): Promise<Seal[]>;
  /** The bounty for a trace root that fell, as long as it is on hold. */
  bounty(request: RequestId, traceRoot: Hex, at: Hex): Promise<Bounty | undefined>;
  /** Every bounty on hold. */
  bounties(at: Hex): Promise<Bounty[]>;
  disputeParameters(at: Hex): Promise<DisputeParameters>;
  /** The share of a block that a transaction has to find free, by what it declares. */
  blockShare(action: Action, at: Hex): Promise<number>;
  /** Requests in deadline buckets that the chain's own sweep should have reached by `head`, and since when. */
  due(head: HeadRef): Promise<{ request: RequestId; since: number }[]>;
  /** The least price a worker is drawn for. */
  minPriceOf(worker: Address, at: Hex): Promise<bigint | undefined>;

  /** Every trace that a call in the claim's block gives for this request, at any depth of nesting. */
  traces(request: RequestId, at: number, head: HeadRef): Promise<Trace[]>;
  /** Openings that were accepted for a node of a claim, searched from the head back to block `since`. */
  openings(
    request: RequestId,
    worker: Address,
    node: number,
    since: number,
    head: HeadRef,
  ): Promise<Uint8Array[]>;
  /** Leaves that were accepted for a page of a claim, searched the same way. */
  openedPages(
    request: RequestId,
    worker: Address,
    page: number,
    since: number,
    head: HeadRef,
  ): Promise<Uint8Array[][]>;

  /** The account's next nonce in the state after a block. */
  nonceOf(address: Address, at: Hex): Promise<number>;
  /** The account's next nonce after all that waits in the node's pool without a gap. */
  nextNonce(address: Address): Promise<number>;

  /**
   * Signs without sending, with the next nonce that is not `taken`. With `anchor`, a height, the transaction is valid only
   * on branches that share the present best chain up to it: what is true of a request of one branch may be a lie about
   * that of another.
   */
  sign(
    account: Account,
    action: Action,
    options?: { anchor?: number | undefined; taken?: ReadonlySet<number> },
  ): Promise<SignedCall>;
  /**
   * Sends; a second time is harmless. `refused`: the node looked at it and found that it can be in no block on the
   * present head. Rejects when the node could not be asked.
   */
  broadcast(signed: SignedCall): Promise<'sent' | 'refused'>;
  /**
   * Looks for a transaction in the blocks between two heads, and says which blocks the way from one to the other takes
   * back. No block after the transaction's last is looked at.
   */
  find(
    signed: SignedCall,
    from: BlockRef,
    to: HeadRef,
  ): Promise<{
    outcome: Outcome | undefined;
    retracted: readonly BlockRef[];
    /** The blocks that the way leads forth through, as far as they were looked at. */
    added: readonly BlockRef[];
  }>;
}
