/** Compares what happened with what the scenario expects. */
import { type Address, type Balance, nodeSubject, pageSubject, subjectText } from '@veritrace/sdk';
import type { AccountDirectory } from '../actors/accounts.ts';
import type { Path } from '../declared/problem.ts';
import type { ChainState } from '../invariants/state.ts';
import { labelOf } from '../models/model.ts';
import { textOf } from '../models/ocr.ts';
import { toUnits } from '../scenario/amount.ts';
import type { Scenario, ScenarioExpectation, ScenarioFact } from '../scenario/schema.ts';
import { TOKEN } from '../token.ts';
import type { Chronicle, ClaimTale, RequestTale } from './chronicle.ts';
import type { Asked, Happened } from './happened.ts';
import { tokens } from './narrate.ts';

/** An expectation and whether it was met. */
export interface Met {
  name: string;
  passed: boolean;
  /** What was found, in words. */
  detail: string;
  /** The line of the scenario's file that asks for it, where one does. */
  line?: number | undefined;
}

/** What expectations are compared with. */
export interface Evidence {
  scenario: Scenario;
  happened: Happened;
  chronicle: Chronicle;
  accounts: AccountDirectory;
  /** Address of the treasury. */
  treasury: Address;
  /** The states after the first and the last block. */
  first: ChainState;
  last: ChainState;
  /** Trace root of the honest computation of a request. */
  truth(asked: Asked): string;
  /** The line of the scenario's file where what is at a path is written. */
  lineOf(path: Path): number;
}

const units = (amount: number): bigint => toUnits(amount, TOKEN.decimals);

const fromHex = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex.slice(2), 'hex'));

/** The claim whose answer a request has: of those that stand, the first. */
export const answerOf = (tale: RequestTale): ClaimTale | undefined =>
  tale.claims.find((claim) => !claim.struck);

/** The class a request's answer names. */
export const answeredLabel = (asked: Asked, tale: RequestTale): number | undefined => {
  const outputs = answerOf(tale)?.outputs;
  return outputs === undefined ? undefined : labelOf(asked.model, outputs.map(fromHex));
};

/** The text a request's answer reads; `undefined` when there is none. */
export const answeredText = (asked: Asked, tale: RequestTale): string | undefined => {
  const outputs = answerOf(tale)?.outputs;
  return outputs === undefined ? undefined : textOf(asked.model, outputs.map(fromHex));
};

/** All that an account has, free and held. */
export const totalOf = (
  state: Pick<ChainState, 'accounts' | 'claimable'>,
  address: Address,
): Balance => {
  const { free, reserved } = state.accounts.get(address) ?? { free: 0n, reserved: 0n };
  return free + reserved + (state.claimable.get(address) ?? 0n);
};

const requestMet = (name: string, asked: Asked, evidence: Evidence): Met[] => {
  const { expect } = asked.step;
  const tale = asked.id === undefined ? undefined : evidence.chronicle.request(asked.id);
  const met: Met[] = [];
  if (expect.error !== undefined) {
    met.push({
      name: `"${name}" is refused with ${expect.error}`,
      passed: asked.error === expect.error,
      detail: asked.error === undefined ? 'it was accepted' : `it was refused with ${asked.error}`,
    });
  } else if (expect.state !== undefined) {
    const state = tale?.state ?? 'refused';
    met.push({
      name: `"${name}" ends ${expect.state}`,
      passed: state === expect.state,
      detail: tale?.reason === undefined ? `it is ${state}` : `it is ${state} (${tale.reason})`,
    });
  }
  if (expect.true !== undefined) {
    const answer = tale === undefined ? undefined : answerOf(tale);
    const right = answer?.traceRoot === evidence.truth(asked);
    met.push({
      name: expect.true ? `"${name}" is answered truly` : `"${name}" is answered falsely`,
      passed: answer !== undefined && right === expect.true,
      detail:
        answer === undefined
          ? 'no answer stands'
          : `${evidence.accounts.nameOf(answer.worker)}'s claim is ${right ? 'the' : 'not the'} honest one`,
    });
  }
  if (expect.visibility !== undefined) {
    const visibility = tale?.visibility?.toLowerCase();
    met.push({
      name: `the answer to "${name}" is ${expect.visibility}`,
      passed: visibility === expect.visibility,
      detail: visibility === undefined ? 'there is no answer' : `it is ${visibility}`,
    });
  }
  if (expect.label !== undefined) {
    const label = tale === undefined ? undefined : answeredLabel(asked, tale);
    met.push({
      name: `"${name}" is answered with ${expect.label}`,
      passed: label === expect.label,
      detail: label === undefined ? 'no answer stands' : `the answer is ${label}`,
    });
  }
  const { text: exact, textContains: part } = expect;
  if (exact !== undefined || part !== undefined) {
    const text = tale === undefined ? undefined : answeredText(asked, tale);
    met.push({
      name:
        exact === undefined
          ? `"${name}" reads a text with "${part}" in it`
          : `"${name}" reads "${exact}"`,
      passed:
        text !== undefined &&
        (exact === undefined || text === exact) &&
        (part === undefined || text.includes(part)),
      detail: text === undefined ? 'no answer stands that reads a text' : `it reads "${text}"`,
    });
  }
  return met;
};

