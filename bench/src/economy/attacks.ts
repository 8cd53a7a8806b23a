/**
 * What each attack costs and gains in expectation, compared with doing what one is there for. Every formula leans to the
 * attacker's side: he pays the least fees there can be, has as many tickets and validators as assumed, and shares with
 * whoever else is in it.
 */
import { type Economy, tokensOf } from './read.ts';

/** What is assumed of the world. */
export interface Situation {
  /** Of one inference by one worker, in tokens. */
  price: number;
  /** The share of a model's tickets, beside the workers of the request, that belongs to the attacker or can be bought. */
  tickets: number;
  /** The share of validators that leave out a block if its randomness is not to the attacker's liking. */
  validators: number;
}

/** One way in which it may end. */
export interface Outcome {
  what: string;
  chance: number;
  /** In tokens; negative is a loss. */
  amount: number;
}

export interface Attack {
  /** Kebab-case, and unique. */
  id: string;
  title: string;
  /** The expectation, in the symbols of `symbols`. */
  formula: string;
  /** What makes it fail. */
  answer: string;
  outcomes(economy: Economy, situation: Situation): Outcome[];
}

/** What the formulas are written in. */
export const symbols: readonly (readonly [symbol: string, meaning: string])[] = [
  ['p', 'price of one inference by one worker'],
  ['w', 'the worker’s wage: p less the protocol’s fee, with no royalty'],
  ['L', 'the lock of a claim: max(`minLock`, `lockMultiple` × p)'],
  ['a', '`auditShare`: how many requests are audited'],
  ['f', 'the auditor’s fee: `auditPay` × p'],
  [
    'c',
    'what computing costs: the most with which honest workers still serve, (w + a × f) / (1 + a)',
  ],
  ['t', 'the attacker’s share of the tickets'],
  ['v', 'its share of the validators'],
  ['d', 'the chance that only an audit finds a lie: a × (1 − t) × (1 − v)'],
  ['b', '`bounty` of a conviction'],
  ['h', 'what a lock pays at most: L / 2'],
  ['s', '`sealBond`'],
  ['n', 'the penalty for silence: max(`noShowPenalty`, `noShowShare` × L)'],
  ['K', '`complaintFee`'],
  ['u', 'what a worker gets when an input is not published: `unavailabilityShare` × p'],
  ['F', 'fee of the transaction, at the lowest multiplier'],
];

/** The quantities behind the symbols. */
export const quantities = (
  { parameters: { workers, inference, disputes, payouts } }: Economy,
  { price, tickets, validators }: Situation,
) => {
  const million = 1_000_000;
  const wage = price * (1 - payouts.protocolFee / million);
  const lock = Math.max(tokensOf(workers.minLock), workers.lockMultiple * price);
  const share = inference.auditShare / million;
  const fee = (inference.auditPay / million) * price;
  return {
    wage,
    lock,
    share,
    fee,
    compute: (wage + share * fee) / (1 + share),
    found: share * (1 - tickets) * (1 - validators),
    bounty: tokensOf(inference.bounty),
    most: lock / 2,
    seal: tokensOf(disputes.sealBond),
    noShow: Math.max(tokensOf(workers.noShowPenalty), (workers.noShowShare / million) * lock),
    protocolFee: (payouts.protocolFee / million) * price,
    complaint: tokensOf(inference.complaintFee),
    compensation: (inference.unavailabilityShare / million) * price,
  };
};

const certain = (what: string, amount: number): Outcome[] => [{ what, chance: 1, amount }];

/** What a liar gets back at most of its own lock when accuser and user are friends. */
const shared = ({ most, bounty }: { most: number; bounty: number }, price: number): number =>
  Math.min(most, bounty + price);

