/** What the kept blocks of a chain tell: requests with what became of them, and who took part. */
import type { ChainState, ModelState } from '../network/follow.ts';
import type { Chronicle, RecordEvent } from '../record/record.ts';
import { shortened } from '../record/shortened.ts';
import type { BlockWindow } from './follow-blocks.ts';

/** A request as far as the kept blocks tell of it. Amounts are smallest units. */
export interface LiveRequest {
  /** Its number: nobody named it. */
  name: string;
  id: string;
  /** Whether it was asked in the kept blocks; of one that was asked earlier the beginning is not known. */
  isWhole: boolean;
  user: string;
  /** What the model is called. */
  model: string;
  redundancy: number;
  escrow: string;
  /** `open`, or how it ended. */
  state: string;
  /** Who was drawn for it, by name. */
  workers: readonly string[];
  claims: readonly { worker: string; struck: boolean }[];
  paid: string;
  refunded: string;
  blocks: { submitted: number | undefined; soft: number | undefined; closed: number | undefined };
}

export interface LiveActor {
  name: string;
  role: string;
  address: string;
}

export interface LiveChronicle extends Chronicle {
  summary: {
    /** Newest first. */
    requests: readonly LiveRequest[];
    verdicts: readonly { worker: string; challenger: string; request: string; block: number }[];
    /** Workers first, then the others, those last who have been there longest. */
    actors: readonly LiveActor[];
  };
  actor(name: string): LiveActor | undefined;
}

const text = (value: unknown): string => String(value ?? '');

/** Fields of events that are somebody, and what that makes of them. */
const ROLES: readonly (readonly [field: string, role: string])[] = [
  ['worker', 'worker'],
  ['user', 'user'],
  ['author', 'author'],
  ['challenger', 'challenger'],
  ['reporter', 'challenger'],
  ['keeper', 'keeper'],
];

/** Names that tell the addresses apart: shortened ones, in full where two would look the same. */
const namesOf = (addresses: Iterable<string>): ReadonlyMap<string, string> => {
  const byName = new Map<string, string[]>();
  for (const address of new Set(addresses)) {
    const name = shortened(address);
    byName.set(name, [...(byName.get(name) ?? []), address]);
  }
  return new Map(
    [...byName].flatMap(([name, those]) =>
      those.map((address) => [address, those.length === 1 ? name : address] as const),
    ),
  );
};

/** Names of models; of two that are called the same, with their digests. */
const modelNames = (models: readonly ModelState[]): ReadonlyMap<string, string> =>
  new Map(
    models.map(({ id, name }) => [
      id,
      name === undefined
        ? shortened(id)
        : models.some((other) => other.id !== id && other.name === name)
          ? `${name} (${shortened(id)})`
          : name,
    ]),
  );

interface Draft extends Omit<LiveRequest, 'workers' | 'claims'> {
  workers: string[];
  claims: { worker: string; struck: boolean }[];
}

const ENDS: Readonly<Record<string, string>> = {
  'inference.Settled': 'settled',
  'inference.RequestRefunded': 'refunded',
  'inference.RequestCancelled': 'cancelled',
  'inference.RequestContested': 'contested',
};

interface Names {
  nameOf(address: string): string;
  modelOf(id: unknown): string;
}