const within = (
  amount: Balance,
  is: number | undefined,
  atLeast: number | undefined,
): { passed: boolean; wanted: string } => {
  if (is !== undefined) return { passed: amount === units(is), wanted: tokens(units(is)) };
  const least = units(atLeast ?? 0);
  return { passed: amount >= least && amount > 0n, wanted: `at least ${tokens(least)}` };
};

const factMet = (expectation: ScenarioFact, evidence: Evidence): Met => {
  const { chronicle, accounts, happened } = evidence;
  const address = (name: string): Address =>
    name === 'treasury' ? evidence.treasury : accounts.account(name).address;
  const account = (name: string) => chronicle.account(address(name));
  const idOf = (request: string | undefined) =>
    request === undefined ? undefined : happened.asked.get(request)?.id;
  const met = (name: string, passed: boolean, detail: string): Met => ({
    name: expectation.name ?? name,
    passed,
    detail,
  });
  switch (expectation.that) {
    case 'ended': {
      const { request, state } = expectation;
      const asked = happened.asked.get(request);
      const tale = asked?.id === undefined ? undefined : chronicle.request(asked.id);
      const ended = tale?.state ?? 'refused';
      const answer = tale === undefined ? undefined : answerOf(tale);
      const isTrue =
        asked === undefined || answer === undefined
          ? undefined
          : answer.traceRoot === evidence.truth(asked);
      const how =
        expectation.true === undefined ? '' : expectation.true ? ' truly' : ' with a falsehood';
      const found = isTrue === undefined ? '' : `, and its answer is ${isTrue ? 'true' : 'false'}`;
      return met(
        `"${request}" is ${state}${how}`,
        ended === state && (expectation.true === undefined || isTrue === expectation.true),
        `it is ${ended}${found}`,
      );
    }
    case 'convicted': {
      const { worker, request, transactions, node, page } = expectation;
      const where = [
        ...(node === undefined ? [] : [nodeSubject(node)]),
        ...(page === undefined ? [] : [pageSubject(page)]),
      ].map(subjectText);
      const found = chronicle
        .verdicts()
        .filter(
          (verdict) =>
            verdict.worker === address(worker) &&
            (request === undefined || verdict.request === idOf(request)),
        );
      const fits = found.some(
        (verdict) =>
          (transactions === undefined || verdict.transactions === transactions) &&
          where.every((subject) => subject === subjectText(verdict.subject)),
      );
      const how = transactions === undefined ? '' : ` in ${count(transactions, 'transaction')}`;
      return met(
        `${worker} is convicted${how}${where.map((subject) => ` at ${subject}`).join('')}`,
        fits,
        found.length === 0
          ? 'never convicted'
          : found
              .map(
                (one) =>
                  `at ${subjectText(one.subject)} in ${count(one.transactions, 'transaction')}`,
              )
              .join('; '),
      );
    }
    case 'slashed': {
      const { slashed } = account(expectation.worker);
      const { passed } = within(slashed, undefined, expectation.atLeast);
      return met(`${expectation.worker} is slashed`, passed, `slashed ${tokens(slashed)}`);
    }
    case 'penalised': {
      const { penalties, penalised } = account(expectation.worker);
      return met(
        `${expectation.worker} is penalised ${count(expectation.times, 'time')}`,
        penalties === expectation.times,
        `${count(penalties, 'time')}, ${tokens(penalised)} in all`,
      );
    }
    case 'unpunished': {
      const { slashed, penalised, fined } = account(expectation.who);
      return met(
        `${expectation.who} goes unpunished`,
        slashed + penalised + fined === 0n,
        `slashed ${tokens(slashed)}, penalised ${tokens(penalised)}, fined ${tokens(fined)}`,
      );
    }
    case 'fined': {
      const { fined } = account(expectation.challenger);
      const { passed } = within(fined, undefined, expectation.atLeast);
      return met(`${expectation.challenger} is fined`, passed, `fined ${tokens(fined)}`);
    }
    case 'paid': {
      const { received } = account(expectation.who);
      const { passed, wanted } = within(received, expectation.is, expectation.atLeast);
      return met(`${expectation.who} is paid ${wanted}`, passed, `paid ${tokens(received)}`);
    }
    case 'held': {
      const { reserved } = evidence.last.accounts.get(address(expectation.who)) ?? { reserved: 0n };
      const { passed, wanted } = within(reserved, expectation.is, undefined);
      return met(`${wanted} of ${expectation.who} is held`, passed, `${tokens(reserved)} is`);
    }
    case 'cost': {
      const user = address(expectation.user);
      const cost =
        totalOf(evidence.first, user) - totalOf(evidence.last, user) - chronicle.account(user).fees;
      const { passed, wanted } = within(cost, expectation.is, undefined);
      return met(
        `it costs ${expectation.user} ${wanted}, fees aside`,
        passed,
        `it cost ${tokens(cost)}`,
      );
    }
    case 'answered-by': {
      const id = idOf(expectation.request);
      const paid = (id === undefined ? undefined : chronicle.request(id))?.paidWorkers ?? [];
      return met(
        `"${expectation.request}" is answered by ${expectation.worker}`,
        paid.includes(address(expectation.worker)),
        paid.length === 0 ? 'nobody was paid' : `paid: ${paid.map(accounts.nameOf).join(', ')}`,
      );
    }
    case 'no-lie-stands': {
      const lies = [...happened.asked].flatMap(([request, asked]) => {
        const tale = asked.id === undefined ? undefined : chronicle.request(asked.id);
        return (tale?.claims ?? [])
          .filter(({ traceRoot }) => traceRoot !== evidence.truth(asked))
          .map((claim) => ({ request, ...claim }));
      });
      const standing = lies.filter(({ struck }) => !struck);
      return met(
        'no lie stands',
        standing.length === 0,
        standing.length === 0
          ? `${count(lies.length, 'false claim')}, all struck`
          : standing
              .map(
                ({ request, worker }) => `${accounts.nameOf(worker)}'s about "${request}" stands`,
              )
              .join('; '),
      );
    }
    case 'event': {
      const { event, times, atLeast, request } = expectation;
      const id = idOf(request);
      const isRefused = request !== undefined && id === undefined;
      const found = isRefused ? 0 : chronicle.count(event, { request: id });
      return met(
        `${event} occurs ${times === undefined ? `at least ${count(atLeast ?? 1, 'time')}` : count(times, 'time')}`,
        times === undefined ? found >= (atLeast ?? 1) : found === times,
        `it occurred ${count(found, 'time')}`,
      );
    }
  }
};

