/** Events as people read them: what happened, of which kind, whose it is, and to whom it points. */
import type { Chronicle, RecordEvent } from '../record/record.ts';
import { unitsOf, withToken } from '../ui/amount.ts';

/** What a mark on the timeline can stand for, most important first. */
export const KINDS = [
  'conviction',
  'fault',
  'challenge',
  'opening',
  'miss',
  'settled',
  'refund',
  'claim',
  'request',
  'commit',
  'draw',
  'payment',
  'model',
  'worker',
  'other',
] as const;

export type Kind = (typeof KINDS)[number];

export const KIND_NAMES: Readonly<Record<Kind, string>> = {
  conviction: 'convicted',
  fault: 'fault injected',
  challenge: 'challenged',
  opening: 'opened',
  miss: 'missed or fined',
  settled: 'settled',
  refund: 'refunded',
  claim: 'claim',
  request: 'request',
  commit: 'commitment',
  draw: 'workers drawn',
  payment: 'payment',
  model: 'model',
  worker: 'worker',
  other: 'other',
};

/** The lane of what nobody sent: hooks of the chain. */
export const CHAIN = 'chain';

export interface Happening {
  block: number;
  index: number;
  kind: Kind;
  /** Whose lane it is on: an actor's name, or the chain's. */
  lane: string;
  text: string;
  /** The actor it is done to. */
  target: string | undefined;
  /** The request it is about, by name. */
  request: string | undefined;
}

interface Told {
  kind: Kind;
  text: string;
  /** Where nobody sent it, the lane that it is on all the same. */
  lane?: string | undefined;
  target?: string | undefined;
}

const list = (names: readonly string[]): string =>
  names.length < 2
    ? names.join('')
    : `${names.slice(0, -1).join(', ')} and ${names[names.length - 1] ?? ''}`;

const text = (value: unknown): string => (typeof value === 'string' ? value : String(value ?? ''));
const money = (value: unknown): string => withToken(unitsOf(value));

type Requests = Chronicle['summary']['requests'];
const namesOfRequests = new WeakMap<Requests, ReadonlyMap<string, string>>();

/** Names by number: asked for with every event. */
const namesOf = (requests: Requests): ReadonlyMap<string, string> => {
  const known = namesOfRequests.get(requests);
  if (known !== undefined) return known;
  const names = new Map(
    requests.flatMap(({ id, name }) => (id === undefined ? [] : [[id, name] as const])),
  );
  namesOfRequests.set(requests, names);
  return names;
};

/** What a request is called: the scenario's name where it has one. */
export const requestName = ({ summary }: Chronicle, id: unknown): string =>
  namesOf(summary.requests).get(text(id)) ?? `request ${text(id)}`;

/** A request in a sentence: “seven”, or request 7 where it has no name but its number. */
export const requestText = (record: Chronicle, id: unknown): string => {
  const name = requestName(record, id);
  return name === text(id) || name === `request ${text(id)}` ? `request ${text(id)}` : `“${name}”`;
};

/** Subject of a dispute: `node 3`. */
export const subjectText = (value: unknown): string => {
  const { type, value: at } = (value ?? {}) as { type?: string; value?: number };
  return `${(type ?? 'node').toLowerCase()} ${at ?? '?'}`;
};

