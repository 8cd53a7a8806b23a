/** What takes no chain: scenario files, and what is wrong with them. Nothing heavy comes with it. */
export { formatProblem, InvalidFile, type Problem } from '../declared/problem.ts';
export { plainJson } from '../recorder/plain.ts';
export { type DraftBehaviour, draftBehaviours, MOST_HONEST } from './draft/behaviours.ts';
export { loadScenario } from './load.ts';
export { name as scenarioName } from './schema.ts';
