/**
 * What must be true after every block. Each check is a function of the state, of the one before, and of the first: no
 * chain, no waiting, so that each can be shown to fail.
 */
import {
  type Address,
  type Balance,
  type ChainEvent,
  LedgerError,
  type RequestId,
} from '@veritrace/sdk';
import { formatUnits } from '../scenario/amount.ts';
import { TOKEN } from '../token.ts';
import { differencesOf, ledgerOf } from './ledger.ts';
import type { ChainState, HoldReason } from './state.ts';

export interface Invariant {
  name: string;
  /** What holds, in words. */
  says: string;
  /** Violations with their numbers; none when it holds. `before` is the state one block earlier. */
  check(state: ChainState, before: ChainState | undefined): string[];
}

const show = (amount: Balance): string => formatUnits(amount, TOKEN.decimals);

const sumBy = <T, K>(
  items: readonly T[],
  key: (item: T) => K,
  amount: (item: T) => Balance,
): Map<K, Balance> => {
  const sums = new Map<K, Balance>();
  for (const item of items) {
    const at = key(item);
    sums.set(at, (sums.get(at) ?? 0n) + amount(item));
  }
  return sums;
};

const total = (amounts: Iterable<Balance>): Balance => {
  let sum = 0n;
  for (const amount of amounts) sum += amount;
  return sum;
};

/** Violations where what is held for a reason differs from what should be, account by account. */
const heldAs = (
  state: ChainState,
  reason: HoldReason,
  expected: ReadonlyMap<Address, Balance>,
): string[] => {
  const accounts = new Set([...state.holds.keys(), ...expected.keys()]);
  return [...accounts].flatMap((account) => {
    const held = state.holds.get(account)?.get(reason) ?? 0n;
    const due = expected.get(account) ?? 0n;
    return held === due
      ? []
      : [`${account} has ${show(held)} held as ${reason}, and ${show(due)} is accounted for`];
  });
};

const isLocked = (type: string): boolean =>
  type === 'Assigned' || type === 'Committed' || type === 'Revealed';

/** What an event says was burned. Only the pallet that burns is asked, so that nothing counts twice. */
export const burnedBy = (event: ChainEvent): Balance => {
  switch (event.type) {
    case 'other': {
      // Dust of accounts that fall below the existential deposit.
      if (event.pallet !== 'balances' || event.name !== 'DustLost') return 0n;
      return BigInt(String(event.fields.amount));
    }
    case 'disputes.ProofRejected':
      return event.penalty;
    case 'inference.ComplaintCharged':
      return event.burned;
    default: {
      const [pallet] = event.type.split('.');
      if (pallet !== 'workers' && pallet !== 'disputes' && pallet !== 'models') return 0n;
      return 'burned' in event && typeof event.burned === 'bigint' ? event.burned : 0n;
    }
  }
};

const pairKey = (worker: Address, request: RequestId): string => `${request}/${worker}`;