export const attacks: readonly Attack[] = [
  {
    id: 'lie-unwatched',
    title: 'A worker answers without computing, and nobody looks but auditors',
    formula: 'c − d × (w + L)',
    answer:
      'paid audits: the lock is so many times the price that being found now and then is too often',
    outcomes: (economy, situation) => {
      const { wage, lock, compute, found } = quantities(economy, situation);
      return [
        { what: 'nobody finds it: computing is spared', chance: 1 - found, amount: compute },
        { what: 'an auditor finds it', chance: found, amount: compute - wage - lock },
      ];
    },
  },
  {
    id: 'lie-watched',
    title: 'The same, and one honest party computes it too',
    formula: 'c − w − L',
    answer:
      'one proof is enough; a lock outlives whatever the worker does, so that leaving does not help',
    outcomes: (economy, situation) => {
      const { wage, lock, compute } = quantities(economy, situation);
      return certain('it is proved', compute - wage - lock);
    },
  },
  {
    id: 'lie-sealed',
    title: 'It seals its own lie beforehand, to have the bounty back when it is found',
    formula: 'c − d × (w + L − min(b, h)) − (1 − d) × s − F',
    answer: 'a seal that expires unused forfeits its bond, which is no less than the bounty',
    outcomes: (economy, situation) => {
      const { wage, lock, compute, found, bounty, most, seal } = quantities(economy, situation);
      const fee = economy.fees.seal;
      return [
        {
          what: 'nobody finds it: the seal is forfeited',
          chance: 1 - found,
          amount: compute - seal - fee,
        },
        {
          what: 'found: the bounty comes back',
          chance: found,
          amount: compute - wage - lock + Math.min(bounty, most) - fee,
        },
      ];
    },
  },
  {
    id: 'same-lie',
    title: 'All workers of a request are one, and tell the same lie',
    formula: 'k × (c − d × (w + L)), k = `maxRedundancy`',
    answer: 'the majority decides nothing: equal claims fall together, to one proof',
    outcomes: (economy, situation) => {
      const { wage, lock, compute, found } = quantities(economy, situation);
      const k = economy.parameters.inference.maxRedundancy;
      return [
        { what: 'nobody finds it', chance: 1 - found, amount: k * compute },
        { what: 'all are struck', chance: found, amount: k * (compute - wage - lock) },
      ];
    },
  },
  {
    id: 'self-conviction',
    title: 'A liar convicts itself through a friend, who is its auditor, and was asked by another',
    formula: 'min(h, b + p) + f − L',
    answer: 'a lock pays half of itself at most, all receivers together; the rest is burned',
    outcomes: (economy, situation) => {
      const all = quantities(economy, situation);
      return certain(
        'bounty and compensation stay in the family',
        shared(all, situation.price) + all.fee - all.lock,
      );
    },
  },
  {
    id: 'contest',
    title: 'Two of one party answer differently, so that the user gets no answer',
    formula: 'min(h, b + p) − L',
    answer: 'the user is refunded, and both locks stay until one claim is proved wrong',
    outcomes: (economy, situation) => {
      const all = quantities(economy, situation);
      return certain(
        'one lock is freed by giving up the other',
        shared(all, situation.price) - all.lock,
      );
    },
  },
  {
    id: 'no-show',
    title: 'A worker takes a request and is silent, or commits and does not reveal',
    formula: '−n',
    answer: 'the penalty is burned and another worker drawn',
    outcomes: (economy, situation) => certain('penalty', -quantities(economy, situation).noShow),
  },
  {
    id: 'copied-commitment',
    title: 'A worker copies another’s commitment',
    formula: '−n',
    answer: 'the account is hashed in: it cannot be revealed, and who does not reveal is late',
    outcomes: (economy, situation) => certain('penalty', -quantities(economy, situation).noShow),
  },
  {
    id: 'silent-auditor',
    title: 'An auditor says nothing, to spare the work or to hold up a settlement',
    formula: 'c − f − n',
    answer: 'silence is a no-show, and the window ends when it would without an audit',
    outcomes: (economy, situation) => {
      const { compute, fee, noShow } = quantities(economy, situation);
      return certain('penalty, and no fee', compute - fee - noShow);
    },
  },
  {
    id: 'audit-farm',
    title: 'User, author, worker and auditor are one, and live on the treasury’s fees for audits',
    formula: 'a × f − (p − w) − F',
    answer:
      'auditors are paid with the request only, and their share of it is within the protocol’s fee',
    outcomes: (economy, situation) => {
      const { share, fee, protocolFee } = quantities(economy, situation);
      const cost = protocolFee + economy.fees.request;
      return [
        // Whoever is the only one to serve a model is always drawn.
        { what: 'audited by oneself', chance: share, amount: fee - cost },
        { what: 'not audited', chance: 1 - share, amount: -cost },
      ];
    },
  },
  {
    id: 'audit-unpaid',
    title: 'The same with requests that are refunded, so that no protocol fee is paid',
    formula: '−F',
    answer: 'what is not paid pays no auditor: the fee on hold goes back to the treasury',
    outcomes: ({ fees }) => certain('nothing is paid', -fees.request),
  },
  {
    id: 'settle-own',
    title: 'A user settles his own requests for the reward',
    formula: '−F',
    answer: 'the reward is his own deposit; what the sweep does by itself pays none',
    outcomes: ({ fees }) => certain('from one hand to the other', -fees.request),
  },
  {
    id: 'settle-crowd-out',
    title: 'A keeper fills a block, so that its sweep leaves over what pays rewards',
    formula: '`settleReward` × (requests due in a block) − (fee of a full block)',
    answer: 'no more come due in a block than blocks have room for the two transactions of each',
    outcomes: ({ parameters, fees, requestsPerBlock }) =>
      certain(
        'a reward for each',
        tokensOf(parameters.inference.settleReward) * (requestsPerBlock / 2) - fees.fullBlock,
      ),
  },
  {
    id: 'false-challenge',
    title: 'A challenge of an honest claim, to annoy its worker or to delay its pay',
    formula: '−`bondBase`',
    answer: 'the bond goes when the opening is not contradicted; half of it is the worker’s',
    outcomes: ({ parameters }) => certain('bond', -tokensOf(parameters.disputes.bondBase)),
  },
  {
    id: 'own-challenge',
    title: 'A worker has its own claim challenged, to keep others from it or to win time',
    formula: '−`bondBase` / 2',
    answer:
      'a challenge clears nothing and what it opens is everyone’s; half of the bond is burned',
    outcomes: ({ parameters }) =>
      certain('the half that is burned', -tokensOf(parameters.disputes.bondBase) / 2),
  },
  {
    id: 'worthless-proofs',
    title: 'Proofs that prove nothing, to make the chain compute',
    formula: '−`rejectedProofPenalty` − F',
    answer: 'they pay the full declared weight and a penalty',
    outcomes: ({ parameters, fees }) =>
      certain(
        'penalty and fee',
        -tokensOf(parameters.disputes.rejectedProofPenalty) - fees.rejectedProof,
      ),
  },
  {
    id: 'copied-proof',
    title: 'A front-runner copies a proof, against a challenger who has sealed it',
    formula: '−F',
    answer: 'the bounty goes to the earlier seal, in whatever order proofs come',
    outcomes: ({ fees }) => certain('its own seal for nothing', -fees.seal),
  },
  {
    id: 'seals-at-random',
    title: 'Seals over claims not known to be false, to be first when one is',
    formula: '−s − F',
    answer: 'a seal over a claim that stands forfeits its bond',
    outcomes: (economy, situation) =>
      certain('bond', -quantities(economy, situation).seal - economy.fees.seal),
  },
  {
    id: 'flood',
    title: 'Requests that are withdrawn or never answered, to fill the storage',
    formula: '−F',
    answer: 'each holds price and deposit while it is there; an account has so many at once',
    outcomes: ({ fees }) => certain('fee', -fees.request),
  },
  {
    id: 'malformed-model',
    title: 'An author registers a model that cannot be computed, and reports it himself',
    formula: '−(1 − `reporterShare`) × `depositBase`',
    answer: 'pages are checked before the model can be served; the rest of the deposit is burned',
    outcomes: ({ parameters: { models } }) =>
      certain(
        'the part that is burned',
        -(1 - models.reporterShare / 1_000_000) * tokensOf(models.depositBase),
      ),
  },
  {
    id: 'false-complaint',
    title: 'A worker says that it cannot get an input which it has; the user publishes it',
    formula: '−K − F',
    answer:
      'the fee is burned, and the work is there to be done; see private requests if he does not',
    outcomes: (economy, situation) =>
      certain(
        'the fee is burned',
        -quantities(economy, situation).complaint - economy.fees.complaint,
      ),
  },
  {
    id: 'idle-complaint',
    title: 'The same to win time, and it is silent all the same',
    formula: '−K − n − F',
    answer: 'it has its phase again once; who complains in the second half of it is too late',
    outcomes: (economy, situation) => {
      const { complaint, noShow } = quantities(economy, situation);
      return certain('fee and penalty', -complaint - noShow - economy.fees.complaint);
    },
  },
  {
    id: 'withheld-input',
    title: 'A user names an input by its root and gives it to nobody, to bind a worker',
    formula: '−u − F',
    answer: 'every worker that is bound is paid a share, for half a phase and a window',
    outcomes: (economy, situation) =>
      certain('compensation', -quantities(economy, situation).compensation - economy.fees.request),
  },
  {
    id: 'late-publication',
    title:
      'A user keeps it back until a worker complains, and then publishes, so that it loses its fee',
    formula: '−F, of request and publication',
    answer: 'what the worker loses is burned; the publication costs the user',
    outcomes: ({ fees }) => certain('nobody is paid', -fees.request - fees.publication),
  },
  {
    id: 'complaint-farm',
    title:
      'User and worker are one, and pay out the price as compensation, past author and treasury',
    formula: '−F, of request and complaint',
    answer: 'it is his own escrow, and there is no result; two who trust each other need no chain',
    outcomes: ({ fees }) => certain('from one hand to the other', -fees.request - fees.complaint),
  },
  {
    id: 'lie-private',
    title: 'A worker lies about a private input, which no auditor can have, and its user looks',
    formula: 'c − w − L',
    answer: 'whoever asked holds the input, and one proof is enough',
    outcomes: (economy, situation) => {
      const { wage, lock, compute } = quantities(economy, situation);
      return certain('the user proves it', compute - wage - lock);
    },
  },
  {
    id: 'public-afterwards',
    title: 'A liar and its user publish when the claim is in: public then, and never audited',
    formula: '−(p − w) − F, of request and publication',
    answer:
      'the window begins anew for all who look; nothing is gained on chain, see private requests',
    outcomes: (economy, situation) =>
      certain(
        'the protocol’s fee',
        -quantities(economy, situation).protocolFee -
          economy.fees.request -
          economy.fees.publication,
      ),
  },
];

