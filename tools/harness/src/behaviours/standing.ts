/** How actors must end as far as money goes, by what they were told to be. */
import type {
  AuthorBehaviourSpec,
  ChallengerBehaviourSpec,
  UserBehaviourSpec,
  WorkerBehaviourSpec,
} from './specs.ts';

/** What an actor's money must have come to in the end. */
export const endings = ['at-least-owed', 'lost', 'no-gain', 'worse-than-honest', 'any'] as const;
export type Ending = (typeof endings)[number];

/** Each ending in words, after an actor's name. */
export const ENDINGS: Readonly<Record<Ending, string>> = {
  'at-least-owed': 'ends with at least what it is owed',
  lost: 'ends with less than it came with',
  'no-gain': 'gains nothing',
  'worse-than-honest': 'has less of it than an honest one would',
  any: 'may end with anything',
};

/** Endings that follow from a behaviour alone; `by-deed` is for one that is only a fault if it had consequences. */
type Standing = Exclude<Ending, 'any'> | 'by-deed';

const workers: Readonly<Record<WorkerBehaviourSpec['kind'], Standing>> = {
  honest: 'at-least-owed',
  late: 'by-deed',
  silent: 'lost',
  'silent-auditor': 'lost',
  lazy: 'lost',
  'wrong-node': 'lost',
  'wrong-tile': 'lost',
  'flip-one-bit': 'lost',
  'wrong-output': 'lost',
  'garbage-trace': 'lost',
  'stale-model': 'lost',
  colluding: 'lost',
  copycat: 'lost',
  'withhold-reveal': 'lost',
  'withhold-opening': 'lost',
  'withhold-page': 'lost',
  'quit-after-claim': 'lost',
  // It does the work, and is paid for it: to complain must not have paid.
  'false-complaint': 'worse-than-honest',
};

const challengers: Readonly<Record<ChallengerBehaviourSpec['kind'], Standing>> = {
  honest: 'at-least-owed',
  'false-accuser': 'lost',
  spammer: 'lost',
  // What it copies is a valid proof, which is free whoever brings it.
  'front-runner': 'no-gain',
};

const users: Readonly<Record<UserBehaviourSpec['kind'], Standing>> = {
  honest: 'at-least-owed',
  // It publishes as soon as it is asked to.
  reluctant: 'at-least-owed',
  unpayable: 'lost',
  unavailable: 'lost',
};

const authors: Readonly<Record<AuthorBehaviourSpec['kind'], Standing>> = {
  honest: 'at-least-owed',
  'malformed-graph': 'lost',
};

const tables = { author: authors, user: users, worker: workers, challenger: challengers } as const;

/** Roles whose actors have behaviours. */
export type BehavingRole = keyof typeof tables;

/** How an actor must end by its behaviour. `isPunished`: whether it was penalised, fined or slashed. */
export const endingOf = (
  role: BehavingRole,
  kind: string,
  isPunished: boolean,
): Exclude<Ending, 'any'> => {
  const table: Readonly<Record<string, Standing>> = tables[role];
  const standing = table[kind];
  if (standing === undefined) throw new RangeError(`no ${role} behaves as "${kind}"`);
  if (standing !== 'by-deed') return standing;
  return isPunished ? 'lost' : 'at-least-owed';
};

/** Whether a behaviour is one of those that must lose. */
export const isCheating = (role: BehavingRole, kind: string): boolean =>
  endingOf(role, kind, false) !== 'at-least-owed';
