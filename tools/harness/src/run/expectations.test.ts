import { beforeAll, describe, expect, it } from 'vitest';
import { type AccountDirectory, createAccountDirectory } from '../actors/accounts.ts';
import type { ChainState } from '../invariants/state.ts';
import type { Model } from '../models/model.ts';
import { parseScenario } from '../scenario/load.ts';
import type { Chronicle, RequestTale, Verdict } from './chronicle.ts';
import { compare, type Evidence, type Met } from './expectations.ts';
import { type Asked, nothingYet } from './happened.ts';

const UNIT = 10n ** 12n;
const root = (byte: string) => `0x${byte.repeat(32)}` as const;

const scenarioWith = (expected: string, request = '') =>
  parseScenario(
    `name: small
description: A test.
actors:
  authors: { iris: {} }
  users: { paul: {} }
  workers: { ada: { serves: [digits] }, mallory: { serves: [digits] } }
  challengers: { vera: {}, frank: {} }
models:
  digits: { dir: models/digits, author: iris, price: 1 }
steps:
  - { do: request, as: seven, user: paul, model: digits, input: seven.png, expect: { ${request} } }
expect:
  - { ${expected} }
`,
    'small.yaml',
  );

let accounts: AccountDirectory;
beforeAll(async () => {
  accounts = await createAccountDirectory(1);
});
const address = (name: string) => accounts.account(name).address;

const model = { labelOutput: 1 } as Model;

const tale = (): RequestTale => ({
  id: 4n,
  user: address('paul'),
  redundancy: 1,
  state: 'settled',
  workers: [address('mallory'), address('ada')],
  claims: [
    {
      worker: address('mallory'),
      block: 5,
      traceRoot: root('22'),
      outputRoot: root('bb'),
      outputs: ['0x00', '0x01000000'],
      struck: true,
    },
    {
      worker: address('ada'),
      block: 9,
      traceRoot: root('11'),
      outputRoot: root('aa'),
      outputs: ['0x00', '0x07000000'],
      struck: false,
    },
  ],
  submittedAt: 3,
  softAt: 5,
  closedAt: 15,
  paidWorkers: [address('ada')],
  paid: UNIT,
  refunded: UNIT / 10n,
  reason: undefined,
  visibility: 'Public',
});

const verdict = (): Verdict => ({
  request: 4n,
  worker: address('mallory'),
  subject: { type: 'Node', value: 2 },
  challenger: address('vera'),
  evidence: 'Element',
  transactions: 3,
  block: 8,
  paid: 6n * UNIT,
  burned: 14n * UNIT,
});

const nothing = { received: 0n, fees: 0n, slashed: 0n, penalties: 0, penalised: 0n, fined: 0n };

const evidence = (
  scenario: Evidence['scenario'],
  change: Partial<Asked> & { tale?: Partial<RequestTale> } = {},
): Evidence => {
  const [step] = scenario.steps;
  if (step?.do !== 'request') throw new Error('the first step is a request');
  const asked: Asked = {
    step,
    model,
    input: new Uint8Array(),
    id: 4n,
    error: undefined,
    sentAt: undefined,
    ...change,
  };
  const books = new Map([
    [address('ada'), { ...nothing, received: (85n * UNIT) / 100n }],
    [address('mallory'), { ...nothing, slashed: 20n * UNIT, penalties: 1, penalised: 2n * UNIT }],
    [address('frank'), { ...nothing, fined: UNIT }],
    [address('paul'), { ...nothing, fees: 3n }],
    ['treasury', { ...nothing, received: UNIT / 20n }],
  ]);
  const chronicle = {
    request: (id: bigint) => (id === 4n ? { ...tale(), ...change.tale } : undefined),
    verdicts: () => [verdict()],
    account: (who: string) => books.get(who) ?? nothing,
    count: (name: string) => (name === 'disputes.NodeOpened' ? 2 : 0),
  } as unknown as Chronicle;
  const state = (free: bigint) =>
    ({
      accounts: new Map([
        [address('paul'), { free, reserved: 0n }],
        [address('ada'), { free: UNIT, reserved: 2n * UNIT }],
      ]),
      claimable: new Map(),
    }) as unknown as ChainState;
  return {
    scenario,
    chronicle,
    accounts,
    happened: { ...nothingYet(), asked: new Map([['seven', asked]]) },
    treasury: 'treasury',
    first: state(100n * UNIT),
    last: state(99n * UNIT - 3n),
    truth: () => root('11'),
    lineOf: ([key, index]) => (key === 'steps' ? 12 : 14) + Number(index),
  };
};

