/**
 * What the rules owe to everyone, from the story alone: who asked, answered, was convicted and by whom. Amounts follow from
 * the models' terms and root's parameters, never from what a pallet says it paid, so that the two can be compared.
 */
import type {
  Address,
  Balance,
  FamilyId,
  Hex,
  ModelId,
  Parameters,
  RequestId,
} from '@veritrace/sdk';
import { subjectName } from '@veritrace/sdk';
import type { ToldBlock } from './chronicle.ts';

/** What one inference costs, and the author's share in parts per million. */
export interface Terms {
  price: Balance;
  royalty: number;
}

/** What amounts follow from. */
export interface Rules {
  parameters: Pick<Parameters, 'workers' | 'inference' | 'payouts'>;
  treasury: Address;
  /** The terms that models are registered with. */
  terms: ReadonlyMap<ModelId, Terms>;
}

/** What the rules come to for one account. Transaction fees are apart, except for the treasury, which gets them. */
export interface Dues {
  /** Wages, royalties, bounties, compensations, rewards. */
  earned: Balance;
  /** Prices of what was answered, and what else a user agreed to pay. */
  spent: Balance;
  /** Fees of complaints about inputs that were published, and bonds of demands that were met. */
  charged: Balance;
}

export const NO_DUES: Dues = { earned: 0n, spent: 0n, charged: 0n };

/** The sum of several accounts' dues. */
export const sumOfDues = (all: readonly Dues[]): Dues =>
  all.reduce(
    (sum, { earned, spent, charged }) => ({
      earned: sum.earned + earned,
      spent: sum.spent + spent,
      charged: sum.charged + charged,
    }),
    NO_DUES,
  );

const MILLION = 1_000_000n;

const shareOf = (partsPerMillion: number, amount: Balance): Balance =>
  (BigInt(partsPerMillion) * amount) / MILLION;

const least = (one: Balance, other: Balance): Balance => (one < other ? one : other);
const most = (one: Balance, other: Balance): Balance => (one > other ? one : other);

/** How the price of one inference is split. What rounding leaves is the worker's. */
export const splitOf = (
  { price, royalty }: Terms,
  protocolFee: number,
): { author: Balance; treasury: Balance; worker: Balance } => {
  const author = shareOf(royalty, price);
  const treasury = least(shareOf(protocolFee, price), price - author);
  return { author, treasury, worker: price - author - treasury };
};

/** What a lock that is lost pays to the challenger, if there is one, and to the user: half of it at most. */
export const paidByLock = (
  price: Balance,
  { lockMultiple, minLock }: Pick<Parameters['workers'], 'lockMultiple' | 'minLock'>,
  bounty: Balance | undefined,
): { bounty: Balance; compensation: Balance } => {
  const half = most(minLock, BigInt(lockMultiple) * price) / 2n;
  const asked = (bounty ?? 0n) + price;
  const scaled = (share: Balance) => (asked <= half ? share : (share * half) / asked);
  return { bounty: scaled(bounty ?? 0n), compensation: scaled(price) };
};

/** When something happened: the block, and the place in it. */
interface Moment {
  block: number;
  index: number;
}

const isBefore = (one: Moment, other: Moment): boolean =>
  one.block < other.block || (one.block === other.block && one.index < other.index);

interface Asked extends Terms {
  user: Address;
  family: FamilyId;
  depositLeft: Balance;
  /** Trace roots of the claims that stand, by worker. */
  claims: Map<Address, Hex>;
}

interface Bounty {
  request: RequestId;
  traceRoot: Hex;
  amount: Balance;
  prover: Address;
  /** Seals made before this come before the prover. */
  since: Moment;
}

