import type {
  Bounty,
  ChainEvent,
  Challenge,
  Family,
  Model,
  Request,
  Seal,
  Worker,
} from '@veritrace/sdk';
import { describe, expect, it } from 'vitest';
import { burnedBy, invariants } from './checks.ts';
import { createMonitor } from './monitor.ts';
import type { ChainState, HoldReason } from './state.ts';

const root = `0x${'11'.repeat(32)}` as const;

const request: Request = {
  id: 7n,
  user: 'user',
  model: root,
  terms: { graphRoot: root, price: 10n, royalty: 100_000, nodeCount: 3, inputs: [], outputs: [] },
  redundancy: 1,
  escrow: 10n,
  deposit: 2n,
  inputRoots: [root],
  visibility: 'Public',
  status: 'Claimed',
  deadline: 5,
  since: 3,
  due: 9,
  bucket: 9,
  attemptsLeft: 1,
  slots: [{ worker: 'worker', state: { type: 'Revealed', value: root }, challenges: 1 }],
  audit: {
    type: 'Attested',
    auditor: 'auditor',
    worker: 'worker',
    node: 1,
    lot: 5n,
    due: 8,
    fee: 4n,
  },
};

const worker: Worker = {
  account: 'worker',
  operator: 'operator',
  stake: 100n,
  locked: 40n,
  minPrice: 0n,
  accusations: 1,
  unbonding: [{ amount: 5n, at: 90 }],
  served: [root],
};

const challenge: Challenge = {
  request: 7n,
  worker: 'worker',
  subject: { type: 'Node', value: 1 },
  challenger: 'challenger',
  bond: 8n,
  digest: root,
  content: { type: 'Tensor', dtype: 'U8', shape: [1, 32] },
  state: { type: 'Awaiting', due: 12 },
  openingBytes: 32,
  at: 7,
};

const seal: Seal = {
  who: 'challenger',
  seal: root,
  bond: 6n,
  order: 0n,
  at: 6,
  until: 20,
  forfeit: 23,
};

const bounty: Bounty = {
  request: 6n,
  traceRoot: root,
  holder: 'challenger',
  amount: 5n,
  subject: { type: 'Node', value: 1 },
  order: undefined,
  before: 7,
  convicted: 7,
  due: 11,
};

const model = {
  id: root,
  author: 'ghost-writer',
  family: root,
  version: 2,
  deposit: 30n,
  status: { type: 'Live' },
  openRequests: 1,
} as unknown as Model;

const family: Family = {
  id: root,
  owner: 'author',
  heir: undefined,
  latest: root,
  versions: 3,
  models: 1,
  deposit: 30n,
};

const held = (...reasons: [HoldReason, bigint][]): ReadonlyMap<HoldReason, bigint> =>
  new Map(reasons);

const sound: ChainState = {
  block: { number: 8, hash: root },
  issuance: 1_000n,
  accounts: new Map([
    ['user', { free: 88n, reserved: 12n }],
    ['worker', { free: 95n, reserved: 105n }],
    ['challenger', { free: 81n, reserved: 19n }],
    ['author', { free: 70n, reserved: 30n }],
    ['payouts', { free: 4n, reserved: 0n }],
    ['treasury', { free: 492n, reserved: 4n }],
  ]),
  holds: new Map([
    ['user', held(['inference.Escrow', 10n], ['inference.Deposit', 2n])],
    ['worker', held(['workers.Stake', 105n])],
    ['challenger', held(['disputes.Bond', 8n], ['disputes.Seal', 6n], ['disputes.Bounty', 5n])],
    ['author', held(['models.Deposit', 30n])],
    ['treasury', held(['inference.Audit', 4n])],
  ]),
  models: [model],
  families: [family],
  workers: [worker],
  locks: [{ worker: 'worker', request: 7n, amount: 40n }],
  requests: [request],
  complaints: [],
  inputs: [7n],
  claims: [{ request: 7n, worker: 'worker', traceRoot: root, outputRoot: root, outputs: [] }],
  answers: [{ request: 7n, worker: 'worker' }],
  due: [{ block: 9, request: 7n }],
  openOf: new Map([['user', 1]]),
  workOf: new Map([['worker', [7n]]]),
  challenges: [challenge],
  seals: [seal],
  bounties: [bounty],
  claimable: new Map([['someone', 3n]]),
  totalClaimable: 3n,
  payoutsAccount: 'payouts',
  treasuryAccount: 'treasury',
  existentialDeposit: 1n,
  weight: { transactions: 5n, own: 2n, most: 90n, isNewSession: false },
  events: [],
};

