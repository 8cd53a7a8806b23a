/**
 * What happened to each request and each account, as the blocks tell it. It is a fold over the blocks of one chain: when
 * a fork takes blocks back, what they told is forgotten.
 */
import { PAGE_LEAVES } from '@veritrace/referee';
import {
  type Address,
  type Balance,
  type BlockRef,
  type ChainEvent,
  type Hex,
  nodeSubject,
  type PlacedEvent,
  pageSubject,
  type RequestId,
  type Subject,
  subjectName,
  type Visibility,
} from '@veritrace/sdk';
import type { ChainState, StandingClaim } from '../invariants/state.ts';
import type { RequestState } from '../scenario/schema.ts';
import { everything, type Scope } from './scope.ts';

/** A claim that was made. */
export interface ClaimTale {
  worker: Address;
  block: number;
  traceRoot: Hex;
  outputRoot: Hex;
  /** Hex, one per output; `undefined` when the claim fell in the block it was made in. */
  outputs: readonly string[] | undefined;
  struck: boolean;
}

/** A request's life so far. */
export interface RequestTale {
  id: RequestId;
  user: Address;
  redundancy: number;
  state: Exclude<RequestState, 'refused'>;
  /** Every worker drawn, in order. */
  workers: Address[];
  claims: ClaimTale[];
  submittedAt: number;
  /** The first claim. */
  softAt: number | undefined;
  /** Its end: settled, refunded or cancelled. */
  closedAt: number | undefined;
  /** Workers whose claims were paid. */
  paidWorkers: Address[];
  paid: Balance;
  refunded: Balance;
  /** Why it was refunded. */
  reason: string | undefined;
  /** Whether anyone could check its answer, or only who had the inputs. */
  visibility: Visibility | undefined;
}

/** A conviction, with the transactions it took. */
export interface Verdict {
  request: RequestId;
  worker: Address;
  /** Where it was wrong, or what was not shown. */
  subject: Subject;
  challenger: Address;
  /** What convicted it: the kind of contradiction, or silence. */
  evidence: string;
  /**
   * One: a contradiction. Two: a challenge that was not answered. Three: challenge, opening, contradiction. Of a long
   * trace two more, where its page had to be opened. A seal says nothing yet, and is not counted.
   */
  transactions: number;
  block: number;
  /** Lost by the worker: paid to others, and burned. */
  paid: Balance;
  burned: Balance;
}

/** What convicted a claim, and every claim with the same trace root. */
interface Conviction {
  request: RequestId;
  traceRoot: Hex;
  subject: Subject;
  challenger: Address;
  evidence: string;
  transactions: number;
  block: number;
}

/** A claim that was struck. */
interface Fallen {
  request: RequestId;
  worker: Address;
  traceRoot: Hex;
  paid: Balance;
  burned: Balance;
}

/** What an account got and lost by the protocol. */
export interface Account {
  received: Balance;
  fees: Balance;
  slashed: Balance;
  penalties: number;
  penalised: Balance;
  /** Bonds lost, those of seals too, and fines for rejected proofs and for complaints. */
  fined: Balance;
}

/** A block as far as the story needs it. */
export interface ToldBlock {
  block: BlockRef;
  /** The run's own events. */
  events: readonly PlacedEvent[];
  /** Claims about its requests that stand after the block. */
  claims: readonly StandingClaim[];
}

/** Which events are meant. */
export interface Fitting {
  /** Those about this request. */
  request?: RequestId | undefined;
  /** Those that name this worker. */
  worker?: Address | undefined;
  /** Those in blocks with a higher number. */
  after?: number;
}

export interface Chronicle {
  /** Takes in the next block: all its events and the state after it. */
  add(events: readonly PlacedEvent[], state: Pick<ChainState, 'block' | 'claims'>): void;
  /** Forgets a block and all after it. */
  takeBack(block: BlockRef): void;
  /** What it would be had it ended with the block of this number. */
  upTo(number: number): Chronicle;
  /** Every block taken in, oldest first. */
  blocks(): readonly ToldBlock[];
  request(id: RequestId): RequestTale | undefined;
  requests(): RequestTale[];
  verdicts(): Verdict[];
  account(address: Address): Readonly<Account>;
  /** Events of a name, `pallet.Name`, as far as they fit. */
  count(name: string, fitting?: Fitting): number;
  burned(): Balance;
}

/** What scenarios call an event: `pallet.Name`. */
export const nameOf = (event: ChainEvent): string =>
  event.type === 'other' ? `${event.pallet}.${event.name}` : event.type;

const isAbout = (event: ChainEvent, request: RequestId): boolean =>
  'request' in event && event.request === request;

