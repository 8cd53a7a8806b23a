/**
 * The money of a request, from the events alone: where it came from, where it went, and whether the two agree. Amounts are
 * smallest units.
 */
import type { Chronicle, RecordEvent } from '../record/record.ts';
import { requestName } from '../run/story.ts';
import { unitsOf } from '../ui/amount.ts';

/** What an amount was or became. */
export type Pot =
  | 'price'
  | 'deposit'
  | 'stake'
  | 'bond'
  | 'fine'
  | 'audit fee'
  | 'pay'
  | 'royalty'
  | 'protocol fee'
  | 'bounty'
  | 'compensation'
  | 'reward'
  | 'back'
  | 'burned'
  | 'held';

export interface Entry {
  /** An actor, or what is no one’s: burned, or still held. */
  who: string;
  pot: Pot;
  amount: bigint;
}

export interface MoneyFlow {
  sources: Entry[];
  sinks: Entry[];
  /** Sums over both; equal, when everything is accounted for. */
  in: bigint;
  out: bigint;
  /** Of `out`. */
  burned: bigint;
  /** Of `out`: what is still held when the record ends. */
  held: bigint;
}

const text = (value: unknown): string => String(value ?? '');

const sum = (entries: readonly Entry[]): bigint =>
  entries.reduce((total, { amount }) => total + amount, 0n);

/** Entries of one actor and pot become one. Zeros are left out. */
const merged = (entries: readonly Entry[]): Entry[] => {
  const byKey = new Map<string, Entry>();
  for (const entry of entries) {
    const key = `${entry.who}/${entry.pot}`;
    const known = byKey.get(key);
    byKey.set(key, known ? { ...known, amount: known.amount + entry.amount } : entry);
  }
  return [...byKey.values()].filter(({ amount }) => amount !== 0n);
};

/** Largest first within each kind; what nobody has comes last. */
const ORDER: readonly Pot[] = [
  'price',
  'deposit',
  'audit fee',
  'pay',
  'royalty',
  'protocol fee',
  'reward',
  'back',
  'bounty',
  'compensation',
  'stake',
  'bond',
  'fine',
  'held',
  'burned',
];

const ordered = (entries: readonly Entry[]): Entry[] =>
  [...entries].sort(
    (one, other) =>
      ORDER.indexOf(one.pot) - ORDER.indexOf(other.pot) ||
      (one.amount > other.amount ? -1 : one.amount < other.amount ? 1 : 0),
  );

const flowOf = (sources: readonly Entry[], sinks: readonly Entry[]): MoneyFlow => {
  const [from, to] = [ordered(merged(sources)), ordered(merged(sinks))];
  const held = sum(to.filter(({ pot }) => pot === 'held'));
  return {
    sources: from,
    sinks: to,
    in: sum(from),
    out: sum(to),
    burned: sum(to.filter(({ pot }) => pot === 'burned')),
    held,
  };
};

/** Whether what came in is what went out. */
export const balances = (flow: MoneyFlow): boolean => flow.in === flow.out;

/**
 * Payments name no request. They are of the next event in the same transaction, or in the same hook, that does: each call
 * of the runtime pays first and then says what for.
 */
const requestOfPayment = (events: readonly RecordEvent[], at: number): string | undefined => {
  const payment = events[at];
  for (let next = at + 1; next < events.length; next++) {
    const event = events[next];
    if (event?.block !== payment?.block || event?.extrinsic !== payment?.extrinsic)
      return undefined;
    if (event !== undefined && 'request' in event && event.request !== undefined) {
      return text(event.request);
    }
  }
  return undefined;
};

/** What a payment out of a price is, by whom it goes to; told by the split that follows it. */
const potOfPrice = (record: Chronicle, events: readonly RecordEvent[], at: number): Pot => {
  const payment = events[at];
  for (let next = at + 1; next < events.length; next++) {
    const event = events[next];
    if (event?.block !== payment?.block) break;
    if (event?.type === 'inference.WorkerCompensated') return 'compensation';
    if (event?.type === 'payouts.InferencePaid') {
      if (event.author === payment?.to) return 'royalty';
      return record.nameOf(text(payment?.to)) === 'treasury' ||
        !record.summary.actors.some(
          ({ name, role }) => role === 'worker' && name === record.nameOf(text(payment?.to)),
        )
        ? 'protocol fee'
        : 'pay';
    }
  }
  return 'pay';
};