const requestsOf = (
  events: readonly RecordEvent[],
  { nameOf, modelOf }: Names,
): Map<string, LiveRequest> => {
  const drafts = new Map<string, Draft>();
  const draftOf = (id: string): Draft => {
    const known = drafts.get(id);
    if (known !== undefined) return known;
    const fresh: Draft = {
      name: id,
      id,
      isWhole: false,
      user: '',
      model: '',
      redundancy: 0,
      escrow: '0',
      state: 'open',
      workers: [],
      claims: [],
      paid: '0',
      refunded: '0',
      blocks: { submitted: undefined, soft: undefined, closed: undefined },
    };
    drafts.set(id, fresh);
    return fresh;
  };
  for (const event of events) {
    if (event.request === undefined) continue;
    const draft = draftOf(text(event.request));
    switch (event.type) {
      case 'inference.RequestSubmitted':
        Object.assign(draft, {
          isWhole: true,
          user: nameOf(text(event.user)),
          model: modelOf(event.model),
          redundancy: Number(event.redundancy),
          escrow: text(event.escrow),
        });
        draft.blocks.submitted = event.block;
        break;
      case 'inference.RequestAssigned':
      case 'inference.WorkersReplaced':
        for (const worker of Array.isArray(event.workers) ? event.workers : []) {
          const name = nameOf(text(worker));
          if (!draft.workers.includes(name)) draft.workers.push(name);
        }
        break;
      case 'inference.ResultRevealed':
        draft.claims.push({ worker: nameOf(text(event.worker)), struck: false });
        draft.blocks.soft ??= event.block;
        break;
      case 'inference.ClaimStruck':
        for (const claim of draft.claims) {
          if (claim.worker === nameOf(text(event.worker))) claim.struck = true;
        }
        break;
      case 'inference.Settled':
      case 'inference.RequestRefunded':
      case 'inference.RequestCancelled':
      case 'inference.RequestContested':
        draft.state = ENDS[event.type] ?? 'open';
        draft.paid = text(event.paid ?? '0');
        draft.refunded = text(event.refunded ?? '0');
        draft.blocks.closed = event.block;
        break;
      default:
    }
  }
  return drafts;
};

/** Tells what the kept blocks have; `chain` adds the workers' operators and what models are called. */
export const chronicleOf = (blocks: BlockWindow, chain: ChainState | undefined): LiveChronicle => {
  const events = blocks.flatMap((block) => block.events);
  const roles = new Map<string, string>();
  const operators = new Map<string, string>();
  for (const { account, operator } of chain?.workers ?? []) {
    roles.set(account, 'worker');
    operators.set(operator, account);
  }
  for (const event of events) {
    for (const [field, role] of ROLES) {
      const value = event[field];
      if (typeof value === 'string' && !roles.has(value)) roles.set(value, role);
    }
    if (event.type === 'workers.WorkerRegistered' || event.type === 'workers.OperatorChanged') {
      operators.set(text(event.operator), text(event.worker));
    }
  }
  for (const event of events) {
    const who = text(event.who);
    if (
      event.type === 'transactionPayment.TransactionFeePaid' &&
      !operators.has(who) &&
      !roles.has(who)
    ) {
      roles.set(who, 'account');
    }
  }
  for (const operator of operators.keys()) roles.delete(operator);
  const names = namesOf(roles.keys());
  const models = chain?.models ?? [];
  const modelsById = modelNames(models);
  const nameOf = (address: string): string => {
    const owner = operators.get(address) ?? address;
    return names.get(owner) ?? shortened(owner);
  };
  const requests = requestsOf(events, {
    nameOf,
    modelOf: (id) => modelsById.get(text(id)) ?? shortened(text(id)),
  });
  const everyone = [...roles].map(
    ([address, role]): LiveActor => ({ name: nameOf(address), role, address }),
  );
  const actors = [
    ...everyone.filter(({ role }) => role === 'worker'),
    ...everyone.filter(({ role }) => role !== 'worker').reverse(),
  ];
  return {
    blocks,
    events,
    chainEvents: events,
    steps: [],
    models: models.map(({ id }) => ({ name: modelsById.get(id) ?? id, chain: { id } })),
    summary: {
      requests: [...requests.values()].sort((one, other) => Number(other.id) - Number(one.id)),
      verdicts: events
        .filter(({ type }) => type === 'disputes.ClaimConvicted')
        .map((event) => ({
          worker: nameOf(text(event.worker)),
          challenger: nameOf(text(event.challenger)),
          request: text(event.request),
          block: event.block,
        })),
      actors,
    },
    nameOf,
    actor: (who) => actors.find(({ name, address }) => name === who || address === who),
  };
};