const sentence = (event: RecordEvent, record: Chronicle): Told | undefined => {
  const who = (field: string): string => record.nameOf(text(event[field]));
  const request = () => requestText(record, event.request);
  const model = (): string =>
    record.models.find((one) => one.chain?.id === event.model)?.name ??
    `${text(event.model).slice(0, 10)}…`;
  switch (event.type) {
    case 'models.ModelRegistered':
      return {
        kind: 'model',
        text: `${who('author')} registers ${model()}, deposit ${money(event.deposit)}`,
      };
    case 'models.ModelCompleted':
      return { kind: 'model', text: `the chain has checked and hashed the graph of ${model()}` };
    case 'models.TermsChanged':
      return { kind: 'model', text: `${model()} costs ${money(event.price)} from now on` };
    case 'models.ModelDeprecated':
      return { kind: 'model', text: `${model()} takes no more requests` };
    case 'models.ModelRemoved':
      return {
        kind: 'model',
        text: `${model()} is gone, its deposit of ${money(event.deposit)} given back`,
      };
    case 'models.ModelCondemned':
      return {
        kind: 'conviction',
        text: `${who('reporter')} shows that node ${text(event.node)} of ${model()} is malformed`,
      };
    case 'models.FamilyTransferred':
      return {
        kind: 'model',
        text: `the family of models goes from ${who('from')} to ${who('to')}`,
      };
    case 'workers.WorkerRegistered':
      return { kind: 'worker', text: `${who('worker')} bonds ${money(event.stake)}` };
    case 'workers.ServingStarted':
      return { kind: 'worker', text: `${who('worker')} serves ${model()}` };
    case 'workers.ServingStopped':
      return { kind: 'worker', text: `${who('worker')} no longer serves ${model()}` };
    case 'workers.UnbondingStarted':
      return {
        kind: 'worker',
        text: `${who('worker')} asks for ${money(event.amount)} of its stake`,
      };
    case 'workers.Withdrawn':
      return { kind: 'worker', text: `${who('worker')} withdraws ${money(event.amount)}` };
    case 'inference.RequestSubmitted':
      return {
        kind: 'request',
        text: `${who('user')} asks ${request()} of ${event.redundancy === 1 ? 'one worker' : `${text(event.redundancy)} workers`} and escrows ${money(event.escrow)}`,
      };
    case 'inference.RequestAssigned':
    case 'inference.WorkersReplaced': {
      const workers = Array.isArray(event.workers)
        ? event.workers.map((one) => record.nameOf(text(one)))
        : [];
      return {
        kind: 'draw',
        text: `${list(workers)} ${workers.length === 1 ? 'is' : 'are'} drawn for ${request()}${event.type === 'inference.WorkersReplaced' ? ' instead' : ''}`,
      };
    }
    case 'inference.ResultCommitted':
      return { kind: 'commit', text: `${who('worker')} commits to an answer to ${request()}` };
    case 'inference.ResultRevealed':
      return { kind: 'claim', text: `${who('worker')} answers ${request()}` };
    case 'inference.WindowOpened':
      return {
        kind: 'other',
        text: `all claims about ${request()} are in; they can be contradicted until block ${text(event.due)}`,
      };
    case 'inference.WorkerMissed':
      return {
        kind: 'miss',
        lane: who('worker'),
        text: `${who('worker')} did not answer ${request()}; ${money(event.burned)} burned`,
      };
    case 'inference.ClaimStruck':
      return {
        kind: 'conviction',
        target: who('worker'),
        text: `${who('worker')}’s claim about ${request()} falls: ${money(event.paid)} to others, ${money(event.burned)} burned`,
      };
    case 'inference.RequestReopened':
      return { kind: 'draw', text: `${request()} goes to other workers` };
    case 'inference.Settled':
      return {
        kind: 'settled',
        text: `${request()} is settled: ${money(event.paid)} paid, ${money(event.refunded)} back`,
      };
    case 'inference.RequestRefunded':
      return {
        kind: 'refund',
        text: `${request()} is refunded: ${money(event.refunded)} back (${text(event.reason)})`,
      };
    case 'inference.RequestCancelled':
      return { kind: 'refund', text: `${request()} is cancelled: ${money(event.refunded)} back` };
    case 'inference.RequestContested':
      return {
        kind: 'refund',
        text: `${request()} is contested; ${money(event.refunded)} back to the user`,
      };
    case 'inference.KeeperRewarded':
      return {
        kind: 'payment',
        text: `${who('keeper')} settles ${request()} and gets ${money(event.amount)}`,
      };
    case 'inference.InputDemanded':
      return { kind: 'miss', text: `${who('worker')} cannot get the input of ${request()}` };
    case 'inference.InputPublished':
      return { kind: 'opening', text: `${who('who')} publishes an input of ${request()}` };
    case 'inference.ComplaintCharged':
      return {
        kind: 'miss',
        lane: who('operator'),
        text: `the complaint about ${request()} costs ${money(event.burned)}, burned`,
      };
    case 'inference.WorkerCompensated':
      return {
        kind: 'payment',
        lane: who('worker'),
        text: `${who('worker')} gets ${money(event.amount)} for its trouble with ${request()}`,
      };
    case 'inference.AuditDrawn':
      return {
        kind: 'draw',
        text: `${who('auditor')} is to audit ${who('worker')}’s claim at node ${text(event.node)}`,
      };
    case 'inference.AuditAttested':
      return { kind: 'opening', text: `${who('auditor')} shows its tile` };
    case 'inference.AuditPaid':
      return {
        kind: 'payment',
        lane: who('auditor'),
        text: `${who('auditor')} gets ${money(event.fee)} for its audit`,
      };
    case 'inference.AuditMissed':
      return {
        kind: 'miss',
        lane: who('auditor'),
        text: `${who('auditor')} showed nothing; ${money(event.burned)} burned`,
      };
    case 'disputes.NodeChallenged':
      return {
        kind: 'challenge',
        target: who('worker'),
        text: `${who('challenger')} challenges node ${text(event.node)} of ${who('worker')}’s claim with a bond of ${money(event.bond)}`,
      };
    case 'disputes.PageChallenged':
      return {
        kind: 'challenge',
        target: who('worker'),
        text: `${who('challenger')} challenges page ${text(event.page)} of ${who('worker')}’s trace with a bond of ${money(event.bond)}`,
      };
    case 'disputes.NodeOpened':
      return { kind: 'opening', text: `${who('worker')} opens node ${text(event.node)}` };
    case 'disputes.PageOpened':
      return { kind: 'opening', text: `${who('worker')} opens page ${text(event.page)}` };
    case 'disputes.ClaimConvicted':
      return {
        kind: 'conviction',
        target: who('worker'),
        text: `${who('challenger')} convicts ${who('worker')} at ${subjectText(event.subject)}`,
      };
    case 'disputes.ProofRejected':
      return {
        kind: 'miss',
        text: `a proof by ${who('who')} against ${who('worker')} is rejected; ${money(event.penalty)} burned`,
      };
    case 'disputes.BondForfeited':
      return {
        kind: 'miss',
        lane: who('challenger'),
        text: `${who('challenger')} loses its bond: ${money(event.compensation)} to ${who('worker')}, ${money(event.burned)} burned`,
      };
    case 'disputes.BondReturned':
      return {
        kind: 'payment',
        text: `${who('challenger')} has its bond of ${money(event.bond)} back`,
      };
    case 'disputes.Sealed':
      return { kind: 'challenge', text: `${who('who')} seals an accusation` };
    case 'disputes.SealForfeited':
      return {
        kind: 'miss',
        lane: who('who'),
        text: `a seal of ${who('who')} expired unused; ${money(event.burned)} burned`,
      };
    case 'disputes.BountyMoved':
      return {
        kind: 'payment',
        lane: who('to'),
        text: `${who('to')} had sealed it earlier than ${who('from')}: the bounty of ${money(event.amount)} is ${who('to')}’s`,
      };
    case 'disputes.BountyReleased':
      return {
        kind: 'payment',
        lane: who('who'),
        text: `${who('who')}’s bounty of ${money(event.amount)} is free`,
      };
    case 'payouts.Paid':
      return {
        kind: 'payment',
        text: `${money(event.amount)} from ${who('from')} to ${who('to')}`,
      };
    default:
      return undefined;
  }
};

