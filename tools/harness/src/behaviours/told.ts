/** Which scenario tells which behaviour, and who takes part in it. */
import type { Scenario } from '../scenario/schema.ts';
import {
  authorBehaviourSpecs,
  challengerBehaviourSpecs,
  userBehaviourSpecs,
  workerBehaviourSpecs,
} from './specs.ts';
import type { BehavingRole } from './standing.ts';

/** Every behaviour that the schema knows, by role. */
export const behavioursOf: Readonly<Record<BehavingRole, readonly string[]>> = {
  author: Object.keys(authorBehaviourSpecs),
  user: Object.keys(userBehaviourSpecs),
  worker: Object.keys(workerBehaviourSpecs),
  challenger: Object.keys(challengerBehaviourSpecs),
};

/** An actor of a scenario, as its report has it. */
export interface Player {
  role: BehavingRole | 'keeper' | 'treasury';
  name: string;
  behaviour: string;
}

/** Everyone whose money a run of the scenario reports, in that order. */
export const playersOf = ({ actors }: Pick<Scenario, 'actors'>): Player[] => {
  const of = (
    role: BehavingRole,
    declared: Readonly<Record<string, { behaviour: { kind: string } }>>,
  ): Player[] =>
    Object.entries(declared).map(([name, { behaviour }]) => ({
      role,
      name,
      behaviour: behaviour.kind,
    }));
  return [
    ...of('author', actors.authors),
    ...of('user', actors.users),
    ...of('worker', actors.workers),
    ...of('challenger', actors.challengers),
    ...Object.keys(actors.keepers).map(
      (name): Player => ({ role: 'keeper', name, behaviour: 'honest' }),
    ),
    { role: 'treasury', name: 'treasury', behaviour: 'honest' },
  ];
};
