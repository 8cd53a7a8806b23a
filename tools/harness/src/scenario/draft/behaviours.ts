/** What a new scenario can be about. */
import { type WorkerBehaviourSpec, workerBehaviourSpecs } from '../../behaviours/specs.ts';

export { MOST_HONEST } from './tales.ts';

/** A behaviour that a new scenario can be about. */
export type DraftBehaviour = WorkerBehaviourSpec['kind'];

/** The behaviours that a new scenario can be about: all that workers have. */
export const draftBehaviours = Object.keys(workerBehaviourSpecs) as readonly DraftBehaviour[];