/** A payment of the payouts pallet out of the user's escrow. */
const paid = (amount: bigint): ChainEvent => ({
  type: 'payouts.Paid',
  reason: { type: 'Inference', value: 'Escrow' },
  from: 'user',
  to: 'worker',
  amount,
});

const violations = (state: ChainState, before: ChainState = sound): Record<string, string[]> =>
  Object.fromEntries(
    invariants
      .map(({ name, check }) => [name, check(state, before)] as const)
      .filter(([, found]) => found.length > 0),
  );

const doctored = (change: Partial<ChainState>): Record<string, string[]> =>
  violations({ ...sound, ...change });

const withRequest = (change: Partial<Request>): Partial<ChainState> => ({
  requests: [{ ...request, ...change }],
});

const withAudit = (change: Partial<Extract<Request['audit'], { type: 'Attested' | 'Running' }>>) =>
  withRequest({ audit: { ...request.audit, ...change } as Request['audit'] });

const withWorker = (change: Partial<Worker>): Partial<ChainState> => ({
  workers: [{ ...worker, ...change }],
});

describe('invariants', () => {
  it('hold in a sound state', () => {
    expect(violations(sound)).toEqual({});
    expect(violations(sound, undefined)).toEqual({});
  });

  /** For each invariant a state in which it does not hold, and what is reported. */
  const cases: Record<string, [Partial<ChainState>, RegExp][]> = {
    escrow: [
      [
        withRequest({ escrow: 9n }),
        /user has 0.00000000001 held as inference.Escrow, and 0.000000000009/,
      ],
      [{ requests: [], due: [] }, /user has .* held as inference.Escrow, and 0 is accounted for/],
    ],
    'request-deposits': [[withRequest({ deposit: 3n }), /inference.Deposit/]],
    complaints: [
      [withRequest({ status: 'AwaitingInput' }), /request 7 waits for an input, and nobody/],
      [
        { complaints: [{ request: 7n, operator: 'worker', fee: 0n }] },
        /request 7 has a complaint, and does not wait/,
      ],
      [
        {
          ...withRequest({ status: 'AwaitingInput' }),
          complaints: [{ request: 7n, operator: 'worker', fee: 2n }],
        },
        /worker has 0 held as inference.Complaint, and 0.000000000002 is accounted for/,
      ],
    ],
    stake: [
      [withWorker({ stake: 101n }), /workers.Stake/],
      [withWorker({ unbonding: [] }), /workers.Stake/],
      [{ workers: [] }, /and 0 is accounted for/],
    ],
    locks: [
      [withWorker({ locked: 41n }), /its locks sum to/],
      [withWorker({ stake: 39n }), /locked of a stake of/],
      [
        { locks: [...sound.locks, { worker: 'ghost', request: 7n, amount: 1n }] },
        /ghost has a lock/,
      ],
    ],
    work: [
      [{ locks: [] }, /request 7 and worker worker: no lock/],
      [{ workOf: new Map() }, /no place in the worker's list/],
      [
        withRequest({ slots: [{ worker: 'worker', state: { type: 'Struck' }, challenges: 0 }] }),
        /no open slot/,
      ],
      [
        withAudit({ type: 'Running', auditor: 'vera' }),
        /request 7 and worker vera: no lock, no place in the worker's list/,
      ],
    ],
    bonds: [
      [{ challenges: [{ ...challenge, bond: 9n }] }, /disputes.Bond/],
      [{ challenges: [] }, /disputes.Bond/],
    ],
    seals: [
      [{ seals: [{ ...seal, bond: 7n }] }, /disputes.Seal/],
      [{ seals: [] }, /disputes.Seal/],
    ],
    bounties: [
      [{ bounties: [{ ...bounty, holder: 'user' }] }, /disputes.Bounty/],
      [{ bounties: [] }, /disputes.Bounty/],
    ],
    audits: [
      [withRequest({ audit: { type: 'None' } }), /treasury has .* held as inference.Audit, and 0/],
      [withAudit({ fee: 5n }), /inference.Audit/],
      [withRequest({ status: 'Contested' }), /request 7 is Contested and audited/],
      [withAudit({ worker: 'ghost' }), /the audit of ghost's claim on request 7 by auditor/],
      [withAudit({ auditor: 'worker' }), /or by one of the request's workers/],
    ],
    'model-deposits': [
      [{ models: [{ ...model, deposit: 0n }] }, /models.Deposit/],
      [{ families: [{ ...family, owner: 'user' }] }, /author has .* held as models.Deposit, and 0/],
    ],
    families: [
      [{ families: [] }, /is of family 0x11.*, which is not there/],
      [{ models: [] }, /has 0 models, the chain counts 1/],
      [{ families: [{ ...family, models: 2 }] }, /has 1 models, the chain counts 2/],
      [{ families: [{ ...family, deposit: 29n }] }, /has deposits of/],
      [{ families: [{ ...family, versions: 1 }] }, /has versions 2 of 1/],
      [{ families: [{ ...family, latest: '0x22' }] }, /which is not its/],
      [
        { models: [{ ...model, status: { type: 'Deprecated' } }] },
        /names 0x11.* as its latest, which is Deprecated/,
      ],
    ],
    issuance: [
      [{ issuance: 999n }, /fell by 0.000000000001, events say 0 was burned/],
      [{ issuance: 1_001n }, /fell by -0.000000000001/],
      [
        {
          events: [{ type: 'workers.Slashed', burned: 5n } as never],
        },
        /fell by 0, events say 0.000000000005/,
      ],
    ],
    balances: [[{ issuance: 1_001n }, /balances sum to 0.000000001, the issuance/]],
    holds: [
      [
        { accounts: new Map([...sound.accounts, ['user', { free: 89n, reserved: 11n }]]) },
        /user has 0.000000000011 reserved and 0.000000000012 held/,
      ],
    ],
    ledger: [
      [
        { accounts: new Map([...sound.accounts, ['user', { free: 89n, reserved: 12n }]]) },
        /user has 0.000000000089 free, and by events alone it is 0.000000000088/,
      ],
      [
        { accounts: new Map([...sound.accounts, ['user', { free: 88n, reserved: 13n }]]) },
        /user has 0.000000000013 not free, and by events alone it is 0.000000000012/,
      ],
      [
        {
          holds: new Map([
            ...sound.holds,
            ['user', held(['inference.Escrow', 9n], ['inference.Deposit', 3n])],
          ]),
        },
        /user has 0.000000000009 held as inference.Escrow, and by events alone it is 0.00000000001/,
      ],
      [{ events: [paid(3n)] }, /has 0.* held as inference.Escrow, and by events alone/],
      [{ events: [paid(11n)] }, /user has 10 held for inference.Escrow, and 11 of it went/],
    ],
    'one-bucket': [
      [{ due: [] }, /request 7 \(Claimed\) names bucket 9 and is in none/],
      [
        {
          due: [
            { block: 9, request: 7n },
            { block: 10, request: 7n },
          ],
        },
        /names bucket 9 and is in 9 and 10/,
      ],
      [{ due: [{ block: 10, request: 7n }] }, /names bucket 9 and is in 10/],
      [
        {
          due: [
            { block: 9, request: 7n },
            { block: 9, request: 8n },
          ],
        },
        /request 8 is closed and in bucket 9/,
      ],
    ],
    'closed-hold-nothing': [
      [{ requests: [] }, /request 7 is closed and has inputs/],
      [{ inputs: [7n, 6n] }, /request 6 is closed and has inputs/],
    ],
    'contested-refunded': [[withRequest({ status: 'Contested' }), /is contested and holds/]],
    claims: [
      [{ claims: [] }, /storage none/],
      [{ answers: [] }, /a claim without answer/],
      [{ claims: [], requests: [] }, /an answer without claim/],
      [
        {
          claims: [
            {
              request: 7n,
              worker: 'worker',
              traceRoot: `0x${'22'.repeat(32)}`,
              outputRoot: root,
              outputs: [],
            },
          ],
        },
        /the slot says 0x11/,
      ],
    ],
    'open-counts': [
      [{ openOf: new Map([['user', 2]]) }, /user has 1 open requests, the chain counts 2/],
    ],
    'model-counts': [
      [{ models: [{ ...model, openRequests: 0 }] }, /has 1 open requests, the chain counts 0/],
    ],
    accusations: [
      [withWorker({ accusations: 0 }), /has 1 challenges against it, the chain counts 0/],
    ],
    weight: [
      [
        { weight: { transactions: 91n, own: 0n, most: 90n, isNewSession: false } },
        /the block took 91 picoseconds of work, and 90/,
      ],
      [
        { weight: { transactions: 86n, own: 5n, most: 90n, isNewSession: false } },
        /the block took 91 picoseconds of work, and 90/,
      ],
      [
        { weight: { transactions: 1n, own: 185n, most: 90n, isNewSession: true } },
        /the block took 96 picoseconds of work, and 90/,
      ],
      [
        { weight: { transactions: 0n, own: 91n, most: 90n, isNewSession: false } },
        /the block took 91 picoseconds/,
      ],
    ],
    claimable: [
      [{ totalClaimable: 2n }, /claims sum to/],
      [
        { accounts: new Map([...sound.accounts, ['payouts', { free: 3n, reserved: 0n }]]) },
        /is claimable, the account has/,
      ],
    ],
  };

  it('each has a state in which it fails', () => {
    expect(Object.keys(cases).sort()).toEqual(invariants.map(({ name }) => name).sort());
  });

  for (const [name, doctorings] of Object.entries(cases)) {
    it.each(doctorings)(`${name} fails, with its numbers (%#)`, (change, report) => {
      expect(doctored(change)[name]?.join('\n')).toMatch(report);
    });
  }

  it('count what was burned once', () => {
    const events = [
      { type: 'workers.Slashed', paid: 1n, burned: 5n },
      { type: 'inference.ClaimStruck', paid: 1n, burned: 5n },
      { type: 'inference.WorkerMissed', burned: 2n },
      { type: 'workers.NoShowPenalised', burned: 2n, released: 1n },
      { type: 'other', pallet: 'balances', name: 'DustLost', fields: { amount: 3n } },
      { type: 'disputes.ProofRejected', penalty: 4n },
      { type: 'disputes.BondForfeited', compensation: 6n, burned: 7n },
      { type: 'other', pallet: 'balances', name: 'Transfer', fields: { amount: 9n } },
    ] as never[];
    expect(events.map((event) => burnedBy(event))).toEqual([5n, 0n, 0n, 2n, 3n, 4n, 7n, 0n]);
  });
});

describe('the monitor', () => {
  it('keeps every verdict, and compares each block with the one before', () => {
    const monitor = createMonitor();
    expect(monitor.look(sound)).toEqual([]);
    const next = { ...sound, block: { number: 9, hash: root }, issuance: 990n } as ChainState;
    expect(monitor.look(next).map((one) => one.invariant)).toEqual(['issuance', 'balances']);
    const report = monitor.report();
    expect(report.checked).toBe(2 * invariants.length);
    expect(report.violated[0]).toEqual({
      invariant: 'issuance',
      block: 9,
      detail: 'the issuance fell by 0.00000000001, events say 0 was burned',
    });
    expect(report.verdicts.find((one) => one.name === 'issuance')?.held).toBe(false);
    expect(report.verdicts.find((one) => one.name === 'escrow')?.held).toBe(true);
  });
});