const names = (event: ChainEvent, worker: Address): boolean =>
  ('worker' in event && event.worker === worker) ||
  ('workers' in event && Array.isArray(event.workers) && event.workers.includes(worker));

const moveOf = (event: { request: RequestId; worker: Address }, subject: Subject): string =>
  `${event.request}/${event.worker}/${subjectName(subject)}`;

/** What was disputed before a claim fell there: the node, and the page of its leaf. */
export const disputedBefore = (subject: Subject): Subject[] =>
  subject.type === 'Node'
    ? [subject, pageSubject(Math.floor(subject.value / PAGE_LEAVES))]
    : [subject];

/** `Whole`, `Tile`, `Element` or `Silence`. */
const evidenceOf = (evidence: unknown): string => {
  if (typeof evidence === 'string') return evidence;
  const { type, value } = evidence as { type: string; value?: unknown };
  return typeof value === 'string' ? value : type;
};

/** The story so far, without a way back. */
type Fold = Omit<Chronicle, 'add' | 'takeBack' | 'upTo' | 'blocks'> & {
  /** Takes in a block and returns what of it is the run's own. */
  add(events: readonly PlacedEvent[], state: Pick<ChainState, 'block' | 'claims'>): ToldBlock;
};

const createFold = (scope: Scope): Fold => {
  const requests = new Map<RequestId, RequestTale>();
  const accounts = new Map<Address, Account>();
  const log: { event: ChainEvent; block: number }[] = [];
  /** Transactions before the last of a dispute about one node, or page, of a claim. */
  const moves = new Map<string, number>();
  const convictions: Conviction[] = [];
  const fallen: Fallen[] = [];
  let burned = 0n;

  const account = (address: Address): Account => {
    const known = accounts.get(address);
    if (known !== undefined) return known;
    const fresh: Account = {
      received: 0n,
      fees: 0n,
      slashed: 0n,
      penalties: 0,
      penalised: 0n,
      fined: 0n,
    };
    accounts.set(address, fresh);
    return fresh;
  };

  const count = (move: string) => {
    moves.set(move, (moves.get(move) ?? 0) + 1);
  };

  const close = (tale: RequestTale, block: number) => {
    tale.closedAt = block;
  };

  const takeIn = (event: ChainEvent, block: number): void => {
    const tale = 'request' in event ? requests.get(event.request as RequestId) : undefined;
    switch (event.type) {
      case 'inference.RequestSubmitted':
        requests.set(event.request, {
          id: event.request,
          user: event.user,
          redundancy: event.redundancy,
          state: 'open',
          workers: [],
          claims: [],
          submittedAt: block,
          softAt: undefined,
          closedAt: undefined,
          paidWorkers: [],
          paid: 0n,
          refunded: 0n,
          reason: undefined,
          visibility: undefined,
        });
        return;
      case 'inference.RequestAssigned':
      case 'inference.WorkersReplaced':
        tale?.workers.push(...event.workers);
        return;
      case 'inference.ResultRevealed':
        if (tale === undefined) return;
        tale.softAt ??= block;
        tale.visibility = event.visibility;
        tale.claims.push({
          worker: event.worker,
          block,
          traceRoot: event.traceRoot,
          outputRoot: event.outputRoot,
          outputs: undefined,
          struck: false,
        });
        return;
      case 'inference.WindowOpened':
        if (tale !== undefined) tale.state = 'claimed';
        return;
      case 'inference.ClaimStruck':
        for (const claim of tale?.claims ?? []) {
          if (claim.worker === event.worker && claim.traceRoot === event.traceRoot) {
            claim.struck = true;
          }
        }
        fallen.push({
          request: event.request,
          worker: event.worker,
          traceRoot: event.traceRoot,
          paid: event.paid,
          burned: event.burned,
        });
        return;
      case 'disputes.NodeChallenged':
      case 'disputes.NodeOpened':
        count(moveOf(event, nodeSubject(event.node)));
        return;
      case 'disputes.PageChallenged':
      case 'disputes.PageOpened':
        count(moveOf(event, pageSubject(event.page)));
        return;
      case 'disputes.ClaimConvicted':
        convictions.push({
          request: event.request,
          traceRoot: event.traceRoot,
          subject: event.subject,
          challenger: event.challenger,
          evidence: evidenceOf(event.evidence),
          transactions: disputedBefore(event.subject)
            .map((subject) => moves.get(moveOf(event, subject)) ?? 0)
            .reduce((sum, before) => sum + before, 1),
          block,
        });
        return;
      case 'disputes.ProofRejected':
        account(event.who).fined += event.penalty;
        burned += event.penalty;
        return;
      case 'disputes.BountyMoved':
        account(event.from).received -= event.amount;
        account(event.to).received += event.amount;
        return;
      case 'disputes.SealForfeited':
        account(event.who).fined += event.burned;
        burned += event.burned;
        return;
      case 'disputes.BondForfeited':
        account(event.challenger).fined += event.compensation + event.burned;
        account(event.worker).received += event.compensation;
        burned += event.burned;
        return;
      case 'inference.ComplaintCharged':
        account(event.operator).fined += event.burned;
        burned += event.burned;
        return;
      case 'models.ModelCondemned':
        burned += event.burned;
        return;
      case 'inference.RequestReopened':
        if (tale !== undefined) tale.state = 'open';
        return;
      case 'inference.Settled':
        if (tale === undefined) return;
        tale.state = 'settled';
        tale.visibility = event.visibility;
        tale.paid = event.paid;
        tale.refunded = event.refunded;
        tale.paidWorkers = tale.claims
          .filter((claim) => !claim.struck)
          .map((claim) => claim.worker);
        close(tale, block);
        return;
      case 'inference.RequestRefunded':
        if (tale === undefined) return;
        tale.state = 'refunded';
        tale.refunded = event.refunded;
        tale.reason = event.reason;
        close(tale, block);
        return;
      case 'inference.RequestCancelled':
        if (tale === undefined) return;
        tale.state = 'cancelled';
        tale.refunded = event.refunded;
        close(tale, block);
        return;
      case 'inference.RequestContested':
        if (tale === undefined) return;
        tale.state = 'contested';
        tale.refunded = event.refunded;
        return;
      case 'inference.ContestClosed':
        if (tale !== undefined) close(tale, block);
        return;
      case 'payouts.Paid':
      case 'payouts.MadeClaimable':
        account(event.to).received += event.amount;
        return;
      case 'workers.Slashed':
        account(event.worker).slashed += event.paid + event.burned;
        burned += event.burned;
        return;
      case 'workers.NoShowPenalised': {
        const worker = account(event.worker);
        worker.penalties += 1;
        worker.penalised += event.burned;
        burned += event.burned;
        return;
      }
      case 'transactionPayment.TransactionFeePaid':
        account(event.who).fees += event.actualFee;
        return;
      default:
        return;
    }
  };

  return {
    add: (events, { block, claims }) => {
      const own = scope.own(events);
      for (const { event } of own) {
        log.push({ event, block: block.number });
        takeIn(event, block.number);
      }
      const standing = claims.filter(({ request }) => requests.has(request));
      for (const { request, worker, outputs } of standing) {
        for (const claim of requests.get(request)?.claims ?? []) {
          if (claim.worker === worker) claim.outputs = outputs;
        }
      }
      return { block, events: own, claims: standing };
    },
    request: (id) => requests.get(id),
    requests: () => [...requests.values()],
    verdicts: () =>
      fallen.flatMap(({ traceRoot, ...claim }) => {
        const by = convictions.find(
          (one) => one.request === claim.request && one.traceRoot === traceRoot,
        );
        if (by === undefined) return [];
        const { subject, challenger, evidence, transactions, block } = by;
        return [{ ...claim, subject, challenger, evidence, transactions, block }];
      }),
    account: (address) => account(address),
    count: (name, { request, worker, after = 0 } = {}) =>
      log.filter(
        ({ event, block }) =>
          block > after &&
          nameOf(event) === name &&
          (request === undefined || isAbout(event, request)) &&
          (worker === undefined || names(event, worker)),
      ).length,
    burned: () => burned,
  };
};

/** An empty one. `scope` makes the means of telling the run's own events; everything is its own by default. */
export const createChronicle = (scope: () => Scope = everything): Chronicle => {
  let told: ToldBlock[] = [];
  let fold = createFold(scope());
  const refold = () => {
    fold = createFold(scope());
    for (const { events, ...state } of told) fold.add(events, state);
  };
  return {
    add: (events, state) => {
      told.push(fold.add(events, state));
    },
    takeBack: ({ hash }) => {
      const at = told.findIndex(({ block }) => block.hash === hash);
      if (at < 0) return;
      told = told.slice(0, at);
      refold();
    },
    upTo: (number) => {
      const shorter = createChronicle(scope);
      for (const { events, ...state } of told) {
        if (state.block.number <= number) shorter.add(events, state);
      }
      return shorter;
    },
    blocks: () => told,
    request: (id) => fold.request(id),
    requests: () => fold.requests(),
    verdicts: () => fold.verdicts(),
    account: (address) => fold.account(address),
    count: (name, fitting) => fold.count(name, fitting),
    burned: () => fold.burned(),
  };
};