/** Goes through blocks once. */
export const duesOf = (blocks: readonly ToldBlock[], rules: Rules): ReadonlyMap<Address, Dues> => {
  const { inference, workers, payouts } = rules.parameters;
  const dues = new Map<Address, Dues>();
  const terms = new Map(rules.terms);
  const familyOf = new Map<ModelId, FamilyId>();
  const owners = new Map<FamilyId, Address>();
  const requests = new Map<RequestId, Asked>();
  /** Claims that fell, until it is known to whose proof. */
  let fallen: { request: RequestId; traceRoot: Hex }[] = [];
  const bounties: Bounty[] = [];
  const sealed = new Map<string, Moment>();
  const shown: { who: Address; request: RequestId; traceRoot: Hex; at: Moment }[] = [];
  const challenged = new Map<string, { bond: Balance; at: Moment }>();

  const of = (address: Address): Dues => {
    const known = dues.get(address) ?? { ...NO_DUES };
    dues.set(address, known);
    return known;
  };
  const earn = (address: Address, amount: Balance): void => {
    of(address).earned += amount;
  };
  const spend = (address: Address, amount: Balance): void => {
    of(address).spent += amount;
  };
  const moveOf = (
    { request, worker, challenger }: { request: RequestId; worker: Address; challenger: Address },
    subject: string,
  ): string => `${request}/${worker}/${challenger}/${subject}`;

  const settle = ({ user, family, claims, ...asked }: Asked): void => {
    const { author, treasury, worker } = splitOf(asked, payouts.protocolFee);
    const owner = owners.get(family);
    for (const answered of claims.keys()) {
      earn(answered, worker);
      if (owner !== undefined) earn(owner, author);
      earn(rules.treasury, treasury);
      spend(user, asked.price);
    }
  };

  for (const { block, events } of blocks) {
    for (const { event, index } of events) {
      const at: Moment = { block: block.number, index };
      const asked = 'request' in event ? requests.get(event.request as RequestId) : undefined;
      switch (event.type) {
        case 'models.ModelRegistered':
          familyOf.set(event.model, event.family);
          if (event.family === event.model) owners.set(event.family, event.author);
          break;
        case 'models.FamilyTransferred':
          owners.set(event.family, event.to);
          break;
        case 'models.TermsChanged':
          terms.set(event.model, { price: event.price, royalty: event.royalty });
          break;
        case 'inference.RequestSubmitted': {
          const agreed = terms.get(event.model);
          if (agreed === undefined) break;
          requests.set(event.request, {
            ...agreed,
            user: event.user,
            family: familyOf.get(event.model) ?? event.model,
            depositLeft: inference.requestDeposit,
            claims: new Map(),
          });
          break;
        }
        case 'inference.ResultRevealed':
          asked?.claims.set(event.worker, event.traceRoot);
          break;
        case 'inference.ClaimStruck':
          asked?.claims.delete(event.worker);
          fallen.push({ request: event.request, traceRoot: event.traceRoot });
          break;
        case 'disputes.ClaimConvicted': {
          const isFallen = (one: (typeof fallen)[number]) =>
            one.request === event.request && one.traceRoot === event.traceRoot;
          const challenge = challenged.get(moveOf(event, subjectName(event.subject)));
          const isSilence = event.evidence.type === 'Silence';
          const struck = asked === undefined ? 0 : fallen.filter(isFallen).length;
          for (let one = 0; asked !== undefined && one < struck; one += 1) {
            const paid = paidByLock(asked.price, workers, inference.bounty);
            earn(asked.user, paid.compensation);
            bounties.push({
              request: event.request,
              traceRoot: event.traceRoot,
              amount: paid.bounty,
              prover: event.challenger,
              // A seal counts in the blocks after its own.
              since: { block: (isSilence ? challenge?.at.block : undefined) ?? at.block, index: 0 },
            });
          }
          fallen = fallen.filter((one) => !isFallen(one));
          break;
        }
        case 'disputes.Sealed':
          sealed.set(`${event.who}/${event.seal}`, at);
          break;
        case 'disputes.SealOpened': {
          const since = sealed.get(`${event.who}/${event.seal}`);
          if (since !== undefined) shown.push({ ...event, at: since });
          break;
        }
        case 'disputes.NodeChallenged':
        case 'disputes.PageChallenged': {
          const subject =
            event.type === 'disputes.NodeChallenged'
              ? subjectName({ type: 'Node', value: event.node })
              : subjectName({ type: 'Page', value: event.page });
          challenged.set(moveOf(event, subject), { bond: event.bond, at });
          break;
        }
        case 'disputes.BondForfeited': {
          const bond = challenged.get(moveOf(event, subjectName(event.subject)))?.bond ?? 0n;
          earn(event.worker, bond / 2n);
          of(event.challenger).charged += bond;
          break;
        }
        case 'inference.Settled':
          if (asked !== undefined) settle(asked);
          break;
        case 'inference.KeeperRewarded': {
          if (asked === undefined) break;
          const reward = least(inference.settleReward, asked.depositLeft);
          asked.depositLeft -= reward;
          earn(event.keeper, reward);
          spend(asked.user, reward);
          break;
        }
        case 'inference.WorkerCompensated': {
          if (asked === undefined) break;
          const share = shareOf(inference.unavailabilityShare, asked.price);
          earn(event.worker, share);
          spend(asked.user, share);
          break;
        }
        case 'inference.ComplaintCharged':
          of(event.operator).charged += inference.complaintFee;
          break;
        case 'inference.AuditPaid': {
          if (asked === undefined) break;
          const pay = shareOf(inference.auditPay, asked.price);
          earn(event.auditor, pay);
          spend(rules.treasury, pay);
          break;
        }
        case 'transactionPayment.TransactionFeePaid':
          earn(rules.treasury, event.actualFee);
          break;
        default:
          break;
      }
    }
  }

  // What fell without a challenger was of a trace that had been convicted before: the user alone is compensated.
  for (const { request } of fallen) {
    const asked = requests.get(request);
    if (asked === undefined) continue;
    earn(asked.user, paidByLock(asked.price, workers, undefined).compensation);
  }
  for (const { request, traceRoot, amount, prover, since } of bounties) {
    const over = shown.filter((one) => one.request === request && one.traceRoot === traceRoot);
    let first = { who: prover, at: over.find(({ who }) => who === prover)?.at ?? since };
    for (const one of over) {
      if (isBefore(one.at, first.at)) first = one;
    }
    earn(first.who, amount);
  }
  return dues;
};