const oneMet = (expectation: ScenarioExpectation, evidence: Evidence): Met => {
  if (expectation.that !== 'one-of') return factMet(expectation, evidence);
  const cases = expectation.cases.map((facts) => facts.map((fact) => factMet(fact, evidence)));
  const holding = cases.filter((facts) => facts.every(({ passed }) => passed));
  const named = (facts: readonly Met[]): string => facts.map(({ name }) => name).join(', ');
  return {
    name: expectation.name ?? `one of: ${cases.map(named).join('; or ')}`,
    passed: holding.length === 1,
    detail:
      holding.length > 0
        ? holding.map(named).join('; and ')
        : cases
            .map((facts) => facts.find(({ passed }) => !passed))
            .map((unmet) => (unmet === undefined ? '' : `not ${unmet.name}: ${unmet.detail}`))
            .join('; '),
  };
};

const count = (many: number, what: string): string => `${many} ${what}${many === 1 ? '' : 's'}`;

const lineOfRequest = (asked: Asked, { scenario, lineOf }: Evidence): number | undefined => {
  const step = scenario.steps.indexOf(asked.step);
  return step < 0 ? undefined : lineOf(['steps', step, 'expect']);
};

/** All expectations of a scenario, those of its requests first. */
export const compare = (evidence: Evidence): Met[] => [
  ...[...evidence.happened.asked].flatMap(([name, asked]) =>
    requestMet(name, asked, evidence).map((met) => ({
      ...met,
      line: lineOfRequest(asked, evidence),
    })),
  ),
  ...evidence.happened.failures.map(
    ({ what, expected, got }): Met => ({
      name: `${what} fails with ${expected}`,
      passed: got === expected,
      detail: got === undefined ? 'it went through' : `it failed with ${got}`,
    }),
  ),
  ...evidence.scenario.expect.map((expectation, index) => ({
    ...oneMet(expectation, evidence),
    line: evidence.lineOf(['expect', index]),
  })),
];