/** The money of every request, by its name in the run. */
export const flowsOf = (record: Chronicle): Map<string, MoneyFlow> => {
  // Of all events: a payment is told by what follows it, whoever's that is.
  const { chainEvents: events } = record;
  const own = new Set(record.summary.requests.flatMap(({ id }) => id ?? []));
  const books = new Map<string, { sources: Entry[]; sinks: Entry[]; open: bigint }>();
  const bookOf = (id: string) => {
    const known = books.get(id);
    if (known !== undefined) return known;
    const fresh = { sources: [], sinks: [], open: 0n };
    books.set(id, fresh);
    return fresh;
  };
  const who = (value: unknown) => record.nameOf(text(value));
  const users = new Map<string, string>();
  for (const { id, user } of record.summary.requests) if (id !== undefined) users.set(id, user);
  const closed = new Set<string>();

  for (const [at, event] of events.entries()) {
    const id = text(event.request);
    const book = () => bookOf(id);
    const lost = (from: unknown, pot: Pot, burned: unknown) => {
      book().sources.push({ who: who(from), pot, amount: unitsOf(burned) });
      book().sinks.push({ who: 'burned', pot: 'burned', amount: unitsOf(burned) });
    };
    const back = (to: string) => {
      book().sinks.push({ who: to, pot: 'back', amount: unitsOf(event.refunded) });
      book().open -= unitsOf(event.refunded);
    };
    const userOf = (request: string): string => users.get(request) ?? who(undefined);
    switch (event.type) {
      case 'inference.RequestSubmitted':
        if (!users.has(id)) users.set(id, who(event.user));
        book().sources.push(
          { who: who(event.user), pot: 'price', amount: unitsOf(event.escrow) },
          { who: who(event.user), pot: 'deposit', amount: unitsOf(event.deposit) },
        );
        book().open += unitsOf(event.escrow) + unitsOf(event.deposit);
        break;
      case 'payouts.Paid':
      case 'payouts.MadeClaimable': {
        const request = requestOfPayment(events, at);
        if (request === undefined) break;
        const { sources, sinks } = bookOf(request);
        const amount = unitsOf(event.amount);
        const reason = (event.reason as { type?: string; value?: string } | undefined)?.value;
        const to = who(event.to);
        switch (reason) {
          case 'Escrow':
            sinks.push({ who: to, pot: potOfPrice(record, events, at), amount });
            bookOf(request).open -= amount;
            break;
          case 'Deposit':
            sinks.push({ who: to, pot: 'reward', amount });
            bookOf(request).open -= amount;
            break;
          case 'Stake':
            sources.push({ who: who(event.from), pot: 'stake', amount });
            sinks.push({
              who: to,
              pot: to === userOf(request) ? 'compensation' : 'bounty',
              amount,
            });
            break;
          case 'Bond':
            sources.push({ who: who(event.from), pot: 'bond', amount });
            sinks.push({ who: to, pot: 'compensation', amount });
            break;
          default:
            sources.push({ who: who(event.from), pot: 'audit fee', amount });
            sinks.push({ who: to, pot: 'reward', amount });
        }
        break;
      }
      case 'workers.Slashed':
      case 'workers.NoShowPenalised':
        lost(event.worker, 'stake', event.burned);
        break;
      case 'disputes.BondForfeited':
        lost(event.challenger, 'bond', event.burned);
        break;
      case 'disputes.ProofRejected':
        lost(event.who, 'fine', event.penalty);
        break;
      case 'inference.ComplaintCharged':
        lost(event.operator, 'fine', event.burned);
        break;
      case 'inference.Settled':
      case 'inference.RequestRefunded':
      case 'inference.RequestCancelled':
      case 'inference.RequestContested':
        closed.add(id);
        back(userOf(id));
        break;
      default:
    }
  }
  return new Map(
    [...books]
      .filter(([id]) => own.has(id))
      .map(([id, { sources, sinks, open }]) => {
        const held: Entry[] = closed.has(id)
          ? []
          : [{ who: 'still held', pot: 'held', amount: open }];
        return [requestName(record, id), flowOf(sources, [...sinks, ...held])];
      }),
  );
};

/** All requests together. */
export const total = (flows: Iterable<MoneyFlow>): MoneyFlow => {
  const all = [...flows];
  return flowOf(
    all.flatMap(({ sources }) => sources),
    all.flatMap(({ sinks }) => sinks),
  );
};
