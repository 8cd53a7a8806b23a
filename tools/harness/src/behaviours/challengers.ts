/** What challengers do, one function per behaviour. */
import { createHash } from 'node:crypto';
import type { ChallengerBehaviour } from '@veritrace/worker';
import type { ChallengerBehaviourSpec } from './specs.ts';
import type { BehaviourContext } from './workers.ts';

type Kind = ChallengerBehaviourSpec['kind'];
type SpecOf<K extends Kind> = Extract<ChallengerBehaviourSpec, { kind: K }>;
type Behave<K extends Kind> = (spec: SpecOf<K>, context: BehaviourContext) => ChallengerBehaviour;

const behaviours: { [K in Kind]: Behave<K> } = {
  honest: () => ({}),
  'false-accuser': ({ node }) => ({
    findFault: () => Promise.resolve({ node }),
    inOne: () => false,
  }),
  spammer: ({ node }, { seed, name }) => ({
    findFault: () => Promise.resolve({ node }),
    inOne: () => true,
    proof: ({ request }) =>
      new Uint8Array(createHash('sha512').update(`${seed}:${name}:${request.id}`).digest()),
  }),
  // It decides nothing of its own; `actors/front-runner.ts` is what it does.
  'front-runner': () => ({ findFault: () => Promise.resolve(undefined) }),
};

/** The decisions of a challenger with this behaviour. */
export const challengerBehaviour = (
  spec: ChallengerBehaviourSpec,
  context: BehaviourContext,
): ChallengerBehaviour => {
  const behave = behaviours[spec.kind] as (
    spec: ChallengerBehaviourSpec,
    context: BehaviourContext,
  ) => ChallengerBehaviour;
  return behave(spec, context);
};