const met = (expected: string): Met => {
  const [one] = compare(evidence(scenarioWith(expected)));
  if (one === undefined) throw new Error('nothing was compared');
  return one;
};

describe('expectations', () => {
  describe('about lies', { timeout: 30_000 }, () => {
    const standing = (change: Partial<RequestTale>) =>
      compare(evidence(scenarioWith('that: no-lie-stands'), { tale: change })).at(-1);

    it('holds when every false claim was struck', () => {
      expect(standing({})).toEqual({
        name: 'no lie stands',
        passed: true,
        detail: '1 false claim, all struck',
        line: 14,
      });
    });

    it('fails when one was not', () => {
      const claims = tale().claims.map((claim) => ({ ...claim, struck: false }));
      expect(standing({ claims })).toMatchObject({
        passed: false,
        detail: 'mallory\'s about "seven" stands',
      });
    });
  });

  describe('about texts', () => {
    const reads: Model = {
      ...model,
      reader: {
        kind: 'recogniser',
        input: () => new Uint8Array(),
        text: ([first]) => (first === 0xee ? undefined : 'THE CORNER SHOP'),
      },
    };
    const textMet = (
      wanted: { text?: string; textContains?: string },
      change: Parameters<typeof evidence>[1] = {},
    ): Met[] => {
      const scenario = scenarioWith('that: unpunished, who: ada');
      const [step] = scenario.steps;
      if (step?.do !== 'request') throw new Error('the first step is a request');
      const asked = { ...step, expect: wanted };
      return compare(
        evidence({ ...scenario, expect: [] }, { step: asked, model: reads, ...change }),
      );
    };

    it.each([
      [{ text: 'THE CORNER SHOP' }, true],
      [{ text: 'THE CORNER' }, false],
      [{ textContains: 'CORNER' }, true],
      [{ textContains: 'corner' }, false],
    ])('compares %j: %s', (wanted, passed) => {
      expect(textMet(wanted)).toEqual([
        expect.objectContaining({ passed, detail: 'it reads "THE CORNER SHOP"' }),
      ]);
    });

    it('are not met where no answer stands, or one that is no text', () => {
      const none = { passed: false, detail: 'no answer stands that reads a text' };
      expect(textMet({ textContains: 'T' }, { tale: { claims: [] } })).toEqual([
        expect.objectContaining(none),
      ]);
      const [, standing] = tale().claims;
      if (standing === undefined) throw new Error('one stands');
      expect(
        textMet({ textContains: 'T' }, { tale: { claims: [{ ...standing, outputs: ['0xee'] }] } }),
      ).toEqual([expect.objectContaining(none)]);
    });
  });

  /** What is met, and beside it what is not. */
  it.each([
    ['that: convicted, worker: mallory', 'that: convicted, worker: ada', 'never convicted'],
    [
      'that: convicted, worker: mallory, transactions: 3',
      'that: convicted, worker: mallory, transactions: 1',
      'at node 2 in 3 transactions',
    ],
    [
      'that: convicted, worker: mallory, request: seven, node: 2',
      'that: convicted, worker: mallory, node: 1',
      'at node 2 in 3 transactions',
    ],
    ['that: slashed, worker: mallory', 'that: slashed, worker: ada', 'slashed 0 VTR'],
    [
      'that: slashed, worker: mallory, atLeast: 20',
      'that: slashed, worker: mallory, atLeast: 20.5',
      'slashed 20 VTR',
    ],
    ['that: penalised, worker: mallory', 'that: penalised, worker: ada', '0 times, 0 VTR in all'],
    [
      'that: unpunished, who: ada',
      'that: unpunished, who: frank',
      'slashed 0 VTR, penalised 0 VTR, fined 1 VTR',
    ],
    ['that: fined, challenger: frank', 'that: fined, challenger: vera', 'fined 0 VTR'],
    ['that: paid, who: ada, is: 0.85', 'that: paid, who: ada, is: 0.86', 'paid 0.85 VTR'],
    ['that: paid, who: mallory, is: 0', 'that: paid, who: mallory, atLeast: 0', 'paid 0 VTR'],
    ['that: paid, who: treasury, is: 0.05', 'that: paid, who: treasury, is: 0.04', 'paid 0.05 VTR'],
    ['that: held, who: ada, is: 2', 'that: held, who: paul, is: 2', '0 VTR is'],
    ['that: held, who: vera, is: 0', 'that: held, who: ada, is: 0', '2 VTR is'],
    ['that: cost, user: paul, is: 1', 'that: cost, user: paul, is: 0', 'it cost 1 VTR'],
    [
      'that: answered-by, request: seven, worker: ada',
      'that: answered-by, request: seven, worker: mallory',
      'paid: ada',
    ],
    [
      'that: event, event: disputes.NodeOpened, times: 2',
      'that: event, event: disputes.NodeOpened, times: 1',
      'it occurred 2 times',
    ],
    [
      'that: event, event: disputes.NodeOpened, atLeast: 2',
      'that: event, event: disputes.NodeOpened, atLeast: 3',
      'it occurred 2 times',
    ],
    [
      'that: ended, request: seven, state: settled',
      'that: ended, request: seven, state: refunded',
      'it is settled, and its answer is true',
    ],
    [
      'that: ended, request: seven, state: settled, true: true',
      'that: ended, request: seven, state: settled, true: false',
      'it is settled, and its answer is true',
    ],
    [
      'that: one-of, cases: [[{ that: unpunished, who: ada }], [{ that: slashed, worker: ada }]]',
      'that: one-of, cases: [[{ that: fined, challenger: vera }], [{ that: unpunished, who: ada }, { that: slashed, worker: ada }]]',
      'not vera is fined: fined 0 VTR; not ada is slashed: slashed 0 VTR',
    ],
    [
      'that: one-of, cases: [[{ that: unpunished, who: vera }], [{ that: slashed, worker: ada }]]',
      'that: one-of, cases: [[{ that: unpunished, who: ada }], [{ that: unpunished, who: vera }]]',
      'ada goes unpunished; and vera goes unpunished',
    ],
  ])('are met: %s; and not: %s', (good, bad, detail) => {
    expect(met(good)).toMatchObject({ passed: true });
    expect(met(bad)).toMatchObject({ passed: false, detail });
  });

  const ofRequest = (request: string, change: Parameters<typeof evidence>[1] = {}): Met[] =>
    compare(evidence(scenarioWith('that: unpunished, who: ada', request), change)).slice(0, -1);

  it('of a request look at the claim that stands', () => {
    expect(ofRequest('state: settled, true: true, label: 7').map(({ passed }) => passed)).toEqual([
      true,
      true,
      true,
    ]);
    expect(ofRequest('state: refunded, true: false, label: 1')).toMatchObject([
      { passed: false, detail: 'it is settled' },
      { passed: false, detail: "ada's claim is the honest one" },
      { passed: false, detail: 'the answer is 7' },
    ]);
  });

  it('of a request that has no answer say so', () => {
    const refunded = { tale: { state: 'refunded' as const, claims: [], reason: 'NotServed' } };
    expect(ofRequest('state: refunded, true: true, label: 7', refunded)).toMatchObject([
      { passed: true, detail: 'it is refunded (NotServed)' },
      { passed: false, detail: 'no answer stands' },
      { passed: false, detail: 'no answer stands' },
    ]);
  });

  it('of an end look for an answer that stands', () => {
    const refunded = { tale: { state: 'refunded' as const, claims: [] } };
    const one = (expected: string) => compare(evidence(scenarioWith(expected), refunded))[0];
    expect(one('that: ended, request: seven, state: refunded')).toMatchObject({ passed: true });
    expect(one('that: ended, request: seven, state: settled, true: true')).toEqual({
      name: '"seven" is settled truly',
      passed: false,
      detail: 'it is refunded',
      line: 14,
    });
  });

  it('of a refused request name the error', () => {
    const refused = { id: undefined, error: 'token.FundsUnavailable' };
    expect(ofRequest('error: token.FundsUnavailable', refused)).toMatchObject([{ passed: true }]);
    expect(ofRequest('error: inference.NothingDue', refused)).toMatchObject([
      { passed: false, detail: 'it was refused with token.FundsUnavailable' },
    ]);
    expect(ofRequest('error: inference.NothingDue')).toMatchObject([
      { passed: false, detail: 'it was accepted' },
    ]);
  });

  it('of calls that were to fail are met by that error alone', () => {
    const base = evidence(scenarioWith('that: unpunished, who: ada'));
    const failed = (got: string | undefined) =>
      compare({
        ...base,
        happened: {
          ...base.happened,
          failures: [{ what: 'cancelling "seven"', expected: 'inference.AlreadyAssigned', got }],
        },
      })[0];
    expect(failed('inference.AlreadyAssigned')).toMatchObject({ passed: true });
    expect(failed('inference.NotRequester')).toMatchObject({ passed: false });
    expect(failed(undefined)).toMatchObject({ passed: false, detail: 'it went through' });
  });
});