/** Sum of chances times amounts. */
export const expectationOf = (outcomes: readonly Outcome[]): number =>
  outcomes.reduce((sum, { chance, amount }) => sum + chance * amount, 0);

/**
 * The verifier's dilemma at a price: if everyone is honest, why look? What an audit, what a lie and what a watcher is worth,
 * and how far the assumptions may be off.
 */
export const dilemma = (economy: Economy, situation: Situation) => {
  const all = quantities(economy, situation);
  const { wage, lock, share, compute, found, bounty, most } = all;
  const risk = wage + lock;
  return {
    ...all,
    /** Of a lie that only audits may find. */
    lie: compute - found * risk,
    /** The largest share of tickets, validators being honest, with which lying does not pay. */
    mostTickets: share === 0 ? 0 : 1 - compute / (share * risk),
    /** What a lie may be worth to the liar outside of the chain, before it pays to tell it where only audits look. */
    outside: found === 0 ? 0 : (found * risk - compute) / (1 - found),
    /** How often claims have to be false for it to pay to look at all of them for the bounties alone. */
    worthLooking: compute / Math.min(bounty, most),
  };
};

/**
 * What protects requests whose inputs are not on chain, of which no auditor is drawn. It takes the user: to publish when a
 * worker complains, and to look at what he is answered. How much of it is enough?
 */
export const privacy = (economy: Economy, situation: Situation) => {
  const { wage, lock, compute, complaint, compensation } = quantities(economy, situation);
  const fee = complaint + economy.fees.complaint;
  /** What is left to a worker that computes, at the highest cost. */
  const margin = wage - compute;
  const idle = compensation - margin;
  return {
    compensation,
    margin,
    /** What a false complaint brings more than the work, if nobody publishes. */
    idle,
    /** The share of publications with which false complaints do not pay. */
    publishing: Math.max(0, idle) / (Math.max(0, idle) + fee),
    /** What computing has to cost, as a share of the price, before a false complaint can pay at all. */
    costly: Math.max(0, wage - compensation) / situation.price,
    /** The share of answers that a user has to look at for lies not to pay. */
    looking: compute / (wage + lock),
  };
};