/** Steps that break something on purpose. */
const FAULTS: ReadonlySet<string> = new Set([
  'kill-node',
  'pause-node',
  'isolate-node',
  'stop',
  'twin',
  'flood',
  'crowd',
]);

export const isFault = (step: { do: string }): boolean => FAULTS.has(step.do);

/** Who sent each extrinsic, by block and position: whoever paid for it. */
const sendersOf = (record: Chronicle): Map<string, string> => {
  const senders = new Map<string, string>();
  for (const event of record.events) {
    if (event.type === 'transactionPayment.TransactionFeePaid' && event.extrinsic !== undefined) {
      senders.set(`${event.block}/${event.extrinsic}`, record.nameOf(text(event.who)));
    }
  }
  return senders;
};

/** Everything that happened, in order. */
export const tellStory = (record: Chronicle): Happening[] => {
  const senders = sendersOf(record);
  const told = record.events.flatMap((event): Happening[] => {
    const one = sentence(event, record);
    if (one === undefined) return [];
    const sender =
      event.extrinsic === undefined ? undefined : senders.get(`${event.block}/${event.extrinsic}`);
    return [
      {
        block: event.block,
        index: event.index,
        kind: one.kind,
        lane: sender ?? one.lane ?? CHAIN,
        text: one.text,
        target: one.target,
        request: event.request === undefined ? undefined : requestName(record, event.request),
      },
    ];
  });
  const faults = record.steps.filter(isFault).map(
    (step): Happening => ({
      block: step.from,
      index: -1,
      kind: 'fault',
      lane: 'faults',
      text: step.text,
      target: undefined,
      request: undefined,
    }),
  );
  return [...faults, ...told].sort((a, b) => a.block - b.block || a.index - b.index);
};