/** All of them, in the order they are reported. */
export const invariants: readonly Invariant[] = [
  {
    name: 'escrow',
    says: 'the escrow held from each user is the sum over its open requests',
    check: (state) =>
      heldAs(
        state,
        'inference.Escrow',
        sumBy(
          state.requests,
          (request) => request.user,
          (request) => request.escrow,
        ),
      ),
  },
  {
    name: 'request-deposits',
    says: 'the deposits held from each user are the sum over its open requests',
    check: (state) =>
      heldAs(
        state,
        'inference.Deposit',
        sumBy(
          state.requests,
          (request) => request.user,
          (request) => request.deposit,
        ),
      ),
  },
  {
    name: 'complaints',
    says: 'a request waits for an input exactly if someone complained, and the fee of each complaint is held',
    check: (state) => {
      const waiting = new Set(
        state.requests.flatMap(({ id, status }) => (status === 'AwaitingInput' ? [id] : [])),
      );
      const complained = new Set(state.complaints.map(({ request }) => request));
      return [
        ...[...waiting]
          .filter((id) => !complained.has(id))
          .map((id) => `request ${id} waits for an input, and nobody complained`),
        ...[...complained]
          .filter((id) => !waiting.has(id))
          .map((id) => `request ${id} has a complaint, and does not wait for an input`),
        ...heldAs(
          state,
          'inference.Complaint',
          sumBy(
            state.complaints,
            (complaint) => complaint.operator,
            (complaint) => complaint.fee,
          ),
        ),
      ];
    },
  },
  {
    name: 'stake',
    says: 'what is held of each worker is its stake and what it is unbonding',
    check: (state) =>
      heldAs(
        state,
        'workers.Stake',
        sumBy(
          state.workers,
          (worker) => worker.account,
          (worker) => worker.stake + total(worker.unbonding.map((chunk) => chunk.amount)),
        ),
      ),
  },
  {
    name: 'locks',
    says: "a worker's locked stake is the sum of its locks and no more than its stake",
    check: (state) => {
      const locks = sumBy(
        state.locks,
        (lock) => lock.worker,
        (lock) => lock.amount,
      );
      const known = new Set(state.workers.map((worker) => worker.account));
      return [
        ...state.workers.flatMap(({ account, locked, stake }) => {
          const sum = locks.get(account) ?? 0n;
          return [
            ...(sum === locked
              ? []
              : [`${account} has ${show(locked)} locked, its locks sum to ${show(sum)}`]),
            ...(locked <= stake
              ? []
              : [`${account} has ${show(locked)} locked of a stake of ${show(stake)}`]),
          ];
        }),
        ...[...locks.keys()]
          .filter((account) => !known.has(account))
          .map((account) => `${account} has a lock and is no worker`),
      ];
    },
  },
  {
    name: 'work',
    says: 'stake is locked exactly for the open slots of open requests, and for audits that run',
    check: (state) => {
      const slots = new Set(
        state.requests.flatMap((request) => [
          ...request.slots
            .filter((slot) => isLocked(slot.state.type))
            .map((slot) => pairKey(slot.worker, request.id)),
          ...(request.audit.type === 'Running' ? [pairKey(request.audit.auditor, request.id)] : []),
        ]),
      );
      const locks = new Set(state.locks.map((lock) => pairKey(lock.worker, lock.request)));
      const work = new Set(
        [...state.workOf].flatMap(([worker, requests]) =>
          requests.map((request) => pairKey(worker, request)),
        ),
      );
      const all = new Set([...slots, ...locks, ...work]);
      return [...all].flatMap((key) => {
        const missing = [
          slots.has(key) ? [] : ['no open slot or audit'],
          locks.has(key) ? [] : ['no lock'],
          work.has(key) ? [] : ["no place in the worker's list"],
        ].flat();
        return missing.length === 0
          ? []
          : [`request ${key.replace('/', ' and worker ')}: ${missing.join(', ')}`];
      });
    },
  },
  {
    name: 'bonds',
    says: 'the bonds held from each challenger are the sum over its challenges',
    check: (state) =>
      heldAs(
        state,
        'disputes.Bond',
        sumBy(
          state.challenges,
          (challenge) => challenge.challenger,
          (challenge) => challenge.bond,
        ),
      ),
  },
  {
    name: 'seals',
    says: 'the bonds held from each account for seals are the sum over its seals',
    check: (state) =>
      heldAs(
        state,
        'disputes.Seal',
        sumBy(
          state.seals,
          (seal) => seal.who,
          (seal) => seal.bond,
        ),
      ),
  },
  {
    name: 'bounties',
    says: 'what is held of each account as bounties is the sum of those on hold for it',
    check: (state) =>
      heldAs(
        state,
        'disputes.Bounty',
        sumBy(
          state.bounties,
          (bounty) => bounty.holder,
          (bounty) => bounty.amount,
        ),
      ),
  },
  {
    name: 'audits',
    says: 'the fees held from the treasury are the sum over audits, each of a claim that stands in its window',
    check: (state) => {
      const audits = state.requests.flatMap((request) =>
        request.audit.type === 'Running' || request.audit.type === 'Attested'
          ? [{ request, audit: request.audit }]
          : [],
      );
      return [
        ...heldAs(
          state,
          'inference.Audit',
          sumBy(
            audits,
            () => state.treasuryAccount,
            ({ audit }) => audit.fee,
          ),
        ),
        ...state.requests
          .filter(({ audit, status }) => audit.type !== 'None' && status !== 'Claimed')
          .map(({ id, status }) => `request ${id} is ${status} and audited`),
        ...audits
          .filter(
            ({ request: { slots }, audit }) =>
              !slots.some(
                ({ worker, state: { type } }) => worker === audit.worker && type === 'Revealed',
              ) || slots.some(({ worker }) => worker === audit.auditor),
          )
          .map(
            ({ request: { id }, audit: { auditor, worker } }) =>
              `the audit of ${worker}'s claim on request ${id} by ${auditor} is of none that stands, or by one of the request's workers`,
          ),
      ];
    },
  },
  {
    name: 'model-deposits',
    says: 'the deposits held from each owner are the sum over the models of its families',
    check: (state) =>
      heldAs(
        state,
        'models.Deposit',
        sumBy(
          state.models,
          ({ family }) => state.families.find(({ id }) => id === family)?.owner ?? 'nobody',
          (model) => model.deposit,
        ),
      ),
  },
  {
    name: 'families',
    says: 'a family counts its models and their deposits, and its latest is a live one of them',
    check: ({ families, models }) => [
      ...models
        .filter(({ family }) => !families.some(({ id }) => id === family))
        .map(({ id, family }) => `model ${id} is of family ${family}, which is not there`),
      ...families.flatMap((family) => {
        const own = models.filter((model) => model.family === family.id);
        const deposit = total(own.map((model) => model.deposit));
        const latest = own.find(({ id }) => id === family.latest);
        const wrong = [
          own.length === family.models && own.length > 0
            ? []
            : [`has ${own.length} models, the chain counts ${family.models}`],
          deposit === family.deposit
            ? []
            : [`has deposits of ${show(deposit)}, the chain counts ${show(family.deposit)}`],
          own.every(({ version }) => version >= 1 && version <= family.versions) &&
          new Set(own.map(({ version }) => version)).size === own.length
            ? []
            : [
                `has versions ${own.map(({ version }) => version).join(', ')} of ${family.versions}`,
              ],
          family.latest === undefined || latest?.status.type === 'Live'
            ? []
            : [
                `names ${family.latest} as its latest, which is ${latest?.status.type ?? 'not its'}`,
              ],
        ].flat();
        return wrong.map((what) => `family ${family.id} ${what}`);
      }),
    ],
  },
  {
    name: 'issuance',
    says: 'the issuance falls by exactly what events say was burned, and never rises',
    check: (state, before) => {
      if (before === undefined) return [];
      const burned = total(state.events.map(burnedBy));
      const fell = before.issuance - state.issuance;
      return fell === burned
        ? []
        : [`the issuance fell by ${show(fell)}, events say ${show(burned)} was burned`];
    },
  },
  {
    name: 'balances',
    says: 'all balances together are the issuance',
    check: (state) => {
      const sum = total([...state.accounts.values()].map(({ free, reserved }) => free + reserved));
      return sum === state.issuance
        ? []
        : [`balances sum to ${show(sum)}, the issuance is ${show(state.issuance)}`];
    },
  },
  {
    name: 'holds',
    says: 'what an account has reserved covers what is held for a reason',
    check: (state) =>
      [...state.holds].flatMap(([account, reasons]) => {
        const held = total(reasons.values());
        const reserved = state.accounts.get(account)?.reserved ?? 0n;
        return reserved >= held
          ? []
          : [`${account} has ${show(reserved)} reserved and ${show(held)} held`];
      }),
  },
  {
    name: 'ledger',
    says: 'what everyone has, free and held, follows from what he had before and the events alone',
    check: (state, before) => {
      if (before === undefined) return [];
      const ledger = ledgerOf(before);
      try {
        ledger.apply(state.events);
      } catch (error) {
        if (error instanceof LedgerError) return [error.message];
        throw error;
      }
      return differencesOf(ledger, state, show);
    },
  },
  {
    name: 'one-bucket',
    says: 'every open request is in exactly one deadline bucket, the one it names',
    check: (state) => {
      const places = new Map<RequestId, number[]>();
      for (const { block, request } of state.due) {
        places.set(request, [...(places.get(request) ?? []), block]);
      }
      const open = new Map(state.requests.map((request) => [request.id, request]));
      return [
        ...state.requests.flatMap(({ id, bucket, status }) => {
          const found = places.get(id) ?? [];
          if (found.length === 0 && bucket === undefined && status === 'Contested') return [];
          return found.length === 1 && found[0] === bucket
            ? []
            : [
                `request ${id} (${status}) names bucket ${bucket ?? 'none'} and is in ${
                  found.length === 0 ? 'none' : found.join(' and ')
                }`,
              ];
        }),
        ...[...places]
          .filter(([id]) => !open.has(id))
          .map(([id, blocks]) => `request ${id} is closed and in bucket ${blocks.join(' and ')}`),
      ];
    },
  },
  {
    name: 'closed-hold-nothing',
    says: 'closed requests leave no inputs, claims, locks or challenges',
    check: (state) => {
      const open = new Set(state.requests.map((request) => request.id));
      const left = (what: string, requests: readonly RequestId[]) =>
        [...new Set(requests)]
          .filter((request) => !open.has(request))
          .map((request) => `request ${request} is closed and has ${what}`);
      return [
        ...left('inputs', state.inputs),
        ...left(
          'a claim',
          state.claims.map((claim) => claim.request),
        ),
        ...left(
          'a lock',
          state.locks.map((lock) => lock.request),
        ),
      ];
    },
  },
  {
    name: 'contested-refunded',
    says: 'a contested request holds nothing of its user',
    check: (state) =>
      state.requests.flatMap(({ id, status, escrow, deposit }) =>
        status === 'Contested' && escrow + deposit !== 0n
          ? [`request ${id} is contested and holds ${show(escrow + deposit)}`]
          : [],
      ),
  },
  {
    name: 'claims',
    says: 'there is a claim in storage, and its answer, exactly for each slot that made one',
    check: (state) => {
      const made = new Map(
        state.requests.flatMap((request) =>
          request.slots.flatMap((slot) =>
            slot.state.type === 'Revealed'
              ? [[pairKey(slot.worker, request.id), slot.state.value] as const]
              : [],
          ),
        ),
      );
      const stored = new Map(
        state.claims.map((claim) => [pairKey(claim.worker, claim.request), claim.traceRoot]),
      );
      const answered = new Set(
        state.answers.map(({ worker, request }) => pairKey(worker, request)),
      );
      return [...new Set([...made.keys(), ...stored.keys(), ...answered])].flatMap((key) => {
        const [slot, claim] = [made.get(key), stored.get(key)];
        const place = `request ${key.replace('/', ' and worker ')}`;
        return [
          ...(slot === claim
            ? []
            : [`${place}: the slot says ${slot ?? 'no claim'}, storage ${claim ?? 'none'}`]),
          ...((claim !== undefined) === answered.has(key)
            ? []
            : [
                `${place}: ${claim === undefined ? 'an answer without claim' : 'a claim without answer'}`,
              ]),
        ];
      });
    },
  },
  {
    name: 'open-counts',
    says: "a user's count of open requests is right",
    check: (state) => {
      const counted = new Map<Address, number>();
      for (const { user, status } of state.requests) {
        if (status !== 'Contested') counted.set(user, (counted.get(user) ?? 0) + 1);
      }
      return [...new Set([...counted.keys(), ...state.openOf.keys()])].flatMap((user) => {
        const [right, kept] = [counted.get(user) ?? 0, state.openOf.get(user) ?? 0];
        return right === kept
          ? []
          : [`${user} has ${right} open requests, the chain counts ${kept}`];
      });
    },
  },
  {
    name: 'model-counts',
    says: "a model's count of open requests is right",
    check: (state) => {
      const counted = new Map<string, number>();
      for (const { model } of state.requests) counted.set(model, (counted.get(model) ?? 0) + 1);
      return state.models.flatMap(({ id, openRequests }) => {
        const right = counted.get(id) ?? 0;
        return right === openRequests
          ? []
          : [`model ${id} has ${right} open requests, the chain counts ${openRequests}`];
      });
    },
  },
  {
    name: 'accusations',
    says: "a worker's accusations are the challenges that run against it",
    check: (state) => {
      const counted = new Map<Address, number>();
      for (const { worker } of state.challenges) {
        counted.set(worker, (counted.get(worker) ?? 0) + 1);
      }
      return state.workers.flatMap(({ account, accusations }) => {
        const right = counted.get(account) ?? 0;
        return right === accusations
          ? []
          : [`${account} has ${right} challenges against it, the chain counts ${accusations}`];
      });
    },
  },
  {
    name: 'weight',
    says: 'no block does more work than a block may',
    check: ({ weight: { transactions, own, most, isNewSession } }) => {
      const used = transactions + (isNewSession && own >= most ? own - most : own);
      return used <= most
        ? []
        : [`the block took ${used} picoseconds of work, and ${most} is the most`];
    },
  },
  {
    name: 'claimable',
    says: 'what is claimable is there, and is the sum of the parts',
    check: (state) => {
      const sum = total(state.claimable.values());
      const there = state.accounts.get(state.payoutsAccount)?.free ?? 0n;
      return [
        ...(sum === state.totalClaimable
          ? []
          : [`claims sum to ${show(sum)}, the chain counts ${show(state.totalClaimable)}`]),
        ...(there >= state.totalClaimable + state.existentialDeposit
          ? []
          : [`${show(state.totalClaimable)} is claimable, the account has ${show(there)}`]),
      ];
    },
  },
];
